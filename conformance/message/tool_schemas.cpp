#include "conformance/message/tool_schemas.hpp"

#include "reference/wire/message.hpp"

namespace assay::message {

namespace {

using jsonschema::violation;

constexpr std::size_t most_tools = 10'000;

json::value const* member(json::value const& of, std::string_view name) {
  auto const* object = of.if_object();
  return object ? object->if_contains(name) : nullptr;
}

void judge(jsonschema::validator const& by, json::value const& value, std::string const& at, std::string const& schema,
           std::vector<violation>& out) {
  if (by.accepts(value)) return;
  for (auto& found : by.explain(value)) {
    found.instance.insert(0, at);
    found.schema = schema + found.schema;
    found.message += ", says the " + schema;
    out.push_back(std::move(found));
  }
}

} // namespace

std::string_view text_of(json::value const* value) {
  auto const* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::optional<jsonschema::validator> tool_schemas::compiled(json::value const& schema, std::string const& at,
                                                            std::vector<violation>& out) const {
  auto made = jsonschema::compile_schema(schema);
  if (made.has_error() && !names_dialect_ && !member(schema, "$schema"))
    if (auto older = jsonschema::compile_schema(schema, jsonschema::dialect::draft7); older.has_value())
      return std::move(*older);
  if (made.has_value()) return std::move(*made);
  auto const where = made.error().where;
  auto const pointer = where.find('/');
  auto what = made.error().what;
  if (constexpr std::string_view said = "is not valid in its dialect: "; what.starts_with(said))
    what.erase(0, said.size());
  out.push_back({at + (pointer == std::string::npos ? "" : where.substr(pointer)), "", "schema",
                 "is no valid JSON Schema: " + what});
  return std::nullopt;
}

void tool_schemas::check_tool(json::value const& given, std::string const& at, std::vector<violation>& out) {
  tool made;
  if (auto const* schema = member(given, "inputSchema"); schema && schema->is_object())
    made.input = compiled(*schema, at + "/inputSchema", out);
  if (auto const* schema = member(given, "outputSchema"); schema && schema->is_object())
    made.output = compiled(*schema, at + "/outputSchema", out);
  auto const name = text_of(member(given, "name"));
  if (name.empty() || (tools_.size() >= most_tools && !tools_.contains(name))) return;
  tools_.insert_or_assign(std::string(name), std::move(made));
}

std::vector<violation> tool_schemas::check(json::value const& message, json::value const* request) {
  std::vector<violation> out;
  auto const called = [&](json::value const& call) {
    auto const* params = wire::method_of(call) == "tools/call" ? member(call, "params") : nullptr;
    return params ? tools_.find(text_of(member(*params, "name"))) : tools_.end();
  };
  if (auto const found = called(message); found != tools_.end() && found->second.input) {
    static json::value const none{json::object()};
    auto const* arguments = member(*member(message, "params"), "arguments");
    if (!arguments || arguments->is_object()) // what they are at all is the protocol's to say
      judge(*found->second.input, arguments ? *arguments : none, "/params/arguments", "inputSchema of " + found->first,
            out);
  }
  auto const* result = member(message, "result");
  if (!request || !result) return out;
  if (wire::method_of(*request) == "tools/list") {
    auto const* tools = member(*result, "tools");
    if (!tools || !tools->is_array()) return out;
    for (std::size_t i = 0; i != tools->get_array().size(); ++i)
      check_tool(tools->get_array()[i], "/result/tools/" + std::to_string(i), out);
    return out;
  }
  // An error need not have the structure, and what has no content is not yet the result of the tool.
  auto const found = called(*request);
  auto const* failed = member(*result, "isError");
  if (found == tools_.end() || !found->second.output || !member(*result, "content") ||
      (failed && failed->is_bool() && failed->get_bool()))
    return out;
  if (auto const* content = member(*result, "structuredContent"))
    judge(*found->second.output, *content, "/result/structuredContent", "outputSchema of " + found->first, out);
  else
    out.push_back(
        {"/result", "", "schema",
         "has no \"structuredContent\"; the tool " + found->first + " has an outputSchema, which it must meet"});
  return out;
}

} // namespace assay::message
