#include "reference/client/server_requests.hpp"

#include "reference/client/capabilities.hpp"
#include "reference/client/elicitation.hpp"
#include "reference/client/ping.hpp"
#include "reference/client/roots.hpp"
#include "reference/client/sampling.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"
#include "reference/session/task.hpp"
#include "reference/wire/message.hpp"

namespace assay::client {

reply provide_input(state& c, std::string_view method, json::object const& params) {
  // [roots.failures-as-errors] [sampling.failures-as-errors]
  // What was declared is what the revision has; a server that asks for more is told so.
  json::object const declared = c.revision ? client_capabilities(*c.revision) : json::object();
  if (method == "roots/list" && declared.contains("roots")) return list_roots(c);
  if (method == "sampling/createMessage" && declared.contains("sampling")) {
    return create_message(params, c.revision->has("sampling-tools"));
  }
  if (method == "elicitation/create" && declared.contains("elicitation")) return elicit(params);
  return session::failure{session::code::method_not_found, "this client has no method " + std::string(method)};
}

std::optional<json::value> answer_to_server(state& c, json::value const& message) {
  auto const method = wire::method_of(message);
  if (is_modern(c)) {
    // [streamable-http.no-responses-posted] [stdio.no-responses-written]
    warn(c, "ignored a request from the server: " + std::string(method));
    return std::nullopt;
  }
  auto const* const id = wire::id_of(message);
  if (auto const fault = session::request_fault(message.get_object())) {
    if (session::is_valid_id(id)) return session::make_error(*id, *fault);
    return session::make_error_without_id(*fault, c.revision);
  }
  reply made = method == "ping" ? reply(answer_ping()) : provide_input(c, method, session::params_of(message));
  if (auto const* const failed = std::get_if<session::failure>(&made)) return session::make_error(*id, *failed);
  auto result = std::move(std::get<json::object>(made));
  // What belongs to a task says so, the answer as well as the question.
  if (auto const* const meta = session::meta_of(message); meta && meta->contains(session::related_task)) {
    json::object related;
    related[session::related_task] = meta->at(session::related_task);
    result["_meta"] = std::move(related);
  }
  return session::make_response(*id, std::move(result));
}

} // namespace assay::client
