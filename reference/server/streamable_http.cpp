#include "reference/server/streamable_http.hpp"

#include "reference/server/mirrored_headers.hpp"
#include "reference/server/origin.hpp"
#include "reference/server/versioning.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"

#include <algorithm>
#include <charconv>

namespace assay::server {

using transport::find_header;
using wire::message_kind;

namespace {

constexpr char session_header[] = "Mcp-Session-Id";
constexpr char version_header[] = "MCP-Protocol-Version";

/// True when an Accept header allows the media type; no header allows all.
// [streamable-http.accept-forms-tolerated]
bool accepts(transport::http_headers const& headers, std::string_view type) {
  auto const values = transport::header_values(headers, "Accept");
  if (values.empty()) return true;
  auto const range = std::string(type.substr(0, type.find('/'))) + "/*";
  for (auto const value : values) {
    std::size_t from = 0;
    while (from <= value.size()) {
      auto const to = std::min(value.find(',', from), value.size());
      auto const item = value.substr(from, to - from);
      auto const name = transport::media_type(item);
      if (name == type || name == range || name == "*/*") {
        // q=0 says: not this one.
        auto const q = item.find("q=0");
        if (q == std::string_view::npos || item.find_first_of("123456789", q) != std::string_view::npos) return true;
      }
      from = to + 1;
    }
  }
  return false;
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

transport::http_headers json_headers() {
  return {{"Content-Type", "application/json"}};
}

bool is_initialize(json::value const& message) {
  return wire::classify(message) == message_kind::request && wire::method_of(message) == "initialize";
}

} // namespace

void streamable_http::refuse(exchange_id id, int status, failure const& why, json::value const* message,
                             http_effects& out, transport::http_headers headers) {
  auto const* const request_id = message ? wire::id_of(*message) : nullptr;
  auto error = session::is_valid_id(request_id) ? session::make_error(*request_id, why)
                                                : session::make_error_without_id(why, nullptr);
  headers.push_back({"Content-Type", "application/json"});
  auto request = message ? std::make_shared<json::value const>(*message) : nullptr;
  out.actions.push_back(http_answer{id, status, std::move(headers), std::move(error), std::move(request)});
}

http_effects streamable_http::request(exchange_id id, transport::http_request const& request) {
  http_effects out;
  if (auto const why = forbidden(request.headers, settings_.port, settings_.allowed_origins)) {
    refuse(id, 403, {code::invalid_request, *why}, nullptr, out);
    return out;
  }
  if (path_of(request.target) != settings_.path) {
    out.actions.push_back(http_answer{id, 404, {}, {}, {}});
    return out;
  }
  auto const& spoken = core_.configuration();
  auto const* const version = find_header(request.headers, version_header);
  auto const* const revision = version ? spoken.find(*version) : nullptr;
  // The modern era has POST alone; the legacy one GET and DELETE for streams and sessions.
  // [streamable-http.get-refused] [streamable-http.delete-refused] [streamable-http.session-header-ignored]
  // [streamable-http.last-event-id-ignored]
  bool const sessions = spoken.speaks("legacy") && !(revision && revision->era == "modern");
  if (request.method == "POST")
    post(id, request, out);
  else if (request.method == "GET" && sessions)
    get(id, request, out);
  else if (request.method == "DELETE" && sessions)
    remove(id, request, out);
  else
    out.actions.push_back(http_answer{id, 405, {{"Allow", sessions ? "POST, GET, DELETE" : "POST"}}, {}, {}});
  return out;
}

// [streamable-http.single-endpoint] [streamable-http.content-type-forms-tolerated]
void streamable_http::post(exchange_id id, transport::http_request const& request, http_effects& out) {
  accepted const can{accepts(request.headers, "application/json"), accepts(request.headers, "text/event-stream")};
  if (!can.json && !can.events)
    return refuse(id, 406, {code::invalid_request, "an answer is application/json or text/event-stream"}, nullptr, out);

  auto const parsed = wire::parse(request.body);
  if (!parsed) {
    auto const* const session_id = find_header(request.headers, session_header);
    auto const known = session_id ? sessions_.find(*session_id) : sessions_.end();
    auto const* const session = known == sessions_.end() ? nullptr : core_.session(known->second.peer);
    failure const why{code::parse_error, "this is no JSON: " + parsed.error().where + ", " + parsed.error().what};
    auto error = session::make_error_without_id(why, session ? session->revision : nullptr);
    out.actions.push_back(http_answer{id, 400, json_headers(), std::move(error), {}});
    return;
  }
  if (means_modern(request, parsed->root))
    post_modern(id, request, parsed->root, can, out);
  else
    post_legacy(id, request, parsed->root, can, out);
}

bool streamable_http::means_modern(transport::http_request const& request, json::value const& message) const {
  auto const& spoken = core_.configuration();
  if (!spoken.speaks("modern")) return false;
  if (!spoken.speaks("legacy") || session::speaks_modern(message)) return true;
  if (is_initialize(message)) return false;
  auto const* const version = find_header(request.headers, version_header);
  auto const* const revision = version ? spoken.find(*version) : nullptr;
  if (revision) return revision->era == "modern";
  return find_header(request.headers, "Mcp-Method") != nullptr;
}

// [streamable-http.notification-refused-by-status]
void streamable_http::post_modern(exchange_id id, transport::http_request const& request, json::value const& message,
                                  accepted can, http_effects& out) {
  auto const kind = wire::classify(message);
  if (kind == message_kind::response || kind == message_kind::error)
    return refuse(id, 400, {code::invalid_request, "a client sends requests and notifications only"}, nullptr, out);
  if (kind == message_kind::notification) {
    if (auto const fault = session::request_fault(message.get_object())) return refuse(id, 400, *fault, nullptr, out);
    // Nothing is defined that a client could tell us in this way; cancelling is closing the stream.
    out.actions.push_back(http_answer{id, 202, {}, {}, {}});
    return;
  }
  if (kind == message_kind::request) {
    if (auto const fault = session::request_fault(message.get_object())) return refuse(id, 400, *fault, &message, out);
    // A client of the legacy era has none of the headers either; it is told what helps it, the versions.
    if (is_initialize(message) && !session::speaks_modern(message)) {
      auto const context = read_context(core_.configuration(), message);
      auto const& why = std::get<failure>(context);
      return refuse(id, why.http_status, why, &message, out);
    }
    if (auto const fault = header_mismatch(core_.configuration(), request.headers, message))
      return refuse(id, fault->http_status, *fault, &message, out);
  }
  auto const peer = core_.connect();
  reply(id, peer, true, core_.receive(peer, message, era::modern), can, out);
}

// [streamable-http.missing-session-refused] [streamable-http.ended-session-not-found]
// [streamable-http.unknown-session-refused]
streamable_http::http_session* streamable_http::find_session(exchange_id id, transport::http_request const& request,
                                                             json::value const* message, http_effects& out) {
  auto const* const wanted = find_header(request.headers, session_header);
  if (!wanted) {
    refuse(id, 400, {code::invalid_request, "Mcp-Session-Id is missing"}, message, out);
    return nullptr;
  }
  auto const at = sessions_.find(*wanted);
  if (at == sessions_.end()) {
    refuse(id, 404, {code::invalid_request, "this session is over, or never was"}, message, out);
    return nullptr;
  }
  auto const* const session = core_.session(at->second.peer);
  auto const* const version = find_header(request.headers, version_header);
  // [streamable-http.invalid-version-refused] [streamable-http.missing-version-tolerated]
  if (version && session->revision->has("protocol-version-header")) {
    auto const* const revision = core_.configuration().find(*version);
    if (!revision || revision->era != "legacy") {
      refuse(id, 400, {code::invalid_request, "MCP-Protocol-Version names no version that is spoken here"}, message,
             out);
      return nullptr;
    }
  }
  at->second.last_used = ++clock_;
  return &at->second;
}

void streamable_http::post_legacy(exchange_id id, transport::http_request const& request, json::value const& message,
                                  accepted can, http_effects& out) {
  if (is_initialize(message) && !find_header(request.headers, session_header)) return open_session(id, message, out);
  auto const kind = wire::classify(message);
  auto* const session = find_session(id, request, kind == message_kind::request ? &message : nullptr, out);
  if (!session) return;
  if (kind == message_kind::notification) {
    if (auto const fault = session::request_fault(message.get_object())) return refuse(id, 400, *fault, nullptr, out);
  }
  reply(id, session->peer, false, core_.receive(session->peer, message, era::legacy), can, out);
}

void streamable_http::open_session(exchange_id id, json::value const& message, http_effects& out) {
  auto const peer = core_.connect();
  auto done = core_.receive(peer, message, era::legacy);
  auto& first = done.messages.at(0);
  http_answer answer{id, first.http_status, json_headers(), std::move(first.message), std::move(first.request)};
  if (!core_.session(peer)) {
    core_.disconnect(peer);
  } else {
    if (sessions_.size() >= settings_.sessions) {
      auto const idlest = std::min_element(sessions_.begin(), sessions_.end(), [](auto const& a, auto const& b) {
        return a.second.last_used < b.second.last_used;
      });
      end_session(idlest->first, out);
    }
    // [streamable-http.session-id-unguessable] [streamable-http.session-id-visible-ascii]
    auto name = core_.configuration().unguessable();
    answer.headers.push_back({session_header, name});
    sessions_.emplace(std::move(name), http_session{peer, ++clock_, {}});
    core_.can_be_asked(peer, false); // until it opens a GET stream
  }
  out.actions.push_back(std::move(answer));
}

void streamable_http::reply(exchange_id id, peer_id peer, bool modern, effects&& done, accepted can,
                            http_effects& out) {
  auto const about = done.about;
  // [streamable-http.notification-accepted] [streamable-http.notification-without-body]
  if (about == 0) {
    out.actions.push_back(http_answer{id, 202, {}, {}, {}});
    if (modern) core_.disconnect(peer);
    return route(std::move(done), out);
  }
  auto const own =
      std::count_if(done.messages.begin(), done.messages.end(), [&](outgoing const& m) { return m.about == about; });
  auto const final = std::find_if(done.messages.begin(), done.messages.end(),
                                  [&](outgoing const& m) { return m.about == about && m.final; });
  bool const finished = final != done.messages.end();

  if (finished && ((own == 1 && can.json) || !can.events)) {
    // [streamable-http.answer-content-type] [streamable-http.json-answer-is-one-message]
    // One JSON object. A client that takes no events does without the notifications.
    out.actions.push_back(
        http_answer{id, final->http_status, json_headers(), std::move(final->message), std::move(final->request)});
    std::erase_if(done.messages, [&](outgoing const& m) { return m.about == about; });
    if (modern) core_.disconnect(peer);
    return route(std::move(done), out);
  }
  if (!can.events) {
    core_.cancel(about);
    if (modern) core_.disconnect(peer);
    return refuse(id, 406, {code::invalid_request, "this answer needs text/event-stream"}, nullptr, out);
  }
  open_stream(id, peer, about, modern, out);
  route(std::move(done), out);
}

streamable_http::stream_id streamable_http::open_stream(exchange_id id, peer_id peer, ticket about, bool modern,
                                                        http_effects& out) {
  auto const* const session = modern ? nullptr : core_.session(peer);
  if (!modern) forget_old_streams(peer);
  auto const number = next_stream_++;
  stream made;
  made.peer = peer;
  made.about = about;
  made.exchange = id;
  made.modern = modern;
  made.numbered = session && session->revision->has("resumability");
  streams_.emplace(number, std::move(made));
  by_exchange_[id] = number;
  if (about) by_ticket_[about] = number;
  // [streamable-http.unbuffered-stream]
  out.actions.push_back(stream_start{
      id, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}});
  // Only clients of a revision that knows of it can take an event with nothing in it.
  // [streamable-http.priming-event]
  if (session && session->revision->has("priming-event")) deliver(number, std::nullopt, nullptr, false, out);
  return number;
}

void streamable_http::write(stream_id id, stream const& on, stored_event const& event, http_effects& out) {
  stream_event sent{*on.exchange, {}, {}, event.message, event.request};
  // [streamable-http.event-ids-unique] The stream's number and the event's, so that it tells where to go on.
  if (on.numbered) sent.id = std::to_string(id) + "-" + std::to_string(event.number);
  out.actions.push_back(std::move(sent));
}

void streamable_http::deliver(stream_id id, std::optional<json::value> message,
                              std::shared_ptr<json::value const> request, bool final, http_effects& out) {
  auto& on = streams_.at(id);
  stored_event event{on.next_event++, std::move(message), std::move(request)};
  if (on.exchange) write(id, on, event, out);
  if (on.numbered) {
    on.history.push_back(std::move(event));
    if (on.history.size() > settings_.history) on.history.pop_front();
  }
  // [streamable-http.stream-carries-response] [streamable-http.stream-ends-after-response]
  if (final) end_stream(id, out);
}

void streamable_http::end_stream(stream_id id, http_effects& out) {
  auto& on = streams_.at(id);
  on.ended = true;
  by_ticket_.erase(on.about);
  if (on.exchange) {
    out.actions.push_back(stream_end{*on.exchange});
    by_exchange_.erase(*on.exchange);
    on.exchange.reset();
  }
  if (on.modern) {
    core_.disconnect(on.peer);
    streams_.erase(id);
  }
}

// [streamable-http.stream-messages-related] [streamable-http.stream-notifications-related]
// [streamable-http.get-stream-unrelated] [streamable-http.get-stream-without-responses]
/// The newest GET stream of the session that is open, or 0.
streamable_http::stream_id streamable_http::general_stream(peer_id peer) const {
  stream_id newest = 0;
  for (auto const& [id, on] : streams_)
    if (on.peer == peer && on.about == 0 && on.exchange) newest = id;
  return newest;
}

void streamable_http::route(effects&& done, http_effects& out) {
  for (auto& one : done.messages) {
    if (auto const known = by_ticket_.find(one.about); one.about && known != by_ticket_.end()) {
      deliver(known->second, std::move(one.message), std::move(one.request), one.final, out);
      continue;
    }
    if (one.about) continue; // its stream is forgotten
    // [streamable-http.no-broadcast] On one stream only.
    if (auto const general = general_stream(one.to)) {
      deliver(general, std::move(one.message), nullptr, false, out);
      continue;
    }
    for (auto& [name, session] : sessions_) {
      if (session.peer != one.to) continue;
      session.backlog.push_back(std::move(one.message));
      if (session.backlog.size() > settings_.backlog) session.backlog.pop_front();
      break;
    }
  }
  for (auto const about : done.drop_connection) {
    auto const known = by_ticket_.find(about);
    if (known == by_ticket_.end()) continue;
    auto& on = streams_.at(known->second);
    auto const* const session = core_.session(on.peer);
    if (!on.exchange || !on.numbered || !session || !session->revision->has("priming-event")) continue;
    // [streamable-http.retry-before-closing]
    out.actions.push_back(stream_event{*on.exchange, {}, settings_.retry, std::nullopt, {}});
    out.actions.push_back(stream_end{*on.exchange});
    by_exchange_.erase(*on.exchange);
    on.exchange.reset();
  }
  for (auto const peer : done.lost) {
    auto const at =
        std::find_if(sessions_.begin(), sessions_.end(), [peer](auto const& one) { return one.second.peer == peer; });
    if (at != sessions_.end()) end_session(std::string(at->first), out);
  }
  for (auto const about : done.closed)
    if (auto const known = by_ticket_.find(about); known != by_ticket_.end()) end_stream(known->second, out);
  for (auto const& one : done.timers)
    out.timers.push_back(one);
}

// [streamable-http.get-stream-or-405]
void streamable_http::get(exchange_id id, transport::http_request const& request, http_effects& out) {
  if (!accepts(request.headers, "text/event-stream"))
    return refuse(id, 406, {code::invalid_request, "this is an event stream"}, nullptr, out);
  auto* const session = find_session(id, request, nullptr, out);
  if (!session) return;
  if (auto const* const last = find_header(request.headers, "Last-Event-ID")) {
    stream_id number = 0;
    std::uint64_t event = 0;
    auto const* const end = last->data() + last->size();
    auto const left = std::from_chars(last->data(), end, number);
    bool const dashed = left.ec == std::errc() && left.ptr != end && *left.ptr == '-';
    auto const right = dashed ? std::from_chars(left.ptr + 1, end, event) : left;
    bool const readable = dashed && right.ec == std::errc() && right.ptr == end;
    auto const known = readable ? streams_.find(number) : streams_.end();
    if (known != streams_.end() && known->second.peer == session->peer) return replay(number, event, id, out);
    // An id that says nothing to us: there is nothing to replay, but a new stream can be had.
  }
  auto const number = open_stream(id, session->peer, 0, false, out);
  core_.can_be_asked(session->peer, true);
  auto waiting = std::move(session->backlog);
  session->backlog.clear();
  for (auto& message : waiting)
    deliver(number, std::move(message), nullptr, false, out);
}

// [streamable-http.replays-its-own-stream] [streamable-http.replays-what-is-new]
void streamable_http::replay(stream_id id, std::uint64_t after, exchange_id to, http_effects& out) {
  auto& on = streams_.at(id);
  if (on.exchange) {
    // The old connection may be dead without our knowing; the client says where it is now.
    out.actions.push_back(stream_end{*on.exchange});
    by_exchange_.erase(*on.exchange);
  }
  on.exchange = to;
  out.actions.push_back(stream_start{
      to, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}});
  for (auto const& event : on.history)
    if (event.number > after) write(id, on, event, out);
  if (on.ended) {
    out.actions.push_back(stream_end{to});
    on.exchange.reset();
  } else {
    by_exchange_[to] = id;
  }
}

void streamable_http::remove(exchange_id id, transport::http_request const& request, http_effects& out) {
  if (!find_session(id, request, nullptr, out)) return;
  end_session(std::string(*find_header(request.headers, session_header)), out);
  out.actions.push_back(http_answer{id, 200, {}, {}, {}});
}

void streamable_http::end_session(std::string const& id, http_effects& out) {
  auto const at = sessions_.find(id);
  if (at == sessions_.end()) return;
  auto const peer = at->second.peer;
  std::erase_if(streams_, [&](auto const& entry) {
    auto const& on = entry.second;
    if (on.peer != peer) return false;
    if (on.exchange) {
      out.actions.push_back(stream_end{*on.exchange});
      by_exchange_.erase(*on.exchange);
    }
    by_ticket_.erase(on.about);
    return true;
  });
  core_.disconnect(peer);
  sessions_.erase(at);
}

void streamable_http::forget_old_streams(peer_id peer) {
  auto const of_peer = [&](auto const& entry) { return entry.second.peer == peer; };
  while (static_cast<std::size_t>(std::count_if(streams_.begin(), streams_.end(), of_peer)) >= settings_.streams) {
    // Oldest first; better one that is over than one somebody listens to.
    auto victim =
        std::find_if(streams_.begin(), streams_.end(), [&](auto const& e) { return of_peer(e) && e.second.ended; });
    if (victim == streams_.end())
      victim = std::find_if(streams_.begin(), streams_.end(),
                            [&](auto const& e) { return of_peer(e) && !e.second.exchange; });
    if (victim == streams_.end()) return; // all are in use; the listener's limit of connections bounds those
    by_ticket_.erase(victim->second.about);
    streams_.erase(victim);
  }
}

http_effects streamable_http::gone(exchange_id id) {
  http_effects out;
  auto const at = by_exchange_.find(id);
  if (at == by_exchange_.end()) return out;
  auto const number = at->second;
  by_exchange_.erase(at);
  auto& on = streams_.at(number);
  on.exchange.reset();
  if (on.modern) {
    // [cancellation.disconnect-cancels]
    // [streamable-http.disconnect-cancels] In the modern era the closed stream is the cancellation.
    auto cancelled = core_.cancel(on.about);
    core_.disconnect(on.peer);
    by_ticket_.erase(on.about);
    streams_.erase(number);
    route(std::move(cancelled), out);
    // [streamable-http.disconnect-does-not-cancel]
  } else if (on.about == 0) {
    on.ended = true; // what comes now waits for another GET stream
    core_.can_be_asked(on.peer, general_stream(on.peer) != 0);
  }
  return out;
}

http_effects streamable_http::woken(std::uint64_t timer) {
  http_effects out;
  route(core_.woken(timer), out);
  return out;
}

http_effects streamable_http::stop() {
  http_effects out;
  route(core_.stop(false), out);
  for (auto& [id, on] : streams_) {
    if (!on.exchange) continue;
    out.actions.push_back(stream_end{*on.exchange});
    on.exchange.reset();
  }
  by_exchange_.clear();
  return out;
}

} // namespace assay::server
