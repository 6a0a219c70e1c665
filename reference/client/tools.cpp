#include "reference/client/tools.hpp"

#include "reference/client/caching.hpp"
#include "reference/client/mrtr.hpp"
#include "reference/client/tasks.hpp"
#include "reference/client/tool_headers.hpp"
#include "reference/jsonschema/schema.hpp"
#include "reference/session/error.hpp"

namespace assay::client {
namespace {

bool mirrors(state const& c) {
  return over_http(c) && speaks(c, "mirrored-headers");
}

/// Remembers what a tool wants mirrored. False when it is not to be used.
bool take_tool(state& c, json::value const& tool) {
  auto const* const object = tool.if_object();
  auto const* const name = object ? object->if_contains("name") : nullptr;
  auto const* const schema = object ? object->if_contains("inputSchema") : nullptr;
  if (!name || !name->is_string() || !schema) return true;
  std::string const key(name->get_string());
  auto read = read_annotations(*schema);
  if (!read) {
    warn(c, "left out the tool " + key + ": " + wire::to_string(read.error()));
    c.rejected_tools[key] = read.error().what;
    return false;
  }
  c.mirrored[key] = std::move(*read);
  return true;
}

/// Why a result is not what the tool's output schema promises; empty when it is, or when there is no such promise.
std::string broken_promise(state const& c, std::string const& name, json::object const& result) {
  auto const schema = c.output_schemas.find(name);
  if (schema == c.output_schemas.end()) return {};
  // Whether the promise holds for failures is not said: only success is held to it.
  if (auto const* const error = result.if_contains("isError"); error && error->is_bool() && error->get_bool())
    return {};
  auto const* const content = result.if_contains("structuredContent");
  if (!content) return "the tool has an output schema, but its result has no structured content";
  auto const validator = jsonschema::compile_schema(schema->second);
  if (!validator) return "the tool's output schema is not usable: " + wire::to_string(validator.error());
  auto const violations = validator->explain(*content, 1);
  if (violations.empty()) return {};
  return "the structured content does not fit the tool's output schema: " + violations.front().instance + ": " +
         violations.front().message;
}

/// Remembers the output schemas of these tools.
void take_output_schemas(state& c, json::array const& tools) {
  c.output_schemas.clear();
  if (!speaks(c, "structured-content")) return;
  for (auto const& tool : tools) {
    auto const* const object = tool.if_object();
    auto const* const name = object ? object->if_contains("name") : nullptr;
    auto const* const schema = object ? object->if_contains("outputSchema") : nullptr;
    if (name && name->is_string() && schema) c.output_schemas[std::string(name->get_string())] = *schema;
  }
}

struct call_plan {
  transport::http_headers headers;
  bool as_task = false;
  std::string failed;
  call_plan() = default;
};

/// Whether the list has to be read before the call: it says what to mirror, and which tools are tasks.
bool needs_list(state const& c, std::string const& name) {
  if (mirrors(c)) return !c.mirrored.contains(name) && !c.rejected_tools.contains(name);
  return takes_task_calls(c) && !c.task_support.contains(name);
}

// [streamable-http.call-headers-built]
task<call_plan> plan_call(state& c, std::string name, json::object arguments) {
  call_plan plan;
  if (needs_list(c, name)) {
    listing const tools = co_await list_tools(c);
    if (!tools.failed.empty()) warn(c, tools.failed);
  }
  plan.as_task = is_called_as_task(c, name);
  if (!mirrors(c)) co_return plan;
  if (auto const rejected = c.rejected_tools.find(name); rejected != c.rejected_tools.end()) {
    plan.failed = "the tool " + name + " is not usable: " + rejected->second;
    co_return plan;
  }
  auto const known = c.mirrored.find(name);
  if (known == c.mirrored.end()) co_return plan; // not listed: the server will say so
  auto headers = mirror(known->second, arguments);
  if (headers)
    plan.headers = std::move(*headers);
  else
    plan.failed = wire::to_string(headers.error());
  co_return plan;
}

json::object arguments_of(json::object const& params) {
  auto const* const arguments = params.if_contains("arguments");
  return arguments && arguments->is_object() ? arguments->get_object() : json::object();
}

std::string name_of(json::object const& params) {
  auto const* const name = params.if_contains("name");
  return name && name->is_string() ? std::string(name->get_string()) : std::string();
}

} // namespace

task<listing> list_tools(state& c) {
  std::string method = "tools/list";
  std::string member = "tools";
  listing all = co_await list_all(c, std::move(method), std::move(member));
  take_output_schemas(c, all.entries);
  take_task_support(c, all.entries);
  if (!mirrors(c)) co_return all;
  c.mirrored.clear();
  c.rejected_tools.clear();
  json::array usable;
  for (auto const& tool : all.entries)
    if (take_tool(c, tool)) usable.push_back(tool);
  all.entries = std::move(usable);
  co_return all;
}

task<answer> call_tool_once(state& c, json::object params) {
  std::string const name = name_of(params);
  json::object arguments = arguments_of(params);
  call_plan plan = co_await plan_call(c, name, std::move(arguments));
  if (!plan.failed.empty()) co_return answer::none(plan.failed);
  std::string method = "tools/call";
  answer got = co_await request(c, std::move(method), std::move(params), std::move(plan.headers));
  co_return got;
}

task<answer> call_tool(state& c, std::string name, json::object arguments) {
  for (int attempt = 1;; ++attempt) {
    json::object copy = arguments;
    call_plan plan = co_await plan_call(c, name, std::move(copy));
    if (!plan.failed.empty()) co_return answer::none(plan.failed);
    json::object params;
    params["name"] = name;
    params["arguments"] = arguments;
    if (plan.as_task) params["task"] = json::object{{"ttl", c.options.longest_time.count()}};
    std::string method = "tools/call";
    answer got = co_await request_in_rounds(c, std::move(method), std::move(params), std::move(plan.headers));
    if (auto const* const made = task_of(c, got, plan.as_task)) {
      json::object const begun = *made;
      got = co_await follow_task(c, begun);
    } else if (plan.as_task && got.result()) {
      co_return answer::none("the call was to be a task, but its answer names none");
    }
    if (auto const* const result = got.result()) {
      std::string broken = broken_promise(c, name, *result); // [tools.structured-content-checked]
      if (!broken.empty()) co_return answer::none(broken);
    }
    if (got.code() != session::code::header_mismatch || !mirrors(c) || attempt == 2) co_return got;
    // The annotations may have changed since the tools were listed. [streamable-http.relists-after-mismatch]
    c.mirrored.erase(name);
    drop_kept(c, "tools/list");
  }
}

} // namespace assay::client
