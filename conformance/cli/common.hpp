// What several verbs do the same way: loading, revisions by name, problems on the terminal.
#pragma once

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/cli/context.hpp"

namespace assay::cli {

/// Shows a problem on stderr, "mcp-assay: where: what" and what to do; returns exit::usage.
int tell(wire::problem const& p);

/// The same with the verb: "mcp-assay VERB: where: what".
int complain(std::string_view verb, wire::problem const& p);

/// The revision of that name; "latest" is the newest. Problem: there is none, with those there are.
wire::result<revision::revision const*> find_revision(revision::table const& table, std::string const& name);

/// Where a statement stands on the specification's site.
std::string address(std::string_view revision, std::string_view page, std::string_view anchor);

/// "a, b or c".
std::string choices(std::vector<std::string> const& names);

} // namespace assay::cli
