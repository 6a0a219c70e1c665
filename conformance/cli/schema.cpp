// mcp-assay schema: our JSON Schemas of a revision, as they are or as one document that needs no other.
#include <CLI/CLI.hpp>

#include "conformance/cli/bundle.hpp"
#include "conformance/cli/common.hpp"
#include "conformance/cli/verbs.hpp"

#include <iostream>

namespace assay::cli {

namespace {

constexpr char const* about = R"(Prints the JSON Schemas of a revision.

Examples:
  mcp-assay schema latest                        all documents, in an object by their names
  mcp-assay schema latest --bundle > mcp.json    one document with everything in $defs, for any validator)";

int run(context const& c, std::string const& name, std::vector<std::string> const& extensions, bool bundle) {
  auto revisions = revision::table::load(*c.store);
  if (revisions.has_error()) return complain("schema", revisions.error());
  auto revision = find_revision(*revisions, name);
  if (revision.has_error()) return complain("schema", revision.error());
  auto const known = extension_names(*c.store, extensions);
  if (known.has_error()) return complain("schema", known.error());
  auto documents = schema_documents(*c.store, (*revision)->name, *known);
  if (documents.has_error()) return complain("schema", documents.error());
  std::cout << wire::pretty(bundle ? bundle_of(*documents) : std::move(*documents)) << '\n';
  return met;
}

} // namespace

void add_schema(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("schema", about);
  auto name = std::make_shared<std::string>();
  auto extensions = std::make_shared<std::vector<std::string>>();
  auto bundle = std::make_shared<bool>(false);
  verb->add_option("revision", *name, "The revision of the specification, or `latest`")->required();
  verb->add_option("--extension", *extensions, "With what an extension adds: tasks")->type_name("NAME");
  verb->add_flag("--bundle", *bundle, "One self-contained document");
  verb->callback([&c, name, extensions, bundle] { c.exit_code = run(c, *name, *extensions, *bundle); });
}

} // namespace assay::cli
