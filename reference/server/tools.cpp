#include "reference/server/tools.hpp"

#include "reference/server/fixture_tools.hpp"
#include "reference/server/pagination.hpp"
#include "reference/server/tasks.hpp"

#include <map>
#include <stdexcept>

namespace assay::server {
namespace {

// [tools.header-annotation-reachable] [streamable-http.annotations-outside-compositions] Ours are where properties
// alone lead.
void collect_mirrored(json::object const& schema, std::vector<std::string> const& path,
                      std::vector<mirrored_parameter>& out) {
  auto const* const properties = schema.if_contains("properties");
  if (!properties || !properties->is_object()) return;
  for (auto const& [name, value] : properties->get_object()) {
    auto const* const property = value.if_object();
    if (!property) continue;
    auto below = path;
    below.emplace_back(name);
    if (auto const* const header = property->if_contains("x-mcp-header"))
      out.push_back({std::string(header->as_string()), below});
    collect_mirrored(*property, below, out);
  }
}

/// True when the revision has one of the tool's features, or it needs none.
bool offered(tool const& one, revision::revision const& revision) {
  auto rest = one.feature;
  if (rest.empty()) return true;
  for (;;) {
    auto const end = rest.find('|');
    if (revision.has(rest.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    rest.remove_prefix(end + 1);
  }
}

/// Annotations mean nothing before the revision that has them, and are left out there.
void drop_mirrored(json::object& schema) {
  auto* const properties = schema.if_contains("properties");
  if (!properties) return;
  for (auto& property : properties->as_object()) {
    property.value().as_object().erase("x-mcp-header");
    drop_mirrored(property.value().as_object());
  }
}

json::object as_revision_knows_it(tool const& one, revision::revision const& revision) {
  auto definition = one.definition;
  if (!revision.has("titles")) definition.erase("title");
  if (!revision.has("structured-content")) definition.erase("outputSchema");
  if (!revision.has("tool-annotations")) definition.erase("annotations");
  if (!one.mirrored.empty() && !revision.has("mirrored-headers"))
    drop_mirrored(definition.at("inputSchema").as_object());
  // Clients of the extension are not told: there the server decides.
  if (one.tasks != task_support::none && revision.has("tasks"))
    definition["execution"] =
        json::object{{"taskSupport", one.tasks == task_support::required ? "required" : "optional"}};
  return definition;
}

/// Why the tool cannot be called in this way, as a task or without one.
std::optional<failure> refuse_way(tool const& one, call const& c) {
  if (c.in_task) return std::nullopt;
  if (c.revision.has("tasks")) {
    auto const* const wanted = c.params.if_contains("task");
    if (wanted && !wanted->is_object()) return invalid_params("task has to be an object");
    if (wanted && one.tasks == task_support::none)
      // [tasks.forbidden-as-task]
      return failure{code::method_not_found, "this tool does not run as a task"};
    if (!wanted && one.tasks == task_support::required)
      // [tasks.required-as-task]
      return failure{code::method_not_found, "this tool runs as a task only"};
  } else if (one.tasks == task_support::required && !c.may_be_task) {
    return tasks_undeclared();
  }
  return std::nullopt;
}

/// Invalid arguments: a result the model can learn from, or the protocol error of the older revisions.
// [tools.input-errors-in-result]
outcome refuse_arguments(call const& c, std::string const& why) {
  if (c.revision.has("argument-errors-in-result")) return text_result("Invalid arguments: " + why, true);
  return invalid_params("invalid arguments: " + why);
}

} // namespace

// [tools.input-schema-valid] [basic.schemas-valid] [basic.schemas-use-2020-12] [basic.schema-default-dialect]
tool make_tool(json::object definition, std::string_view feature, outcome (*run)(call&, json::object const&),
               bool listed) {
  tool made{std::move(definition), feature, listed, run};
  auto const& schema = made.definition.at("inputSchema");
  auto compiled = jsonschema::compile_schema(schema);
  if (!compiled) throw std::logic_error(std::string(made.name()) + ": " + to_string(compiled.error()));
  made.arguments = *compiled;
  collect_mirrored(schema.as_object(), {}, made.mirrored);
  return made;
}

std::span<tool const> all_tools() {
  static std::vector<tool> const tools = make_fixture_tools();
  return tools;
}

tool const* find_tool(revision::revision const& revision, std::string_view name) {
  for (auto const& one : all_tools())
    if (one.name() == name) return offered(one, revision) ? &one : nullptr;
  return nullptr;
}

// [tools.list-answered] [tools.list-result-shape] [tools.list-order-stable] [tools.list-not-per-connection]
outcome list_tools(call& c) {
  // Nothing but the revision makes a difference, so each is put together once.
  static std::map<std::string, json::array, std::less<>> by_revision;
  auto known = by_revision.find(c.revision.name);
  if (known == by_revision.end()) {
    json::array listed;
    for (auto const& one : all_tools())
      if (one.listed && offered(one, c.revision)) listed.push_back(as_revision_knows_it(one, c.revision));
    known = by_revision.emplace(c.revision.name, std::move(listed)).first;
  }
  return page(c, "tools", known->second);
}

outcome call_tool(call& c) {
  static json::object const none;
  // [tools.malformed-call-refused]
  auto const* const name = c.params.if_contains("name");
  if (!name || !name->is_string()) return invalid_params("name has to be a string");
  auto const* const given = c.params.if_contains("arguments");
  if (given && !given->is_object()) return invalid_params("arguments have to be an object");
  auto const* const one = find_tool(c.revision, name->get_string());
  // [tools.unknown-tool-refused] [tools.unknown-tool-code] [tools.names-case-sensitive]
  if (!one) return invalid_params("there is no tool of this name");

  if (auto why = refuse_way(*one, c)) return *why;
  auto const& arguments = given ? given->get_object() : none;
  // [tools.inputs-validated]
  if (!one->arguments->accepts(given ? *given : json::value(json::object()))) {
    auto const why = one->arguments->explain(given ? *given : json::value(json::object()), 1);
    return refuse_arguments(c, why.empty() ? "they do not fit inputSchema"
                                           : "arguments" + why.front().instance + " " + why.front().message);
  }
  // In the session era the client decides on a task; in the modern one the tool does.
  if (!c.modern() && c.may_be_task && !c.in_task) return as_task{};
  return one->run(c, arguments);
}

// [tools.call-result-shape]
complete text_result(std::string_view text, bool is_error) {
  json::array content;
  content.push_back(json::object{{"type", "text"}, {"text", text}});
  json::object result{{"content", std::move(content)}};
  if (is_error) result["isError"] = true;
  return complete{std::move(result)};
}

} // namespace assay::server
