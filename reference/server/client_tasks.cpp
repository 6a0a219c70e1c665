#include "reference/server/client_tasks.hpp"

#include "reference/session/task.hpp"

#include <algorithm>

namespace assay::server {
namespace {

constexpr double default_interval = 1000; ///< milliseconds, where the client names none
constexpr double longest_interval = 60'000;
constexpr std::int64_t wanted_life = 60'000;

json::object named(question const& of) {
  json::object params;
  params["taskId"] = of.task;
  return params;
}

std::string text_of(json::object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

} // namespace

// [tasks.polls-as-told] [tasks.needs-no-notification]
std::variant<ask_next, look_later, answered, failure> follow(question& of, json::value const& result) {
  if (!of.as_task || of.for_result) return answered{result};
  auto const* shown = result.if_object();
  if (of.task.empty() && shown) {
    auto const* const made = shown->if_contains("task");
    shown = made ? made->if_object() : nullptr;
    if (shown) of.task = text_of(*shown, "taskId");
  }
  if (!shown || of.task.empty()) return failure{code::internal_error, "The client named no task."};
  auto const status = text_of(*shown, "status");
  // [tasks.asks-for-the-result]
  if (session::has_ended(status) || status == "input_required") {
    of.for_result = true;
    return ask_next{"tasks/result", named(of)};
  }
  auto const* const told = shown->if_contains("pollInterval");
  auto const interval = told && told->is_number() ? told->to_number<double>() : default_interval;
  return look_later{std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(interval, 10.0, longest_interval)))};
}

ask_next look(question const& of) {
  return {"tasks/get", named(of)};
}

bool cancels_tasks(json::object const& client_capabilities) {
  auto const* const tasks = client_capabilities.if_contains("tasks");
  auto const* const cancel = tasks && tasks->is_object() ? tasks->get_object().if_contains("cancel") : nullptr;
  return cancel && cancel->is_object();
}

json::object as_client_task(json::object request) {
  request["params"].as_object()["task"] = json::object{{"ttl", wanted_life}};
  return request;
}

} // namespace assay::server
