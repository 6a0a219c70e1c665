#include "reference/server/subscriptions.hpp"

#include "reference/server/tasks.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"

#include <array>
#include <utility>

namespace assay::server {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> lists{{
    {"toolsListChanged", "notifications/tools/list_changed"},
    {"promptsListChanged", "notifications/prompts/list_changed"},
    {"resourcesListChanged", "notifications/resources/list_changed"},
}};

// [subscriptions.id-carried]
json::object tagged(json::value const& id) {
  json::object meta;
  meta[session::meta_key::subscription_id] = id;
  json::object params;
  params["_meta"] = std::move(meta);
  return params;
}

// [subscriptions.only-requested-types] [tasks-extension.only-listened-tasks]
bool asked_for(json::object const& filter, change const& what) {
  for (auto const& [field, method] : lists)
    if (method == what.method) return filter.contains(field);
  auto const* const uris =
      filter.if_contains(what.method == "notifications/tasks" ? "taskIds" : "resourceSubscriptions");
  if (!uris) return false;
  for (auto const& uri : uris->as_array())
    if (uri.as_string() == what.uri) return true;
  return false;
}

} // namespace

outcome listen(call& c) {
  auto const* const wanted = c.params.if_contains("notifications");
  if (!wanted || !wanted->is_object()) return invalid_params("notifications have to be an object");
  // [subscriptions.acknowledged-subset]
  json::object honoured;
  for (auto const& entry : lists) {
    auto const* const value = wanted->get_object().if_contains(entry.first);
    if (!value) continue;
    if (!value->is_bool()) return invalid_params(std::string(entry.first) + " has to be a boolean");
    if (value->get_bool()) honoured[entry.first] = true;
  }
  if (auto const* const uris = wanted->get_object().if_contains("resourceSubscriptions")) {
    if (!uris->is_array() || uris->get_array().size() > c.settings.limits.subscriptions)
      return invalid_params("resourceSubscriptions have to be an array of at most a thousand URIs");
    for (auto const& uri : uris->get_array())
      if (!uri.is_string()) return invalid_params("resourceSubscriptions have to be strings");
    honoured["resourceSubscriptions"] = *uris;
  }
  if (auto const* const ids = wanted->get_object().if_contains("taskIds")) {
    // [tasks-extension.undeclared-listening-refused] [tasks-extension.acknowledged-tasks]
    if (!declares_tasks(c.client_capabilities)) return tasks_undeclared();
    if (!ids->is_array() || ids->get_array().size() > c.settings.limits.subscriptions)
      return invalid_params("taskIds have to be an array of at most a thousand ids");
    json::array known;
    for (auto const& id : ids->get_array()) {
      if (!id.is_string()) return invalid_params("taskIds have to be strings");
      auto const* const one = c.tasks->find(id.get_string(), 0, c.settings.now());
      if (one && one->principal == c.principal) known.push_back(id);
    }
    honoured["taskIds"] = std::move(known);
  }
  auto params = tagged(c.id);
  params["notifications"] = honoured;
  // [subscriptions.acknowledged]
  c.notifications.push_back(session::make_notification("notifications/subscriptions/acknowledged", std::move(params)));
  return later{{}, std::move(honoured)};
}

// [prompts.list-changed-sent] [resources.list-changed-sent]
// [tools.list-changed-sent]
std::optional<json::value> tell_listener(json::value const& listener, json::value const& id, change const& what) {
  auto const* const filter = listener.if_object();
  if (!filter || !asked_for(*filter, what)) return std::nullopt;
  auto params = tagged(id);
  if (what.method == "notifications/resources/updated") params["uri"] = what.uri;
  for (auto const& [name, value] : what.params)
    params[name] = value;
  return session::make_notification(what.method, std::move(params));
}

std::optional<json::value> tell_session(session::legacy const& session, change const& what) {
  // Nothing but pings and log messages may be sent before the client says it is ready.
  // [lifecycle.no-requests-before-initialized]
  if (session.now != session::legacy::phase::operating) return std::nullopt;
  json::object params;
  if (!what.uri.empty()) {
    // [resources.update-sent] [resources.unsubscribed-not-told]
    // [resources.updates-only-to-subscribers]
    if (!session.subscriptions.contains(what.uri)) return std::nullopt;
    params["uri"] = what.uri;
  }
  return session::make_notification(what.method, std::move(params));
}

} // namespace assay::server
