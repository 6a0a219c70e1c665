#include "reference/session/message.hpp"

namespace assay::session {
namespace {

// [basic.error-code-integer] [basic.error-code-and-message]
json::object error_object(failure const& why) {
  json::object error{{"code", why.code}, {"message", why.message}};
  if (why.data) error["data"] = *why.data;
  return error;
}

} // namespace

// [basic.messages-are-jsonrpc] [basic.response-echoes-id] [basic.result-is-object]
json::value make_response(json::value const& id, json::object result) {
  return json::object{{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

// [basic.notifications-without-id]
json::value make_notification(std::string_view method, json::object params) {
  json::object message{{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.empty()) message["params"] = std::move(params);
  return message;
}

json::value make_request(json::value const& id, std::string_view method, json::object params) {
  json::object message{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}};
  if (!params.empty()) message["params"] = std::move(params);
  return message;
}

json::value make_error(json::value const& id, failure const& why) {
  return json::object{{"jsonrpc", "2.0"}, {"id", id}, {"error", error_object(why)}};
}

json::value make_error_without_id(failure const& why, revision::revision const* revision) {
  // JSON-RPC 2.0 wants null; later revisions made the member optional and allow no null.
  if (revision && !revision->has("error-without-id")) return make_error(nullptr, why);
  return json::object{{"jsonrpc", "2.0"}, {"error", error_object(why)}};
}

// [basic.request-id-string-or-integer] [basic.null-id-not-served]
bool is_valid_id(json::value const* id) {
  return id && (id->is_string() || wire::is_integer(*id));
}

std::string id_key(json::value const& id) {
  return wire::serialize(id);
}

std::optional<failure> request_fault(json::object const& message) {
  auto const* const version = message.if_contains("jsonrpc");
  if (!version || !version->is_string() || version->get_string() != "2.0")
    return failure{code::invalid_request, "jsonrpc has to be \"2.0\"", {}, 400};
  auto const* const method = message.if_contains("method");
  if (!method || !method->is_string()) return failure{code::invalid_request, "method has to be a string", {}, 400};
  if (auto const* const id = message.if_contains("id"); id && !is_valid_id(id))
    return failure{code::invalid_request, "id has to be a string or an integer", {}, 400};
  if (auto const* const params = message.if_contains("params"); params && !params->is_object()) {
    if (params->is_array()) return failure{code::invalid_params, "params are named here: an object", {}, 400};
    return failure{code::invalid_request, "params have to be an object", {}, 400};
  }
  return std::nullopt;
}

json::object const& params_of(json::value const& message) {
  static json::object const none;
  auto const* const object = message.if_object();
  if (!object) return none;
  auto const* const params = object->if_contains("params");
  return params && params->is_object() ? params->get_object() : none;
}

} // namespace assay::session
