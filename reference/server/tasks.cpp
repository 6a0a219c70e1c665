#include "reference/server/tasks.hpp"

#include "reference/server/pagination.hpp"

#include <algorithm>

namespace assay::server {
namespace {

constexpr std::int64_t longest_life = 60 * 60 * 1000;
constexpr std::int64_t poll_interval = 100;
constexpr std::size_t most_tasks = 1000;

// [tasks.parameter-decides] [tasks.unknown-refused]
// [tasks-extension.unknown-not-shown] [tasks-extension.unknown-refused] [tasks-extension.undeclared-methods-refused]
/// The task a request names, or why there is none.
std::variant<task*, failure> named(call& c) {
  if (c.modern() && !declares_tasks(c.client_capabilities)) return tasks_undeclared();
  auto const* const id = c.params.if_contains("taskId");
  if (!id || !id->is_string()) return invalid_params("taskId has to be a string");
  auto* const found = c.tasks->find(id->get_string(), c.owner, c.settings.now());
  // [tasks.bound-to-requestor] [tasks-extension.access-checked]
  if (!found || found->principal != c.principal) return invalid_params("there is no such task");
  return found;
}

} // namespace

task* task_store::create(call const& c, json::value state) {
  auto const now = c.settings.now();
  drop_lapsed(now);
  if (tasks_.size() >= most_tasks) {
    auto oldest = tasks_.end();
    for (auto at = tasks_.begin(); at != tasks_.end(); ++at)
      if (at->second.ended() && (oldest == tasks_.end() || at->second.updated < oldest->second.updated)) oldest = at;
    if (oldest == tasks_.end()) return nullptr;
    tasks_.erase(oldest);
  }
  task made;
  // [tasks.ids-differ] [tasks.bound-to-requestor] [tasks-extension.ids-differ] [tasks-extension.ids-unguessable]
  made.id = c.settings.unguessable();
  made.owner = c.owner;
  made.principal = c.principal;
  made.revision = &c.revision;
  made.created = made.updated = now;
  made.ttl = longest_life;
  if (auto const* const wanted = c.params.if_contains("task"); wanted && wanted->is_object() && !c.modern()) {
    auto const* const ttl = wanted->get_object().if_contains("ttl");
    if (ttl && ttl->is_number())
      made.ttl =
          static_cast<std::int64_t>(std::clamp(ttl->to_number<double>(), 1.0, static_cast<double>(longest_life)));
  }
  made.params = c.params;
  for (auto const* name : {"_meta", "task", "inputResponses", "requestState"})
    made.params.erase(name);
  made.client_capabilities = c.client_capabilities;
  // [progress.task-keeps-token]
  if (!c.modern()) made.progress_token = c.progress_token;
  made.state = std::move(state);
  ready.push_back(made.id);
  auto const id = made.id;
  return &tasks_.emplace(id, std::move(made)).first->second;
}

void task_store::drop_lapsed(std::int64_t now) {
  std::erase_if(tasks_, [&](auto const& one) { return one.second.created + one.second.ttl < now; });
}

task* task_store::find(std::string_view id, std::uint64_t owner, std::int64_t now) {
  auto const at = tasks_.find(id);
  // [tasks.bound-to-requestor]
  if (at == tasks_.end() || at->second.owner != owner) return nullptr;
  if (at->second.created + at->second.ttl < now) {
    tasks_.erase(at);
    return nullptr;
  }
  return &at->second;
}

std::vector<task const*> task_store::of(std::uint64_t owner, std::int64_t now) {
  drop_lapsed(now);
  std::vector<task const*> out;
  for (auto const& [id, one] : tasks_)
    if (one.owner == owner) out.push_back(&one);
  std::sort(out.begin(), out.end(), [](task const* a, task const* b) {
    return a->created != b->created ? a->created < b->created : a->id < b->id;
  });
  return out;
}

void task_store::give_answers(task& to, json::object const& answers, std::int64_t now) {
  // [tasks.input-received] [tasks-extension.other-answers-ignored]
  if (to.status != "input_required") return;
  for (auto const& [key, value] : answers) {
    if (!to.requests.contains(key)) continue;
    to.requests.erase(key);
    to.inputs[key] = value;
  }
  // [tasks-extension.goes-on-with-input]
  if (!to.requests.empty()) return;
  set_status(to, "working", "", now);
  ready.push_back(to.id);
}

void task_store::set_status(task& of, std::string status, std::string message, std::int64_t now) {
  of.status = std::move(status);
  of.message = std::move(message);
  of.updated = now;
  changed.push_back(of.id);
}

void task_store::forget(std::uint64_t owner) {
  if (owner != 0) std::erase_if(tasks_, [&](auto const& one) { return one.second.owner == owner; });
}

// [tasks.create-result] [tasks.result-shapes] [tasks.ttl-told] [tasks.begins-working]
json::object describe_start(task const& of) {
  json::object shown{{"taskId", of.id},
                     {"status", of.status},
                     {"createdAt", session::timestamp(of.created)},
                     {"lastUpdatedAt", session::timestamp(of.updated)},
                     {of.modern() ? "ttlMs" : "ttl", of.ttl},
                     {of.modern() ? "pollIntervalMs" : "pollInterval", poll_interval}};
  if (!of.message.empty()) shown["statusMessage"] = of.message;
  return shown;
}

// [tasks-extension.status-shown] [tasks-extension.questions-shown] [tasks-extension.all-questions-shown]
// [tasks-extension.result-inlined] [tasks-extension.error-carried] [tasks-extension.shapes]
json::object describe(task const& of) {
  auto shown = describe_start(of);
  if (!of.modern()) return shown;
  if (of.status == "input_required") shown["inputRequests"] = of.requests;
  if (of.status == "completed" && of.result) shown["result"] = *of.result;
  if (of.status == "failed" && of.error) {
    json::object error{{"code", of.error->code}, {"message", of.error->message}};
    if (of.error->data) error["data"] = *of.error->data;
    shown["error"] = std::move(error);
  }
  return shown;
}

bool declares_tasks(json::object const& client_capabilities) {
  auto const* const extensions = client_capabilities.if_contains("extensions");
  auto const* const settings =
      extensions && extensions->is_object() ? extensions->get_object().if_contains(session::tasks_extension) : nullptr;
  return settings && settings->is_object();
}

// [versioning.extension-fallback] [tasks-extension.needed-extension-named]
failure tasks_undeclared() {
  json::object extension;
  extension[session::tasks_extension] = json::object();
  json::object required;
  required["extensions"] = std::move(extension);
  json::object data;
  data["requiredCapabilities"] = std::move(required);
  return {code::missing_client_capability, "this needs the tasks extension, which the request does not declare",
          std::move(data), 400};
}

// [tasks.get-not-streamed] [tasks.no-needless-metadata] [tasks-extension.answers-complete]
outcome get_task(call& c) {
  auto const found = named(c);
  if (auto const* const why = std::get_if<failure>(&found)) return *why;
  return complete{describe(*std::get<task*>(found))};
}

outcome cancel_task(call& c) {
  auto const found = named(c);
  if (auto const* const why = std::get_if<failure>(&found)) return *why;
  auto& one = *std::get<task*>(found);
  if (one.ended()) {
    // [tasks.ended-not-cancelled]
    // The modern acknowledgement says only that we heard; the older revision refuses.
    // [tasks-extension.acknowledged-empty]
    if (c.modern()) return complete{};
    return invalid_params("this task has ended already: " + one.status);
  }
  one.requests.clear();
  one.error = failure{code::internal_error, "the task was cancelled"};
  // [tasks.cancels] [tasks.cancelled-stays]
  c.tasks->set_status(one, "cancelled", "cancelled by request", c.settings.now());
  return complete{c.modern() ? json::object() : describe(one)};
}

outcome update_task(call& c) {
  auto const found = named(c);
  if (auto const* const why = std::get_if<failure>(&found)) return *why;
  auto const* const answers = c.params.if_contains("inputResponses");
  if (!answers || !answers->is_object()) return invalid_params("inputResponses have to be an object");
  c.tasks->give_answers(*std::get<task*>(found), answers->get_object(), c.settings.now());
  return complete{};
}

// [tasks.listed] [tasks.pages-listed]
outcome list_tasks(call& c) {
  json::array all;
  for (auto const* one : c.tasks->of(c.owner, c.settings.now()))
    all.push_back(describe(*one));
  // A cursor that was good when there were more tasks is at the end now, not wrong.
  return page(c, "tasks", all);
}

outcome task_result(call& c) {
  auto const found = named(c);
  if (auto const* const why = std::get_if<failure>(&found)) return *why;
  auto& one = *std::get<task*>(found);
  c.tasks->give_answers(one, c.inputs, c.settings.now());

  json::object related{{"taskId", one.id}};
  if (one.ended()) {
    // [tasks.error-is-the-answer] [tasks.result-is-the-answer]
    if (one.error && !one.result) return *one.error;
    auto result = *one.result;
    auto& meta = result["_meta"];
    if (!meta.is_object()) meta = json::object();
    // [tasks.result-related]
    meta.get_object()[session::related_task] = std::move(related);
    return complete{std::move(result)};
  }
  // [tasks.result-waits]
  if (one.requests.empty()) return later{};
  input_required wanted;
  wanted.requests = one.requests;
  for (auto& request : wanted.requests) {
    auto& object = request.value().as_object();
    if (!object.contains("params")) object["params"] = json::object();
    auto& params = object["params"].as_object();
    if (!params.contains("_meta")) params["_meta"] = json::object();
    // [tasks.requests-related]
    params["_meta"].as_object()[session::related_task] = related;
  }
  return wanted;
}

} // namespace assay::server
