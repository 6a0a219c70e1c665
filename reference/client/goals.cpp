#include "reference/client/goals.hpp"

#include "reference/client/completion.hpp"
#include "reference/client/discover.hpp"
#include "reference/client/icons.hpp"
#include "reference/client/ping.hpp"
#include "reference/client/prompts.hpp"
#include "reference/client/resources.hpp"
#include "reference/client/subscriptions.hpp"
#include "reference/client/tasks.hpp"
#include "reference/client/tools.hpp"
#include "reference/client/versioning.hpp"
#include "reference/session/error.hpp"
#include "reference/session/modern.hpp"

#include <charconv>

namespace assay::client {
namespace {

struct grammar {
  std::string_view name;
  std::size_t least; ///< arguments that have to follow
};

constexpr grammar verbs_known[] = {{"discover", 0}, {"list", 0},       {"call", 1},        {"ping", 0},
                                   {"read", 1},     {"get-prompt", 1}, {"complete", 3},    {"listen", 0},
                                   {"tasks", 0},    {"task", 1},       {"task-result", 1}, {"cancel-task", 1}};

grammar const* find_verb(std::string_view word) {
  for (auto const& one : verbs_known)
    if (one.name == word) return &one;
  return nullptr;
}

std::string text_member(json::value const& value, std::string_view name) {
  auto const* const object = value.if_object();
  auto const* const member = object ? object->if_contains(name) : nullptr;
  return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

void print_entries(state& c, json::array const& entries, std::string_view kind, std::string_view name) {
  for (auto const& entry : entries) {
    std::string line = std::string(kind) + "  " + text_member(entry, name);
    if (auto const says = text_member(entry, "description"); !says.empty()) line += "  " + says;
    print(c, line);
  }
}

task<std::string> do_list(state& c) {
  json::object all;
  // Only what the server has is asked for. A modern server may not have been asked yet.
  if (!c.capabilities_known && speaks(c, "server-discover")) {
    std::string method = "server/discover";
    json::object none;
    answer const got = co_await request(c, std::move(method), std::move(none));
    if (is_discover_result(got)) take_discover_result(c, got);
  }
  bool const asked = c.capabilities_known;
  bool any = false;
  if (!asked || c.server_capabilities.contains("tools")) {
    any = true;
    listing found = co_await list_tools(c);
    if (!found.failed.empty()) co_return found.failed;
    if (!c.options.as_json) print_entries(c, found.entries, "tool", "name");
    all["tools"] = std::move(found.entries);
  }
  if (asked && c.server_capabilities.contains("resources")) {
    any = true;
    listing found = co_await list_resources(c);
    if (!found.failed.empty()) co_return found.failed;
    if (!c.options.as_json) print_entries(c, found.entries, "resource", "uri");
    all["resources"] = std::move(found.entries);
    listing templates = co_await list_resource_templates(c);
    if (!templates.failed.empty()) co_return templates.failed;
    if (!c.options.as_json) print_entries(c, templates.entries, "template", "uriTemplate");
    all["resourceTemplates"] = std::move(templates.entries);
  }
  if (asked && c.server_capabilities.contains("prompts")) {
    any = true;
    listing found = co_await list_prompts(c);
    if (!found.failed.empty()) co_return found.failed;
    if (!c.options.as_json) print_entries(c, found.entries, "prompt", "name");
    all["prompts"] = std::move(found.entries);
  }
  if (c.options.as_json) print(c, wire::pretty(all));
  if (!any) warn(c, "the server declares no tools, resources or prompts");
  co_return std::string();
}

task<std::string> do_discover(state& c) {
  if (speaks(c, "server-discover")) {
    std::string method = "server/discover";
    json::object none;
    answer const got = co_await request(c, std::move(method), std::move(none));
    if (!got.result()) co_return "server/discover failed: " + got.describe();
    json::value shown = *got.result();
    auto* const meta = wire::find(shown, "/_meta");
    auto* const info =
        meta && meta->is_object() ? meta->get_object().if_contains(session::meta_key::server_info) : nullptr;
    if (info) drop_unsafe_icons(c, *info);
    print(c, wire::pretty(shown));
    co_return std::string();
  }
  json::object said;
  said["protocolVersion"] = c.revision->name;
  said["capabilities"] = c.server_capabilities;
  said["serverInfo"] = c.server_info;
  if (!c.instructions.empty()) said["instructions"] = c.instructions;
  print(c, wire::pretty(said));
  co_return std::string();
}

/// Prints a result: its texts, or all of it.
void print_result(state& c, json::object const& result, std::string_view member) {
  auto const* const blocks = result.if_contains(member);
  bool only_texts = !c.options.as_json && blocks && blocks->is_array() && !blocks->get_array().empty();
  if (only_texts)
    for (auto const& block : blocks->get_array())
      only_texts = only_texts && block.is_object() && block.get_object().contains("text");
  if (!only_texts) {
    print(c, wire::pretty(result));
    return;
  }
  for (auto const& block : blocks->get_array())
    print(c, text_member(block, "text"));
}

std::string judge_result(state& c, answer const& got, std::string const& what, std::string_view member) {
  auto const* const result = got.result();
  if (!result) return what + " failed: " + got.describe();
  print_result(c, *result, member);
  auto const* const error = result->if_contains("isError");
  if (error && error->is_bool() && error->get_bool()) return what + ": the tool reports an error";
  return {};
}

json::object object_argument(verb const& v, std::size_t index) {
  if (v.arguments.size() <= index) return {};
  auto const parsed = wire::parse_value(v.arguments[index]); // its shape was looked at by parse_verbs
  return parsed && parsed->is_object() ? parsed->get_object() : json::object();
}

std::string argument(verb const& v, std::size_t index) {
  return index < v.arguments.size() ? v.arguments[index] : std::string();
}

task<std::string> do_tasks(state& c) {
  if (!speaks(c, "tasks")) co_return "revision " + c.revision->name + " has no list of tasks";
  listing const found = co_await list_tasks(c);
  if (!found.failed.empty()) co_return found.failed;
  if (c.options.as_json) {
    print(c, wire::pretty(found.entries));
    co_return std::string();
  }
  for (auto const& entry : found.entries)
    print(c, text_member(entry, "taskId") + "  " + text_member(entry, "status"));
  co_return std::string();
}

/// What can be done about one task.
task<std::string> do_task(state& c, std::string verb, std::string id) {
  if (!speaks(c, "tasks") && !speaks(c, "extensions")) co_return "revision " + c.revision->name + " has no tasks";
  if (verb == "cancel-task") {
    answer const got = co_await cancel_task(c, id);
    if (!got.result()) co_return "tasks/cancel " + id + " failed: " + got.describe();
    co_return std::string();
  }
  answer const got = co_await get_task(c, id);
  if (!got.result()) co_return "tasks/get " + id + " failed: " + got.describe();
  if (verb == "task") {
    print(c, wire::pretty(*got.result()));
    co_return std::string();
  }
  json::object found = *got.result();
  answer const end = co_await follow_task(c, std::move(found));
  co_return judge_result(c, end, "task " + id, "content");
}

task<std::string> do_verb(state& c, verb v) {
  if (v.name == "discover") {
    std::string failed = co_await do_discover(c);
    co_return failed;
  }
  if (v.name == "list") {
    std::string failed = co_await do_list(c);
    co_return failed;
  }
  if (v.name == "ping") {
    if (!speaks(c, "ping")) co_return "revision " + c.revision->name + " has no ping";
    answer const got = co_await ping(c);
    if (!got.result()) co_return "ping failed: " + got.describe();
    print(c, "pong");
    co_return std::string();
  }
  std::string first = argument(v, 0);
  if (v.name == "call") {
    json::object arguments = object_argument(v, 1);
    answer const got = co_await call_tool(c, first, std::move(arguments));
    co_return judge_result(c, got, "tools/call " + first, "content");
  }
  if (v.name == "read") {
    answer const got = co_await read_resource(c, first);
    // [resources.old-not-found-code-accepted]
    // [basic.withdrawn-not-found-accepted]
    if (got.code() == session::code::resource_not_found) co_return "there is no resource " + first;
    co_return judge_result(c, got, "resources/read " + first, "contents");
  }
  if (v.name == "get-prompt") {
    json::object arguments = object_argument(v, 1);
    answer const got = co_await get_prompt(c, first, std::move(arguments));
    co_return judge_result(c, got, "prompts/get " + first, "messages");
  }
  if (v.name == "complete") {
    std::string name = argument(v, 1);
    std::string value = argument(v, 2);
    answer const got = co_await complete(c, first, std::move(name), std::move(value));
    co_return judge_result(c, got, "completion/complete " + first, "values");
  }
  if (v.name == "tasks") {
    std::string failed = co_await do_tasks(c);
    co_return failed;
  }
  if (v.name == "task" || v.name == "task-result" || v.name == "cancel-task") {
    std::string failed = co_await do_task(c, v.name, first);
    co_return failed;
  }
  unsigned count = 0;
  std::size_t uris = 0;
  if (!first.empty() && first.find_first_not_of("0123456789") == std::string::npos) {
    std::from_chars(first.data(), first.data() + first.size(), count);
    uris = 1;
  }
  std::vector<std::string> watched(v.arguments.begin() + static_cast<std::ptrdiff_t>(uris), v.arguments.end());
  std::string failed = co_await listen(c, count, std::move(watched));
  co_return failed;
}

} // namespace

wire::result<std::vector<verb>> parse_verbs(std::span<std::string const> words) {
  std::vector<verb> verbs;
  for (std::size_t i = 0; i < words.size();) {
    auto const* const known = find_verb(words[i]);
    if (!known) return wire::problem{words[i], "is no verb", "see --help"};
    verb v{words[i++], {}};
    while (v.arguments.size() < known->least && i < words.size())
      v.arguments.push_back(words[i++]);
    if (v.arguments.size() < known->least) return wire::problem{v.name, "lacks an argument", "see --help"};
    bool const takes_object = v.name == "call" || v.name == "get-prompt";
    if (takes_object && i < words.size() && words[i].starts_with("{")) {
      auto const parsed = wire::parse_value(words[i]);
      if (!parsed) return wire::problem{v.name, "the arguments are no JSON: " + wire::to_string(parsed.error()), {}};
      v.arguments.push_back(words[i++]);
    }
    while (v.name == "listen" && i < words.size() && !find_verb(words[i]))
      v.arguments.push_back(words[i++]);
    verbs.push_back(std::move(v));
  }
  return verbs;
}

task<int> run_verbs(state& c, std::vector<verb> verbs) {
  std::string failed = co_await connect(c);
  // [basic.process-outlives-conversation] One server for all of them.
  for (auto const& one : verbs) {
    if (!failed.empty() || c.stopped) break;
    verb copy = one;
    failed = co_await do_verb(c, std::move(copy));
  }
  if (!failed.empty()) warn(c, failed);
  if (!failed.empty()) co_return 1;
  co_return 0;
}

std::string_view verbs_help() {
  return "  discover                  what the server says of itself\n"
         "  list                      its tools, resources and prompts, all pages\n"
         "  call NAME [JSON]          calls a tool\n"
         "  read URI                  reads a resource\n"
         "  get-prompt NAME [JSON]    gets a prompt\n"
         "  complete OF NAME VALUE    completes the argument NAME of a prompt or of a resource template\n"
         "  listen [COUNT] [URI...]   prints notifications, until COUNT have come\n"
         "  tasks                     lists the tasks of the session, where it has tasks\n"
         "  task ID                   what the server says of a task\n"
         "  task-result ID            waits for its end, and prints what came of it\n"
         "  cancel-task ID            cancels it\n"
         "  ping                      asks whether it is there (legacy revisions)\n";
}

} // namespace assay::client
