// Tools that make something change, so that whoever listens is told: lists, and one resource that can be watched.
#include "reference/server/fixture_tools.hpp"

namespace assay::server {
namespace {

outcome tools_change(call& c, json::object const&) {
  c.changes.push_back({"notifications/tools/list_changed"});
  return text_result("Told everyone who listens that the tools changed.");
}

outcome prompts_change(call& c, json::object const&) {
  c.changes.push_back({"notifications/prompts/list_changed"});
  return text_result("Told everyone who listens that the prompts changed.");
}

outcome resources_change(call& c, json::object const&) {
  c.changes.push_back({"notifications/resources/list_changed"});
  return text_result("Told everyone who listens that the resources changed.");
}

outcome resource_update(call& c, json::object const&) {
  c.changes.push_back({"notifications/resources/updated", "test://watched-resource"});
  return text_result("Told everyone who watches test://watched-resource that it changed.");
}

outcome end_subscription(call& c, json::object const& arguments) {
  c.ended_listens.push_back(arguments.at("subscription"));
  return text_result("Ended the subscription, if there was one of this id.");
}

} // namespace

void add_change_tools(std::vector<tool>& out) {
  auto const add = [&](std::string_view name, std::string_view description,
                       outcome (*run)(call&, json::object const&)) {
    json::object definition{{"name", name}, {"description", description}, {"inputSchema", no_arguments()}};
    out.push_back(make_tool(std::move(definition), "", run));
  };
  add("test_trigger_tool_change", "Says that the list of tools changed", tools_change);
  add("test_trigger_prompt_change", "Says that the list of prompts changed", prompts_change);
  add("test_trigger_resource_change", "Says that the list of resources changed", resources_change);
  add("test_trigger_resource_update", "Says that test://watched-resource changed", resource_update);
  json::object schema{{"type", "object"},
                      {"properties", {{"subscription", {{"type", json::array{"string", "integer"}}}}}},
                      {"required", json::array{"subscription"}}};
  json::object definition{{"name", "test_end_subscription"},
                          {"description", "Ends the subscriptions/listen request with this id, before it answers"},
                          {"inputSchema", std::move(schema)}};
  out.push_back(make_tool(std::move(definition), "subscriptions-listen", end_subscription));
}

} // namespace assay::server
