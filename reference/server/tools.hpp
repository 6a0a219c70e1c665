// tools/list and tools/call (server/tools).
#pragma once

#include "reference/jsonschema/schema.hpp"
#include "reference/server/handler.hpp"

#include <span>

namespace assay::server {

/// An argument that has to be repeated in the header Mcp-Param-<header> (basic/transports/streamable-http, custom
/// headers).
struct mirrored_parameter {
  std::string header;            ///< without the prefix
  std::vector<std::string> path; ///< names below `arguments`
};

/// Whether a tool runs as a task: never, when the client wants and can, or always.
enum class task_support { none, optional, required };

struct tool {
  json::object definition;  ///< with every member that any revision knows
  std::string_view feature; ///< offered where the revision has it (or one of several: "a|b"); "" everywhere
  bool listed = true;
  outcome (*run)(call& c, json::object const& arguments) = nullptr;
  std::optional<jsonschema::validator> arguments = {}; ///< compiled from inputSchema
  task_support tasks = task_support::none;
  std::vector<mirrored_parameter> mirrored = {}; ///< from x-mcp-header

  std::string_view name() const { return definition.at("name").get_string(); }
};

/// Makes a tool of its parts: compiles its inputSchema, collects its x-mcp-header annotations.
tool make_tool(json::object definition, std::string_view feature, outcome (*run)(call&, json::object const&),
               bool listed = true);

/// All tools, in the order of the list.
std::span<tool const> all_tools();

/// The tool of that name if the revision has it.
tool const* find_tool(revision::revision const& revision, std::string_view name);

outcome list_tools(call& c);
outcome call_tool(call& c);

/// A result with one text block.
complete text_result(std::string_view text, bool is_error = false);

} // namespace assay::server
