// The schemas that travel in messages, server/tools: a list of tools brings them, calls and their results must meet
// them.
#pragma once

#include "reference/jsonschema/schema.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::message {

namespace json = boost::json;

/// What a string says; empty for anything else, and for nothing.
std::string_view text_of(json::value const* value);

/// The schemas of the tools that were listed so far, by name; of one conversation. At most 10,000 tools are kept.
class tool_schemas {
public:
  /// `names_dialect`: the revision says that a schema without $schema is of 2020-12. Where it says nothing, one that is
  /// valid in draft-07 only is taken for that.
  explicit tool_schemas(bool names_dialect = true) : names_dialect_(names_dialect) {}

  /// What is wrong with the schemas in a list of tools, with the arguments of a call, or with the structured content of
  /// its result. `request`: that a response answers, or nullptr.
  std::vector<jsonschema::violation> check(json::value const& message, json::value const* request);

  /// What is wrong with the schemas of one Tool, which is at `at`; they are kept.
  void check_tool(json::value const& tool, std::string const& at, std::vector<jsonschema::violation>& out);

private:
  struct tool {
    std::optional<jsonschema::validator> input, output;
  };

  std::optional<jsonschema::validator> compiled(json::value const& schema, std::string const& at,
                                                std::vector<jsonschema::violation>& out) const;

  bool names_dialect_;
  std::map<std::string, tool, std::less<>> tools_;
};

} // namespace assay::message
