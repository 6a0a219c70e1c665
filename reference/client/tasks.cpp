#include "reference/client/tasks.hpp"

#include "reference/client/mrtr.hpp"
#include "reference/client/server_requests.hpp"
#include "reference/session/task.hpp"

#include <algorithm>
#include <set>

namespace assay::client {
namespace {

std::string text_of(json::object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::object named(std::string const& id) {
  json::object params;
  params["taskId"] = id;
  return params;
}

/// How long to wait before the next look. [tasks.polls-as-told] [tasks-extension.polls-as-told]
std::chrono::milliseconds poll_interval(state const& c, json::object const& shown) {
  auto const* const told = shown.if_contains(is_modern(c) ? "pollIntervalMs" : "pollInterval");
  if (!told || !told->is_number()) return c.options.poll_time;
  // Bounded: a server can neither keep us busy nor make us hold on for ever.
  return std::chrono::milliseconds(static_cast<long long>(std::clamp(told->to_number<double>(), 10.0, 86'400'000.0)));
}

/// Tells the server that nobody wants the task any more; why it is given up.
task<answer> give_up_task(state& c, std::string id, std::string why) {
  answer const cancelled = co_await cancel_task(c, id);
  if (!cancelled.result()) warn(c, "task " + id + " could not be cancelled: " + cancelled.describe());
  co_return answer::none(why);
}

// [tasks-extension.input-given] [tasks-extension.asked-once]
/// Answers what the task asks for now, each question once. An empty text, or why there is no answer.
task<std::string> give_inputs(state& c, std::string id, json::object shown, std::set<std::string>& answered) {
  auto const* const wanted = shown.if_contains("inputRequests");
  if (!wanted || !wanted->is_object()) co_return std::string("the task wants input, but says not which");
  json::object news;
  for (auto const& [key, request] : wanted->get_object())
    if (answered.insert(std::string(key)).second) news[key] = request;
  if (news.empty()) co_return std::string();
  auto responses = co_await input_responses(c, news);
  if (!responses) co_return "the task wants what this client cannot give: " + wire::to_string(responses.error());
  json::object params = named(id);
  params["inputResponses"] = std::move(*responses);
  std::string method = "tasks/update";
  answer const got = co_await request(c, std::move(method), std::move(params));
  if (!got.result()) co_return "tasks/update failed: " + got.describe();
  co_return std::string();
}

/// What a modern task that has ended says in place of the call's answer.
answer end_of(json::object const& shown, std::string const& status) {
  json::object message;
  for (auto const* const member : {"result", "error"}) {
    auto const* const value = shown.if_contains(member);
    bool const belongs = status == (std::string_view(member) == "result" ? "completed" : "failed");
    if (belongs && value && value->is_object()) message[member] = *value;
  }
  if (!message.empty()) return answer::of(std::move(message));
  auto const told = text_of(shown, "statusMessage");
  if (status == "cancelled") return answer::none("the task was cancelled" + (told.empty() ? "" : ": " + told));
  return answer::none("the task is " + status + ", but says not what came of it");
}

void tell_status(state& c, std::string const& id, json::object const& shown) {
  auto const told = text_of(shown, "statusMessage");
  note(c, "task " + id + ": " + text_of(shown, "status") + (told.empty() ? "" : ", " + told));
}

} // namespace

// [tasks.only-where-declared]
bool takes_task_calls(state const& c) {
  if (!speaks(c, "tasks")) return false;
  json::value const declared = c.server_capabilities;
  auto const* const call = wire::find(declared, "/tasks/requests/tools/call");
  return call && call->is_object();
}

void take_task_support(state& c, json::array const& tools) {
  c.task_support.clear();
  if (!speaks(c, "tasks")) return;
  for (auto const& tool : tools) {
    auto const* const name = wire::find(tool, "/name");
    auto const* const support = wire::find(tool, "/execution/taskSupport");
    if (!name || !name->is_string()) continue;
    c.task_support[std::string(name->get_string())] =
        support && support->is_string() ? std::string(support->get_string()) : "forbidden";
  }
}

bool is_called_as_task(state const& c, std::string_view tool) {
  if (!takes_task_calls(c)) return false;
  auto const known = c.task_support.find(tool);
  if (known == c.task_support.end()) return false;
  // [tasks.where-required]
  return known->second == "required" || (known->second == "optional" && c.options.as_task);
}

// [tasks-extension.either-result-taken]
json::object const* task_of(state const& c, answer const& got, bool asked) {
  auto const* const result = got.result();
  if (!result) return nullptr;
  if (is_modern(c)) return result_type(*result) == "task" ? result : nullptr;
  auto const* const made = asked ? result->if_contains("task") : nullptr;
  return made ? made->if_object() : nullptr;
}

// [tasks.polls-to-the-end] [tasks-extension.polls-to-the-end]
// [tasks.needs-no-notification] What a notification would say is asked for.
task<answer> follow_task(state& c, json::object begun) {
  json::object shown = std::move(begun);
  std::string const id = text_of(shown, "taskId");
  if (id.empty()) co_return answer::none("the server made a task without an id");
  auto const until = c.options.now() + c.options.longest_time;
  std::string told;
  std::set<std::string> answered;
  for (;;) {
    std::string const status = text_of(shown, "status");
    if (status != told) tell_status(c, id, shown);
    told = status;
    bool const wants_input = status == "input_required";
    if (status != "working" && !wants_input && !session::has_ended(status))
      co_return answer::none("the task has a status that this client does not know: \"" + status + "\"");
    std::string why;
    if (!is_modern(c) && status != "working") {
      // [tasks.asks-for-the-result] The questions of the task come while this is under way.
      std::string method = "tasks/result";
      json::object params = named(id);
      answer got = co_await request(c, std::move(method), std::move(params));
      if (got.came()) co_return got;
      why = "tasks/result failed: " + got.describe();
      if (session::has_ended(status)) co_return answer::none(why);
    } else if (session::has_ended(status)) {
      co_return end_of(shown, status);
    } else if (wants_input) {
      why = co_await give_inputs(c, id, shown, answered);
    }
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - c.options.now());
    if (why.empty() && left.count() <= 0)
      why = "the task has not ended within " + std::to_string(c.options.longest_time.count() / 1000) + " s";
    auto const interval = std::min(poll_interval(c, shown), left);
    if (why.empty()) why = co_await pause(c, interval);
    if (!why.empty()) {
      answer given_up = co_await give_up_task(c, id, why);
      co_return given_up;
    }
    answer const got = co_await get_task(c, id);
    if (c.stopped) {
      answer given_up = co_await give_up_task(c, id, got.describe());
      co_return given_up;
    }
    if (!got.result()) co_return answer::none("tasks/get failed: " + got.describe());
    shown = *got.result();
  }
}

task<answer> get_task(state& c, std::string id) {
  std::string method = "tasks/get";
  json::object params = named(id);
  return request(c, std::move(method), std::move(params));
}

// [cancellation.tasks-cancelled-as-tasks] [tasks-extension.cancelled-by-its-method]
task<answer> cancel_task(state& c, std::string id) {
  std::string method = "tasks/cancel";
  json::object params = named(id);
  return request(c, std::move(method), std::move(params));
}

// [tasks.cursors-opaque]
task<listing> list_tasks(state& c) {
  std::string method = "tasks/list";
  std::string member = "tasks";
  return list_all(c, std::move(method), std::move(member));
}

} // namespace assay::client
