#include "reference/server/http_sse.hpp"

#include "reference/server/origin.hpp"

#include <algorithm>

namespace assay::server {
namespace {

constexpr std::string_view session_key = "sessionId=";

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// The session that the query names; empty when it names none.
std::string_view session_in(std::string_view target) {
  auto const question = target.find('?');
  auto query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  while (!query.empty()) {
    auto const part = query.substr(0, query.find('&'));
    if (part.starts_with(session_key)) return part.substr(session_key.size());
    query.remove_prefix(std::min(part.size() + 1, query.size()));
  }
  return {};
}

/// Messages go on streams only: a refusal is its status.
http_answer refusal(exchange_id id, int status) {
  return {id, status, {}, {}, {}};
}

} // namespace

bool http_sse::owns(std::string_view target) const {
  auto const path = path_of(target);
  return path == settings_.stream_path || path == settings_.post_path;
}

exchange_id http_sse::stream_of(std::string_view target) const {
  auto const at = sessions_.find(session_in(target));
  return at == sessions_.end() ? 0 : at->second.stream;
}

// [http-sse.two-endpoints]
http_effects http_sse::request(exchange_id id, transport::http_request const& request) {
  http_effects out;
  // [http-sse.origin-validated]
  if (forbidden(request.headers, settings_.port, settings_.allowed_origins)) {
    out.actions.push_back(refusal(id, 403));
    return out;
  }
  if (!owns(request.target)) {
    out.actions.push_back(refusal(id, 404));
    return out;
  }
  // A POST to the stream's address is how a client of a later revision finds out what we are: 405 tells it.
  bool const stream = path_of(request.target) == settings_.stream_path;
  if (stream && request.method == "GET")
    open(id, out);
  else if (!stream && request.method == "POST")
    post(id, request, out);
  else
    out.actions.push_back(http_answer{id, 405, {{"Allow", stream ? "GET" : "POST"}}, {}, {}});
  return out;
}

void http_sse::open(exchange_id id, http_effects& out) {
  if (sessions_.size() >= settings_.sessions) {
    out.actions.push_back(refusal(id, 503));
    return;
  }
  auto const peer = core_.connect();
  auto name = core_.configuration().unguessable();
  out.actions.push_back(stream_start{
      id, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}});
  // [http-sse.endpoint-event-first] Relative to the stream's address, so that it is right behind any proxy.
  stream_event first;
  first.to = id;
  first.endpoint = settings_.post_path + "?" + std::string(session_key) + name;
  out.actions.push_back(std::move(first));
  streams_.emplace(peer, id);
  sessions_.emplace(std::move(name), session{peer, id});
}

void http_sse::post(exchange_id id, transport::http_request const& request, http_effects& out) {
  auto const at = sessions_.find(session_in(request.target));
  if (at == sessions_.end()) {
    out.actions.push_back(refusal(id, 404));
    return;
  }
  auto const peer = at->second.peer;
  auto const parsed = wire::parse(request.body);
  if (!parsed) {
    // HTTP refuses it before it is a message; the status says so to the one who knows what was posted.
    out.actions.push_back(refusal(id, 400));
    return;
  }
  out.actions.push_back(http_answer{id, 202, {}, {}, {}});
  route(core_.receive(peer, parsed->root, era::legacy), out);
}

void http_sse::route(effects&& done, http_effects& out) {
  for (auto& one : done.messages) {
    auto const at = streams_.find(one.to);
    if (at == streams_.end()) continue;
    out.actions.push_back(stream_event{at->second, {}, {}, std::move(one.message), std::move(one.request), {}});
  }
  for (auto const peer : done.lost) {
    auto const at = streams_.find(peer);
    if (at == streams_.end()) continue;
    out.actions.push_back(stream_end{at->second});
    gone(at->second);
  }
  for (auto const& one : done.timers)
    out.timers.push_back(one);
}

http_effects http_sse::gone(exchange_id id) {
  auto const at =
      std::find_if(sessions_.begin(), sessions_.end(), [&](auto const& entry) { return entry.second.stream == id; });
  if (at == sessions_.end()) return {};
  core_.disconnect(at->second.peer);
  streams_.erase(at->second.peer);
  sessions_.erase(at);
  return {};
}

http_effects http_sse::woken(std::uint64_t timer) {
  http_effects out;
  route(core_.woken(timer), out);
  return out;
}

http_effects http_sse::stop() {
  http_effects out;
  route(core_.stop(false), out);
  for (auto const& [name, session] : sessions_) {
    core_.disconnect(session.peer);
    out.actions.push_back(stream_end{session.stream});
  }
  sessions_.clear();
  streams_.clear();
  return out;
}

} // namespace assay::server
