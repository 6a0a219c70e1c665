#include "reference/server/core.hpp"

#include "reference/server/caching.hpp"
#include "reference/server/capabilities.hpp"
#include "reference/server/dispatch.hpp"
#include "reference/server/lifecycle.hpp"
#include "reference/server/logging.hpp"
#include "reference/server/mrtr.hpp"
#include "reference/server/progress.hpp"
#include "reference/server/subscriptions.hpp"
#include "reference/server/tools.hpp"
#include "reference/server/versioning.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"

namespace assay::server {

using session::id_key;
using session::params_of;
using wire::message_kind;

/// A request that is not answered yet.
struct core::pending {
  peer_id from = 0;
  ticket group = 0; ///< the batch it came in, else itself
  std::shared_ptr<json::value const> message;
  json::value id;
  bool modern = false;
  session::modern context; ///< of a modern request
  json::value progress_token;
  json::object inputs;
  json::value state;
  std::map<std::string, question> asked; ///< legacy: our requests, by the key of the input
  std::size_t rounds = 0;                ///< times the handler was called
  std::vector<change> when_cancelled;
};

struct core::peer {
  std::optional<session::legacy> session;
  std::map<std::string, ticket> open; ///< by JSON-RPC id
  std::string principal;
  bool can_be_asked = true;
  json::value ping;             ///< the id of the one that is not answered yet
  std::uint64_t ping_timer = 0; ///< when the next one is due, or the answer to this one; 0: no pings
};

/// A JSON-RPC batch: answered as a whole once all its requests are.
struct core::batch {
  peer_id from = 0;
  std::size_t unanswered = 0;
  json::array answers;
  std::shared_ptr<json::value const> message;
};

core::core(server::settings with) : settings_(std::move(with)) {}
core::~core() = default;

peer_id core::connect(std::string principal) {
  auto const id = next_++;
  peers_[id].principal = std::move(principal);
  return id;
}

void core::disconnect(peer_id id) {
  auto const at = peers_.find(id);
  if (at == peers_.end()) return;
  for (auto const& [key, about] : at->second.open)
    pending_.erase(about);
  tasks_.forget(id);
  std::erase_if(batches_, [&](auto const& one) { return one.second.from == id; });
  peers_.erase(at);
}

void core::can_be_asked(peer_id id, bool so) {
  if (auto const at = peers_.find(id); at != peers_.end()) at->second.can_be_asked = so;
}

session::legacy const* core::session(peer_id id) const {
  auto const at = peers_.find(id);
  return at != peers_.end() && at->second.session ? &*at->second.session : nullptr;
}

effects core::receive(peer_id id, json::value const& message, era hint) {
  effects out;
  if (!peers_.contains(id)) return out;
  if (wire::classify(message) == message_kind::batch)
    receive_batch(id, message, out);
  else
    receive_one(id, message, hint, 0, out);
  return out;
}

// [basic.parse-error-code] [basic.malformed-input-survived]
effects core::receive_unreadable(peer_id id, std::string const& why) {
  effects out;
  if (!peers_.contains(id)) return out;
  refuse(id, nullptr, {code::parse_error, "this is no JSON: " + why, {}, 400}, 0, out);
  return out;
}

void core::refuse(peer_id to, json::value const& message, failure const& why, ticket group, effects& out) {
  auto const about = group ? group : next_++;
  if (!group) out.about = about;
  auto const* const id = wire::id_of(message);
  auto const* const legacy = session(to);
  auto const* const newest = settings_.revisions.empty() ? nullptr : settings_.revisions.back();
  // [basic.response-echoes-id] The id of the request when it can be read.
  auto error = session::is_valid_id(id)
                   ? session::make_error(*id, why)
                   : session::make_error_without_id(why, legacy && legacy->revision ? legacy->revision : newest);
  answer(to, about, std::move(error), std::make_shared<json::value const>(message), why.http_status, out);
}

void core::receive_one(peer_id id, json::value const& message, era hint, ticket group, effects& out) {
  switch (wire::classify(message)) {
  case message_kind::request: return receive_request(id, message, hint, group, out);
  case message_kind::notification: return receive_notification(id, message, out);
  case message_kind::response:
  case message_kind::error: return receive_answer(id, message, out);
  case message_kind::batch: // within a batch
  case message_kind::invalid: break;
  }
  refuse(id, message, {code::invalid_request, "this is neither request, notification nor response", {}, 400}, group,
         out);
}

// [basic.batch-answered] [basic.batched-notifications-not-answered] [basic.empty-batch-refused]
void core::receive_batch(peer_id id, json::value const& message, effects& out) {
  auto const* const legacy = session(id);
  auto const& elements = message.get_array();
  if (!legacy || !legacy->revision || !legacy->revision->has("batching"))
    return refuse(id, nullptr, {code::invalid_request, "one message at a time: this revision has no batches", {}, 400},
                  0, out);
  if (elements.empty())
    return refuse(id, nullptr, {code::invalid_request, "a batch holds at least one message", {}, 400}, 0, out);
  if (elements.size() > settings_.limits.batch)
    return refuse(id, nullptr, {code::invalid_request, "too many messages in one batch", {}, 400}, 0, out);

  auto const group = next_++;
  batch whole;
  whole.from = id;
  whole.message = std::make_shared<json::value const>(message);
  for (auto const& element : elements) {
    auto const kind = wire::classify(element);
    if (kind == message_kind::request || kind == message_kind::invalid || kind == message_kind::batch)
      ++whole.unanswered;
  }
  if (whole.unanswered > 0) {
    out.about = group;
    batches_.emplace(group, std::move(whole));
  }
  for (auto const& element : elements)
    receive_one(id, element, era::legacy, group, out);
}

bool core::is_modern(peer_id id, json::value const& message, era hint) const {
  if (hint != era::any) return hint == era::modern;
  if (!settings_.speaks("modern")) return false;
  if (!settings_.speaks("legacy") || session::speaks_modern(message)) return true;
  auto const method = wire::method_of(message);
  // Without metadata only a handshake, or what stands in one, can be legacy. The rest is told what it lacks.
  return !session(id) && method != "initialize" && method != "ping";
}

void core::receive_request(peer_id id, json::value const& message, era hint, ticket group, effects& out) {
  if (auto const fault = session::request_fault(message.get_object())) return refuse(id, message, *fault, group, out);
  auto const& open = peers_.at(id).open;
  if (open.contains(id_key(*wire::id_of(message))))
    return refuse(id, message, {code::invalid_request, "another request with this id is not answered yet", {}, 400},
                  group, out);
  if (open.size() >= settings_.limits.pending)
    return refuse(id, message, {code::internal_error, "too many requests are not answered yet", {}, 503}, group, out);
  if (group && wire::method_of(message) == "initialize")
    return refuse(id, message, {code::invalid_request, "initialize does not travel in a batch", {}, 400}, group, out);

  auto const about = next_++;
  if (!group) out.about = about;
  auto& one = pending_[about];
  one.group = group ? group : about;
  start(id, message, hint, about, out);
}

void core::start(peer_id id, json::value const& message, era hint, ticket about, effects& out) {
  auto& from = peers_.at(id);
  auto& one = pending_.at(about);
  one.from = id;
  one.message = std::make_shared<json::value const>(message);
  one.id = *wire::id_of(message);
  one.modern = is_modern(id, message, hint);
  from.open[id_key(one.id)] = about;
  auto const fail = [&](failure const& why) {
    auto const request = one.message;
    auto const group = one.group;
    auto error = session::make_error(one.id, why);
    finish(about);
    answer(id, group, std::move(error), request, why.http_status, out);
  };

  auto token = read_progress_token(params_of(message));
  if (one.modern) {
    auto context = read_context(settings_, message);
    if (auto const* const why = std::get_if<failure>(&context)) return fail(*why);
    one.context = std::move(std::get<session::modern>(context));
    if (auto const* const why = std::get_if<failure>(&token)) return fail(*why);
    auto found = may_ask_for_input(wire::method_of(message))
                     ? read_retry(settings_, wire::method_of(message), params_of(message), from.principal)
                     : std::variant<retry, failure>(retry{});
    if (auto const* const why = std::get_if<failure>(&found)) return fail(*why);
    one.inputs = std::move(std::get<retry>(found).inputs);
    one.state = std::move(std::get<retry>(found).state);
  } else {
    if (auto const* const why = std::get_if<failure>(&token)) return fail(*why);
    if (wire::method_of(message) == "initialize") {
      session::legacy made = from.session ? *from.session : session::legacy{};
      auto done = initialize(settings_, made, params_of(message));
      if (auto const* const why = std::get_if<failure>(&done)) return fail(*why);
      from.session = std::move(made);
      auto const request = one.message;
      auto const group = one.group;
      auto response = session::make_response(one.id, std::move(std::get<complete>(done).result));
      finish(about);
      return answer(id, group, std::move(response), request, 200, out);
    }
    // Before that only a ping is answered.
    if (!from.session && wire::method_of(message) == "ping") {
      auto const request = one.message;
      auto const group = one.group;
      auto response = session::make_response(one.id, {});
      finish(about);
      return answer(id, group, std::move(response), request, 200, out);
    }
    if (!from.session) return fail({code::invalid_request, "initialize comes first"});
  }
  one.progress_token = std::move(std::get<json::value>(token));
  run(about, out);
}

void core::run(ticket about, effects& out) {
  auto& one = pending_.at(about);
  auto& from = peers_.at(one.from);
  auto* const legacy = one.modern ? nullptr : &*from.session;
  auto const& revision = one.modern ? *one.context.revision : *legacy->revision;
  auto const method = wire::method_of(*one.message);

  call c{settings_, revision, method, params_of(*one.message),
         one.modern ? one.context.client_capabilities : legacy->client_capabilities};
  // [basic.no-context-from-earlier-requests] [basic.interleaved-requests-served]
  c.session = legacy;
  c.id = one.id;
  c.progress_token = one.progress_token;
  c.inputs = one.inputs;
  c.tasks = &tasks_;
  c.owner = one.modern ? 0 : one.from;
  c.principal = from.principal;
  c.may_be_task =
      // [tasks.undeclared-processed] [tasks-extension.declaring-clients-only]
      one.modern ? declares_tasks(c.client_capabilities) : revision.has("tasks") && c.params.contains("task");
  c.state = one.state;
  if (one.modern)
    c.log_level = one.context.log_level;
  else
    c.log_level = legacy->log_level;

  ++one.rounds;
  auto done = dispatch(c);

  // A question the client did not say it can answer is never put.
  if (auto const* const wanted = std::get_if<input_required>(&done)) {
    if (auto why = undeclared(c.client_capabilities, wanted->requests)) {
      if (one.modern)
        done = std::move(*why);
      else if (method == "tools/call")
        done = text_result("The client lacks a capability that this tool needs.", true);
      else
        done = failure{code::internal_error, "the client lacks a capability that this request needs"};
    } else if (one.rounds > settings_.limits.rounds) {
      done = failure{code::internal_error, "asked often enough"};
    }
  }

  // [progress.ends-with-answer]
  // A progress token lives as long as its request: once for all, reports come before the answer.
  for (auto& message : c.notifications)
    out.messages.push_back({one.from, one.group, std::move(message), {}, false, 200});
  auto const changes = std::move(c.changes);
  for (auto const& id : c.ended_listens) {
    std::vector<ticket> ended;
    for (auto const& [listen, open] : pending_)
      if (open.modern && open.id == id && wire::method_of(*open.message) == "subscriptions/listen")
        ended.push_back(listen);
    for (auto const listen : ended)
      end_listen(listen, pending_.at(listen).from == one.from, out);
  }

  if (auto* const result = std::get_if<complete>(&done)) {
    if (one.modern) {
      // [basic.result-type-present] [basic.result-type-known]
      result->result["resultType"] = "complete";
      add_caching_hints(method, result->result);
    }
    auto response = std::move(result->result);
    if (one.modern) {
      auto& meta = response["_meta"];
      if (!meta.is_object()) meta = json::object();
      // [basic.server-info-in-results] [discover.server-info]
      meta.get_object()[session::meta_key::server_info] = implementation(revision);
    }
    auto const request = one.message;
    auto const group = one.group;
    auto const to = one.from;
    auto message = session::make_response(one.id, std::move(response));
    finish(about);
    answer(to, group, std::move(message), request, 200, out);
  } else if (auto const* const why = std::get_if<failure>(&done)) {
    auto const request = one.message;
    auto const group = one.group;
    auto const to = one.from;
    auto message = session::make_error(one.id, *why);
    finish(about);
    answer(to, group, std::move(message), request, why->http_status, out);
    // [mrtr.asks-by-result] [patterns.no-server-requests] [streamable-http.no-requests-on-stream]
    // [stdio.no-requests-written]
  } else if (auto* const wanted = std::get_if<input_required>(&done)) {
    if (one.modern) {
      auto result = input_required_result(settings_, method, params_of(*one.message), from.principal, *wanted);
      json::object meta;
      meta[session::meta_key::server_info] = implementation(revision);
      result["_meta"] = std::move(meta);
      auto const request = one.message;
      auto const group = one.group;
      auto const to = one.from;
      auto message = session::make_response(one.id, std::move(result));
      finish(about);
      answer(to, group, std::move(message), request, 200, out);
    } else {
      ask_legacy(about, std::move(*wanted), out);
    }
  } else if (auto* const wait = std::get_if<later>(&done)) {
    one.state = std::move(wait->state);
    one.when_cancelled = std::move(wait->when_cancelled);
    if (wait->after) wake_later(about, *wait->after, out);
    if (wait->drop_connection) out.drop_connection.push_back(one.group);
  } else if (auto* const background = std::get_if<as_task>(&done)) {
    start_task(about, c, std::move(*background), out);
  }
  announce(changes, out);
  run_tasks(out);
}

// [basic.request-ids-never-reused] [lifecycle.only-negotiated-features] [lifecycle.negotiated-features-kept]
void core::ask_legacy(ticket about, input_required wanted, effects& out) {
  auto& one = pending_.at(about);
  one.state = std::move(wanted.state);
  for (auto& [key, request] : wanted.requests) {
    auto const& object = request.get_object();
    auto const* const given = object.if_contains("params");
    auto params = given ? given->get_object() : json::object();
    question asked;
    asked.input = std::string(key);
    asked.as_task = params.contains("task");
    auto& kept = one.asked[asked.input] = std::move(asked);
    send_question(about, kept, object.at("method").get_string(), std::move(params), out);
  }
  // [lifecycle.requests-time-out] [lifecycle.maximum-timeout] Nothing the client reports in between puts it off.
  wake_later(about, settings_.limits.answer_time, out);
}

/// Sends a request for the question, with an id of its own.
void core::send_question(ticket about, question& of, std::string_view method, json::object params, effects& out) {
  auto& one = pending_.at(about);
  of.id = peers_.at(one.from).session->next_request_id++;
  if (of.task.empty()) {
    // [progress.token-type] A client may say how far its user is; no report is needed, so none is waited for.
    auto& meta = params["_meta"];
    if (!meta.is_object()) meta = json::object();
    meta.get_object()["progressToken"] = of.id;
  }
  auto message = session::make_request(of.id, method, std::move(params));
  out.messages.push_back({one.from, one.group, std::move(message), {}, false, 200});
}

/// The request under way for a question was answered with this result.
void core::go_on_asking(ticket about, std::string const& input, json::value const& result, effects& out) {
  auto& one = pending_.at(about);
  auto& of = one.asked.at(input);
  auto const next = follow(of, result);
  if (auto const* const done = std::get_if<answered>(&next)) {
    one.inputs[input] = done->result;
    one.asked.erase(input);
    if (one.asked.empty()) run(about, out);
  } else if (auto const* const more = std::get_if<ask_next>(&next)) {
    send_question(about, of, more->method, more->params, out);
  } else if (auto const* const wait = std::get_if<look_later>(&next)) {
    of.id = nullptr;
    auto const number = next_++;
    alarms_.emplace(number, alarm{about, "", one.rounds, input});
    out.timers.push_back({number, wait->after});
  } else {
    one.asked.erase(input);
    fail_asking(about, std::get<failure>(next).message, out);
  }
}

/// The request that the client was asked for cannot be fulfilled.
void core::fail_asking(ticket about, std::string const& why, effects& out) {
  auto& one = pending_.at(about);
  withdraw_questions(one, out);
  auto const request = one.message;
  auto const group = one.group;
  auto const to = one.from;
  auto message = wire::method_of(*request) == "tools/call"
                     ? session::make_response(one.id, text_result(why, true).result)
                     : session::make_error(one.id, {code::internal_error, why});
  finish(about);
  answer(to, group, std::move(message), request, 200, out);
}

void core::receive_answer(peer_id id, json::value const& message, effects& out) {
  auto const* const given = wire::id_of(message);
  if (!session::is_valid_id(given)) return;
  // Any answer shows that somebody is there, an error as well.
  if (auto& ping = peers_.at(id).ping; !ping.is_null() && id_key(ping) == id_key(*given)) {
    ping = nullptr;
    return keep_pinging(id, out);
  }
  for (auto const& [open_id, about] : peers_.at(id).open) {
    auto& asked = pending_.at(about).asked;
    auto const found = std::find_if(asked.begin(), asked.end(), [given](auto const& one) {
      return !one.second.id.is_null() && id_key(one.second.id) == id_key(*given);
    });
    if (found == asked.end()) continue;
    auto const input = found->first;
    if (auto const* const result = message.get_object().if_contains("result"))
      return go_on_asking(about, input, *result, out);
    // [roots.unavailability-handled]
    auto const* const error = message.get_object().if_contains("error");
    auto const* const said = error && error->is_object() ? error->get_object().if_contains("message") : nullptr;
    asked.erase(found);
    return fail_asking(about,
                       "The client answered with an error" +
                           (said && said->is_string() ? ": " + std::string(said->get_string()) : std::string(".")),
                       out);
  }
  // [cancellation.late-response-ignored]
  // An answer to nothing we asked, or to a request that was cancelled: late is no fault.
}

// [basic.notifications-not-answered] [roots.changes-handled]
void core::receive_notification(peer_id id, json::value const& message, effects& out) {
  if (session::request_fault(message.get_object())) return; // a notification is never answered
  auto& from = peers_.at(id);
  auto const method = wire::method_of(message);
  if (method == "notifications/initialized") {
    if (from.session && from.session->now == session::legacy::phase::initialized)
      from.session->now = session::legacy::phase::operating;
    if (from.session && from.ping_timer == 0) keep_pinging(id, out);
  } else if (method == "notifications/cancelled") {
    auto const* const cancelled = params_of(message).if_contains("requestId");
    // [cancellation.invalid-ignored] [cancellation.race-survived]
    if (!session::is_valid_id(cancelled)) return;
    auto const open = from.open.find(id_key(*cancelled));
    if (open != from.open.end()) cancel_one(open->second, out);
  }
}

effects core::cancel(ticket about) {
  effects out;
  if (batches_.contains(about)) {
    std::vector<ticket> members;
    for (auto const& [member, one] : pending_)
      if (one.group == about) members.push_back(member);
    for (auto const member : members)
      finish(member);
    batches_.erase(about);
  } else {
    cancel_one(about, out);
  }
  return out;
}

// [cancellation.cancelled-request-stopped] [cancellation.cancelled-request-unanswered]
// [cancellation.tasks-cancelled-as-tasks]
// [stdio.cancelled-request-silent]
void core::cancel_one(ticket about, effects& out) {
  auto const at = pending_.find(about);
  if (at == pending_.end()) return;
  auto const group = at->second.group;
  auto const to = at->second.from;
  auto const changes = std::move(at->second.when_cancelled);
  withdraw_questions(at->second, out);
  finish(about);
  announce(changes, out);
  auto const whole = batches_.find(group);
  if (whole == batches_.end()) {
    out.closed.push_back(group);
    return;
  }
  if (--whole->second.unanswered > 0) return;
  // It was the last one the batch waited for.
  if (whole->second.answers.empty())
    out.closed.push_back(group);
  else
    out.messages.push_back({to, group, std::move(whole->second.answers), whole->second.message, true, 200});
  batches_.erase(whole);
}

void core::finish(ticket about) {
  auto const at = pending_.find(about);
  if (at == pending_.end()) return;
  if (auto const from = peers_.find(at->second.from); from != peers_.end())
    from->second.open.erase(id_key(at->second.id));
  pending_.erase(at);
}

// [basic.one-answer-per-request] [basic.result-or-error]
void core::answer(peer_id to, ticket about, json::value message, std::shared_ptr<json::value const> request, int status,
                  effects& out) {
  auto const whole = batches_.find(about);
  if (whole == batches_.end()) {
    out.messages.push_back({to, about, std::move(message), std::move(request), true, status});
    return;
  }
  whole->second.answers.push_back(std::move(message));
  if (--whole->second.unanswered > 0) return;
  out.messages.push_back({to, about, std::move(whole->second.answers), whole->second.message, true, 200});
  batches_.erase(whole);
}

void core::wake_later(ticket about, std::chrono::milliseconds after, effects& out) {
  auto const number = next_++;
  alarms_.emplace(number, alarm{about, "", pending_.at(about).rounds});
  out.timers.push_back({number, after});
}

effects core::woken(std::uint64_t timer) {
  effects out;
  auto const set = alarms_.extract(timer);
  if (!set) return out;
  if (set.mapped().pinged) {
    auto const peer = peers_.find(set.mapped().pinged);
    if (peer != peers_.end() && peer->second.ping_timer == timer) ping_or_give_up(peer->first, out);
    return out;
  }
  if (!set.mapped().task.empty()) {
    auto const& id = set.mapped().task;
    for (auto const owner : {std::uint64_t{0}, set.mapped().about}) {
      auto* const one = tasks_.find(id, owner, settings_.now());
      if (one && !one->ended() && one->rounds == set.mapped().round) run_task(*one, out);
    }
    run_tasks(out);
    return out;
  }
  auto const at = pending_.find(set.mapped().about);
  if (at == pending_.end() || at->second.rounds != set.mapped().round) return out;
  if (auto const& input = set.mapped().question; !input.empty()) {
    auto const of = at->second.asked.find(input);
    if (of == at->second.asked.end()) return out;
    auto next = look(of->second);
    send_question(at->first, of->second, next.method, std::move(next.params), out);
  } else if (at->second.asked.empty())
    run(at->first, out);
  else
    give_up_asking(at->first, out);
  return out;
}

// [ping.sent-periodically]
void core::keep_pinging(peer_id id, effects& out) {
  if (settings_.ping_every.count() > 0 && peers_.at(id).session->revision->has("ping"))
    time_ping(id, settings_.ping_every, out);
}

void core::time_ping(peer_id id, std::chrono::milliseconds after, effects& out) {
  auto const number = next_++;
  alarm set;
  set.pinged = id;
  alarms_.emplace(number, std::move(set));
  peers_.at(id).ping_timer = number;
  out.timers.push_back({number, after});
}

/// The next ping is due, or the answer to the last one was.
void core::ping_or_give_up(peer_id id, effects& out) {
  auto& to = peers_.at(id);
  // Who cannot be asked cannot be late either.
  if (!to.can_be_asked) {
    to.ping = nullptr;
    return keep_pinging(id, out);
  }
  // [ping.timeout-ends-connection]
  if (!to.ping.is_null()) return out.lost.push_back(id);
  to.ping = to.session->next_request_id++;
  auto message = session::make_request(to.ping, "ping", {});
  out.messages.push_back({id, 0, std::move(message), {}, false, 200});
  time_ping(id, settings_.limits.answer_time, out);
}

// [tasks-extension.found-at-once] It is in the store before anyone hears of it.
void core::start_task(ticket about, call const& c, as_task background, effects& out) {
  auto& one = pending_.at(about);
  auto const request = one.message;
  auto const group = one.group;
  auto const to = one.from;
  auto const id = one.id;
  auto const* const made = tasks_.create(c, std::move(background.state));
  json::value message;
  if (!made) {
    message = session::make_error(id, {code::internal_error, "too many tasks have not ended yet"});
  } else if (made->modern()) {
    auto result = describe_start(*made);
    // [tasks-extension.task-marked] [tasks-extension.mark-only-of-tasks]
    result["resultType"] = "task";
    json::object meta;
    meta[session::meta_key::server_info] = implementation(c.revision);
    result["_meta"] = std::move(meta);
    message = session::make_response(id, std::move(result));
  } else {
    json::object result;
    result["task"] = describe_start(*made);
    message = session::make_response(id, std::move(result));
  }
  finish(about);
  answer(to, group, std::move(message), request, 200, out);
}

/// Everything that can go on does, and whoever waits for it hears of it.
void core::run_tasks(effects& out) {
  if (running_tasks_) return;
  running_tasks_ = true;
  while (!tasks_.ready.empty() || !tasks_.changed.empty()) {
    auto const ready = std::exchange(tasks_.ready, {});
    auto const changed = std::exchange(tasks_.changed, {});
    auto const each = [&](std::string const& id, auto&& what) {
      if (auto* const one = tasks_.find(id, 0, settings_.now())) what(*one);
      for (auto& entry : peers_)
        if (auto* const one = tasks_.find(id, entry.first, settings_.now())) return what(*one);
    };
    for (auto const& id : changed) {
      each(id, [&](task& one) {
        // [tasks-extension.told-as-shown]
        if (one.modern()) return announce({{"notifications/tasks", one.id, describe(one)}}, out);
        std::vector<ticket> waiting;
        for (auto const& [about, open] : pending_) {
          auto const* const wanted = params_of(*open.message).if_contains("taskId");
          if (open.from == one.owner && wire::method_of(*open.message) == "tasks/result" && open.asked.empty() &&
              wanted && *wanted == json::value(one.id))
            waiting.push_back(about);
        }
        for (auto const about : waiting)
          run(about, out);
      });
    }
    for (auto const& id : ready)
      each(id, [&](task& one) {
        // [tasks.ended-stays] [tasks-extension.ended-stays]
        if (!one.ended()) run_task(one, out);
      });
  }
  running_tasks_ = false;
}

void core::run_task(task& one, effects& out) {
  auto const at = peers_.find(one.owner);
  auto* const legacy = at == peers_.end() || !at->second.session ? nullptr : &*at->second.session;
  if (!one.modern() && !legacy) return;
  call c{settings_, *one.revision, "tools/call", one.params, one.client_capabilities};
  c.session = legacy;
  c.progress_token = one.progress_token;
  if (legacy) c.log_level = legacy->log_level;
  c.inputs = one.inputs;
  c.state = one.state;
  c.tasks = &tasks_;
  c.owner = one.owner;
  c.may_be_task = true;
  c.in_task = true;
  ++one.rounds;
  auto done = call_tool(c);
  auto const now = settings_.now();

  if (auto const* const wanted = std::get_if<input_required>(&done)) {
    if (auto why = undeclared(c.client_capabilities, wanted->requests))
      done = std::move(*why);
    else if (one.rounds > settings_.limits.rounds)
      done = failure{code::internal_error, "asked often enough"};
  }
  // [progress.ends-with-task] [tasks.notifications-related] [tasks-extension.no-progress]
  // In the legacy era a token lives as long as its task; in the modern one tasks report by their status alone.
  for (auto& message : c.notifications) {
    if (!legacy) break;
    auto& params = message.as_object()["params"].as_object();
    json::object related{{"taskId", one.id}};
    json::object meta;
    meta[session::related_task] = std::move(related);
    params["_meta"] = std::move(meta);
    out.messages.push_back({one.owner, 0, std::move(message), {}, false, 200});
  }

  if (auto* const result = std::get_if<complete>(&done)) {
    auto const* const error = result->result.if_contains("isError");
    // [tasks-extension.tool-failure-completed]
    // Sessions call a tool's own failure a failed task; the extension keeps that for protocol errors.
    bool const failed = legacy && error && error->is_bool() && error->get_bool();
    if (one.modern()) result->result["resultType"] = "complete";
    one.result = std::move(result->result);
    // [tasks.failure-explained]
    tasks_.set_status(one, failed ? "failed" : "completed", failed ? "the tool failed" : "", now);
  } else if (auto const* const why = std::get_if<failure>(&done)) {
    one.error = *why;
    // [tasks-extension.failure-explained]
    tasks_.set_status(one, "failed", why->message, now);
  } else if (auto* const wanted = std::get_if<input_required>(&done)) {
    one.state = std::move(wanted->state);
    // [tasks-extension.keys-unique] Those of our tools are.
    one.requests = std::move(wanted->requests);
    // [tasks.input-asked-for]
    tasks_.set_status(one, "input_required", "", now);
  } else if (auto* const wait = std::get_if<later>(&done)) {
    one.state = std::move(wait->state);
    if (!wait->after) return;
    auto const number = next_++;
    alarms_.emplace(number, alarm{one.owner, one.id, one.rounds});
    out.timers.push_back({number, *wait->after});
  } else {
    one.error = failure{code::internal_error, "a task cannot become another one"};
    tasks_.set_status(one, "failed", one.error->message, now);
  }
  announce(c.changes, out);
}

// [cancellation.own-requests-only] [cancellation.server-cancels-listens-only] Only sessions are ever asked anything.
/// Tells the client that we no longer wait for its answers.
void core::withdraw_questions(pending& one, effects& out) {
  if (one.asked.empty()) return;
  auto& from = peers_.at(one.from);
  auto const about = from.open.at(id_key(one.id));
  for (auto& [input, asked] : one.asked) {
    if (!asked.task.empty() && cancels_tasks(from.session->client_capabilities)) {
      // [cancellation.tasks-cancelled-as-tasks]
      json::object params;
      params["taskId"] = asked.task;
      send_question(about, asked, "tasks/cancel", std::move(params), out);
    } else if (asked.task.empty()) {
      auto message = session::make_notification("notifications/cancelled", {{"requestId", asked.id}});
      out.messages.push_back({one.from, one.group, std::move(message), {}, false, 200});
    }
  }
  one.asked.clear();
}

// [lifecycle.timeout-cancels]
void core::give_up_asking(ticket about, effects& out) {
  fail_asking(about, "The client did not answer in time.", out);
}

// [subscriptions.change-told]
void core::announce(std::vector<change> const& changes, effects& out) {
  for (auto const& what : changes) {
    for (auto const& [id, to] : peers_) {
      if (!to.session) continue;
      if (auto message = tell_session(*to.session, what))
        out.messages.push_back({id, 0, std::move(*message), {}, false, 200});
    }
    for (auto const& [about, one] : pending_) {
      if (!one.modern || wire::method_of(*one.message) != "subscriptions/listen") continue;
      if (auto message = tell_listener(one.state, one.id, what))
        out.messages.push_back({one.from, about, std::move(*message), {}, false, 200});
    }
  }
}

effects core::stop(bool shared_channel) {
  effects out;
  std::vector<ticket> listeners;
  for (auto const& [about, one] : pending_)
    if (one.modern && wire::method_of(*one.message) == "subscriptions/listen") listeners.push_back(about);
  for (auto const about : listeners)
    end_listen(about, shared_channel, out);
  return out;
}

// [cancellation.teardown-announced] [subscriptions.ends-with-result] [subscriptions.result-carries-id]
void core::end_listen(ticket about, bool shared_channel, effects& out) {
  auto const& one = pending_.at(about);
  if (shared_channel) {
    // The cancellation page wants this notification, the subscriptions page the response: both are given.
    out.messages.push_back({one.from,
                            about,
                            session::make_notification("notifications/cancelled", {{"requestId", one.id}}),
                            {},
                            false,
                            200});
  }
  // The response tells the client that this is no broken connection.
  json::object meta;
  meta[session::meta_key::subscription_id] = one.id;
  meta[session::meta_key::server_info] = implementation(*one.context.revision);
  json::object result{{"resultType", "complete"}, {"_meta", std::move(meta)}};
  auto message = session::make_response(one.id, std::move(result));
  auto const request = one.message;
  auto const to = one.from;
  finish(about);
  answer(to, about, std::move(message), request, 200, out);
}

} // namespace assay::server
