#include "reference/client/scenarios.hpp"

#include "reference/client/mrtr.hpp"
#include "reference/client/prompts.hpp"
#include "reference/client/resources.hpp"
#include "reference/client/tasks.hpp"
#include "reference/client/tools.hpp"
#include "reference/client/versioning.hpp"

#include <array>

namespace assay::client {
namespace {

constexpr std::array<std::string_view, 13> names{"initialize",
                                                 "tools_call",
                                                 "request-metadata",
                                                 "http-standard-headers",
                                                 "http-custom-headers",
                                                 "http-invalid-tool-headers",
                                                 "sse-retry",
                                                 "elicitation-sep1034-client-defaults",
                                                 "sep-2322-client-request-state",
                                                 "json-schema-ref-no-deref",
                                                 "json-schema-2020-12-preservation",
                                                 "tasks_list",
                                                 "list"};

std::string failure_of(answer const& got, std::string const& what) {
  if (!got.result()) return what + " failed: " + got.describe();
  return {};
}

/// Calls a tool and wants a result.
task<std::string> call(state& c, std::string name, json::object arguments) {
  answer const got = co_await call_tool(c, name, std::move(arguments));
  co_return failure_of(got, "tools/call " + name);
}

task<std::string> list(state& c) {
  if (c.capabilities_known && !c.server_capabilities.contains("tools")) co_return std::string();
  listing const tools = co_await list_tools(c);
  for (auto const& tool : tools.entries)
    if (auto const* const name = tool.is_object() ? tool.get_object().if_contains("name") : nullptr)
      print(c, "tool  " + (name->is_string() ? std::string(name->get_string()) : wire::serialize(*name)));
  co_return tools.failed;
}

task<std::string> list_and_call(state& c, std::string name, json::object arguments) {
  std::string failed = co_await list(c);
  if (!failed.empty()) co_return failed;
  failed = co_await call(c, std::move(name), std::move(arguments));
  co_return failed;
}

/// One of each request that has headers of its own, and the lists before them.
task<std::string> standard_headers(state& c) {
  std::vector<std::string> failures;
  std::string failed = co_await list(c);
  failures.push_back(failed);
  static constexpr std::array<std::string_view, 2> tools{"test_headers", "my-hyphenated-tool"};
  for (auto const tool : tools) {
    json::object none;
    std::string name(tool);
    failed = co_await call(c, std::move(name), std::move(none));
    failures.push_back(failed);
  }
  listing const resources = co_await list_resources(c);
  failures.push_back(resources.failed);
  static constexpr std::array<std::string_view, 2> uris{"file:///path/to/file%20name.txt",
                                                        "https://example.com/resource?id=123"};
  for (auto const uri : uris) {
    std::string copy(uri);
    answer const got = co_await read_resource(c, std::move(copy));
    failures.push_back(failure_of(got, "resources/read " + std::string(uri)));
  }
  listing const prompts = co_await list_prompts(c);
  failures.push_back(prompts.failed);
  std::string name = "test_prompt";
  json::object none;
  answer const got = co_await get_prompt(c, std::move(name), std::move(none));
  failures.push_back(failure_of(got, "prompts/get test_prompt"));
  for (auto const& one : failures)
    if (!one.empty()) co_return one;
  co_return std::string();
}

/// Calls the tools that the context names, with its arguments.
task<std::string> custom_headers(state& c, json::object context) {
  std::string failed = co_await list(c);
  if (!failed.empty()) co_return failed;
  auto const* const calls = context.if_contains("toolCalls");
  if (!calls || !calls->is_array()) co_return "the context has no toolCalls";
  for (auto const& one : calls->get_array()) {
    auto const* const name = wire::find(one, "/name");
    auto const* const arguments = wire::find(one, "/arguments");
    if (!name || !name->is_string() || !arguments || !arguments->is_object())
      co_return "a toolCall lacks name or arguments";
    std::string tool(name->get_string());
    json::object values = arguments->get_object();
    failed = co_await call(c, std::move(tool), std::move(values));
    if (!failed.empty()) co_return failed;
  }
  co_return std::string();
}

/// Every page of the tasks of the session.
task<std::string> all_tasks(state& c) {
  listing const tasks = co_await list_tasks(c);
  for (auto const& one : tasks.entries)
    if (auto const* const id = wire::find(one, "/taskId"); id && id->is_string())
      print(c, "task  " + std::string(id->get_string()));
  co_return tasks.failed;
}

/// A call that needs input, with another call before its retry: the state belongs to the retry alone.
task<std::string> request_state(state& c) {
  std::string failed = co_await list(c);
  if (!failed.empty()) co_return failed;
  json::object params;
  params["name"] = "test_mrtr_echo_state";
  params["arguments"] = json::object();
  json::object first_params = params;
  answer const first = co_await call_tool_once(c, std::move(first_params));
  if (!first.result()) co_return failure_of(first, "tools/call test_mrtr_echo_state");
  std::string unrelated = "test_mrtr_unrelated";
  json::object none;
  failed = co_await call(c, std::move(unrelated), std::move(none));
  if (!failed.empty()) co_return failed;
  if (result_type(*first.result()) == "input_required") {
    json::object asked = *first.result();
    auto retry = co_await retry_params(c, params, std::move(asked));
    if (!retry) co_return wire::to_string(retry.error());
    json::object second_params = std::move(*retry);
    answer const second = co_await call_tool_once(c, std::move(second_params));
    if (!second.result()) co_return failure_of(second, "tools/call test_mrtr_echo_state");
  }
  static constexpr std::array<std::string_view, 2> others{"test_mrtr_no_state", "test_mrtr_no_result_type"};
  for (auto const tool : others) {
    std::string name(tool);
    json::object empty;
    failed = co_await call(c, std::move(name), std::move(empty));
    if (!failed.empty()) co_return failed;
  }
  co_return std::string();
}

/// Sends a tool's schema back as it came.
task<std::string> schema_echo(state& c) {
  listing const tools = co_await list_tools(c);
  if (!tools.failed.empty()) co_return tools.failed;
  json::object arguments;
  for (auto const& tool : tools.entries) {
    auto const* const name = wire::find(tool, "/name");
    auto const* const schema = wire::find(tool, "/inputSchema");
    if (name && schema && name->is_string() && name->get_string() == "json_schema_2020_12_tool")
      arguments["schema"] = *schema;
  }
  if (arguments.empty()) co_return "the server has no tool json_schema_2020_12_tool";
  std::string echo = "json_schema_echo";
  std::string failed = co_await call(c, std::move(echo), std::move(arguments));
  co_return failed;
}

task<std::string> perform(state& c, std::string name, json::object context) {
  json::object arguments;
  if (name == "tools_call") {
    arguments["a"] = 2;
    arguments["b"] = 3;
    return list_and_call(c, "add_numbers", std::move(arguments));
  }
  if (name == "http-standard-headers") return standard_headers(c);
  if (name == "http-custom-headers") return custom_headers(c, std::move(context));
  if (name == "http-invalid-tool-headers") {
    arguments["region"] = "us-east1";
    return list_and_call(c, "valid_tool", std::move(arguments));
  }
  if (name == "sse-retry") return list_and_call(c, "test_reconnection", std::move(arguments));
  if (name == "elicitation-sep1034-client-defaults")
    return list_and_call(c, "test_client_elicitation_defaults", std::move(arguments));
  if (name == "sep-2322-client-request-state") return request_state(c);
  if (name == "json-schema-2020-12-preservation") return schema_echo(c);
  if (name == "tasks_list") return all_tasks(c);
  return list(c); // initialize, request-metadata, json-schema-ref-no-deref, list: nothing but an ordinary request
}

} // namespace

task<int> run_scenario(state& c, std::string name, json::object context) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    warn(c, "there is no scenario \"" + name + "\" here");
    co_return 1;
  }
  std::string failed = co_await connect(c);
  if (failed.empty()) failed = co_await perform(c, name, std::move(context));
  if (failed.empty()) co_return 0;
  warn(c, failed);
  co_return 1;
}

std::span<std::string_view const> scenario_names() {
  return names;
}

} // namespace assay::client
