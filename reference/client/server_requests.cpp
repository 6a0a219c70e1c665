#include "reference/client/server_requests.hpp"

#include "reference/client/capabilities.hpp"
#include "reference/client/elicitation.hpp"
#include "reference/client/ping.hpp"
#include "reference/client/roots.hpp"
#include "reference/client/sampling.hpp"
#include "reference/client/url_elicitation.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"
#include "reference/session/task.hpp"
#include "reference/wire/message.hpp"

namespace assay::client {

namespace {

task<reply> serve_method(state& c, std::string method, json::object params) {
  reply made;
  if (method == "ping")
    made = answer_ping();
  else if (is_task_method(c, method))
    made = co_await serve_task_method(c, method, params);
  else if (wants_task(c, method, params))
    made = begin_task(c, method, params);
  else
    made = co_await provide_input(c, method, params);
  co_return made;
}

void put(state& c, json::value message, reply_batch const& batch) {
  if (batch)
    batch->push_back(std::move(message));
  else
    send_message(c, message);
}

task<bool> answer_request(state& c, json::value message, reply_batch batch) {
  json::value const id = *wire::id_of(message);
  std::string const key = session::id_key(id);
  c.serving.insert(key);
  std::string method(wire::method_of(message));
  json::object params = session::params_of(message);
  reply made = co_await serve_method(c, std::move(method), std::move(params));
  if (c.serving.erase(key) == 0) co_return false; // cancelled meanwhile [cancellation.cancelled-request-unanswered]
  if (auto const* const failed = std::get_if<session::failure>(&made)) {
    put(c, session::make_error(id, *failed), batch);
    co_return true;
  }
  auto result = std::move(std::get<json::object>(made));
  // What belongs to a task says so, the answer as well as the question.
  if (auto const* const meta = session::meta_of(message); meta && meta->contains(session::related_task)) {
    json::object related;
    related[session::related_task] = meta->at(session::related_task);
    result["_meta"] = std::move(related);
  }
  put(c, session::make_response(id, std::move(result)), batch);
  co_return true;
}

} // namespace

task<reply> provide_input(state& c, std::string method, json::object params) {
  // [roots.failures-as-errors] [sampling.failures-as-errors]
  // What was declared is what the revision has; a server that asks for more is told so.
  json::object const declared = c.revision ? client_capabilities(c.options, *c.revision) : json::object();
  if (method == "roots/list" && declared.contains("roots")) co_return list_roots(c);
  if (method == "sampling/createMessage" && declared.contains("sampling"))
    co_return create_message(params, c.revision->has("sampling-tools"));
  if (method == "elicitation/create" && declared.contains("elicitation")) {
    auto const* const mode = params.if_contains("mode");
    if (!mode || *mode != "url" || !may_visit_pages(c.options, *c.revision)) co_return elicit(params);
    reply visited = co_await visit_page(c, params);
    co_return visited;
  }
  co_return session::failure{session::code::method_not_found, "this client has no method " + method};
}

void serve(state& c, json::value const& message, reply_batch const& batch) {
  if (is_modern(c)) {
    // [streamable-http.no-responses-posted] [stdio.no-responses-written]
    warn(c, "ignored a request from the server: " + std::string(wire::method_of(message)));
    return;
  }
  if (auto const fault = session::request_fault(message.get_object())) {
    auto const* const id = wire::id_of(message);
    put(c,
        session::is_valid_id(id) ? session::make_error(*id, *fault)
                                 : session::make_error_without_id(*fault, c.revision),
        batch);
    return;
  }
  spawn(c, answer_request(c, message, batch));
}

void stop_serving(state& c, json::value const& notification) {
  auto const* const id = session::params_of(notification).if_contains("requestId");
  if (session::is_valid_id(id)) c.serving.erase(session::id_key(*id));
}

} // namespace assay::client
