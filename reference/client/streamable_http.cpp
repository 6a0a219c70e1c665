#include "reference/client/streamable_http.hpp"

#include "reference/client/http_sse.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"
#include "reference/wire/header_value.hpp"
#include "reference/wire/message.hpp"

#include <algorithm>

namespace assay::client {
namespace {

using purpose = http_exchange::purpose;

constexpr std::size_t body_limit = 64u << 20;
constexpr int fruitless_limit = 5;

std::string text_at(json::value const& root, std::string_view pointer) {
  auto const* const value = wire::find(root, pointer);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// What every request of the session carries (legacy): its id, and the revision that was agreed on.
void add_session_headers(state const& c, transport::http_headers& headers) {
  if (is_modern(c)) return;
  // [streamable-http.session-header-sent]
  if (!c.session_id.empty()) headers.push_back({"Mcp-Session-Id", c.session_id});
  // [streamable-http.version-header-negotiated]
  // [streamable-http.version-header-sent] Not on initialize: nothing is agreed on then.
  if (speaks(c, "protocol-version-header")) headers.push_back({"MCP-Protocol-Version", c.revision->name});
}

/// The parts of a modern request that intermediaries read without its body.
void add_mirrored_headers(state const& c, json::value const& message, transport::http_headers& headers) {
  if (!is_modern(c)) return;
  auto const* const meta = session::meta_of(message);
  auto const* const version = meta ? meta->if_contains(session::meta_key::protocol_version) : nullptr;
  // [streamable-http.version-header-matches-body] Taken from the message, so the two cannot differ.
  headers.push_back({"MCP-Protocol-Version",
                     version && version->is_string() ? std::string(version->get_string()) : c.revision->name});
  auto const method = wire::method_of(message);
  if (!speaks(c, "mirrored-headers") || method.empty()) return;
  headers.push_back({"Mcp-Method", std::string(method)}); // [streamable-http.method-header-sent]
  // [streamable-http.name-header-sent]
  if (method == "tools/call" || method == "prompts/get")
    headers.push_back({"Mcp-Name", wire::encode_header_value(text_at(message, "/params/name"))});
  if (method == "resources/read")
    headers.push_back({"Mcp-Name", wire::encode_header_value(text_at(message, "/params/uri"))});
  if (method.starts_with("tasks/")) // [tasks-extension.name-header-sent]
    headers.push_back({"Mcp-Name", wire::encode_header_value(text_at(message, "/params/taskId"))});
}

int send(state& c, transport::http_request request, purpose why, std::string key) {
  int const number = c.next_number++;
  http_exchange exchange;
  exchange.why = why;
  exchange.request = std::move(key);
  if (auto const* const id = transport::find_header(request.headers, "Mcp-Session-Id")) exchange.session = *id;
  c.exchanges.emplace(number, std::move(exchange));
  c.actions.push_back(send_http{number, std::move(request)});
  return number;
}

int get(state& c, std::string const& last_event_id, std::string key) {
  transport::http_request request;
  request.method = "GET";
  request.target = c.options.target;
  request.headers.push_back({"Accept", "text/event-stream"}); // [streamable-http.get-accept-header-sent]
  add_session_headers(c, request.headers);
  if (!last_event_id.empty()) request.headers.push_back({"Last-Event-ID", last_event_id});
  return send(c, std::move(request), purpose::listening, std::move(key));
}

bool is_pending(state const& c, http_exchange const& exchange) {
  return !exchange.request.empty() && c.waiting.contains(exchange.request);
}

void fail_request(state& c, http_exchange const& exchange, std::string why) {
  auto const found = c.waiting.find(exchange.request);
  if (exchange.request.empty() || found == c.waiting.end()) return;
  auto const slot = found->second.answered;
  stop_timers(c, found->second);
  c.waiting.erase(found);
  bool const lost = is_modern(c) && exchange.is_stream;
  slot->fill(lost ? answer::lost(std::move(why), exchange.status) : answer::none(std::move(why), exchange.status));
}

// [streamable-http.resumes-by-get] [streamable-http.polls-closed-streams]
/// Goes on reading a stream whose connection ended, when the revision and the server provide for that.
bool resume(state& c, http_exchange const& ended) {
  if (!ended.is_stream || ended.last_event_id.empty() || !speaks(c, "resumability") || c.closing) return false;
  if (ended.fruitless >= fruitless_limit) return false;
  if (ended.why == purpose::message && !is_pending(c, ended)) return false;
  // A GET that took over for a request is done with it.
  if (ended.why == purpose::listening && !ended.request.empty() && !is_pending(c, ended)) return false;
  // Never sooner than the server said. [streamable-http.waits-as-told]
  auto const wait = ended.retry.value_or(c.options.retry_time);
  after(c, wait, [&c, id = ended.last_event_id, key = ended.request, retry = ended.retry, fruitless = ended.fruitless] {
    if (c.closing || (!key.empty() && !c.waiting.contains(key))) return;
    int const number = get(c, id, key);
    auto& exchange = c.exchanges.at(number);
    exchange.last_event_id = id;
    exchange.retry = retry;
    exchange.fruitless = fruitless + 1;
    if (auto const found = c.waiting.find(key); found != c.waiting.end()) found->second.exchange = number;
  });
  return true;
}

/// A body that is no stream: one message, or none.
void read_body(state& c, int number, http_exchange const& exchange) {
  bool const good = exchange.status >= 200 && exchange.status < 300;
  if (exchange.overflowed) {
    fail_request(c, exchange, "the response body is too long");
    return;
  }
  std::string const status = "HTTP status " + std::to_string(exchange.status);
  if (exchange.body.empty()) {
    fail_request(c, exchange, status + " without a body");
    return;
  }
  auto const* const type = transport::find_header(exchange.headers, "Content-Type");
  std::string const media = type ? transport::media_type(*type) : std::string();
  // An error status tells enough; its body is read whatever it calls itself.
  if (good && media != "application/json") {
    fail_request(c, exchange, status + " with Content-Type \"" + media + "\"");
    return;
  }
  auto parsed = wire::parse(exchange.body);
  if (!parsed) {
    fail_request(c, exchange, status + (good ? " with a body that is no JSON" : " without a JSON-RPC message"));
    return;
  }
  auto const kind = wire::classify(parsed->root);
  if (exchange.request.empty() && (kind == wire::message_kind::response || kind == wire::message_kind::invalid)) return;
  if (exchange.request.empty() && kind == wire::message_kind::error) {
    warn(c, status + " for a message that is no request: " + wire::serialize(parsed->root));
    return;
  }
  if (good || kind == wire::message_kind::error) receive(c, parsed->root, number, exchange.status);
  fail_request(c, exchange, status + " without an answer to the request");
}

/// The session that the answer to initialize opens, if the server has sessions.
void take_session_id(state& c, http_exchange const& exchange) {
  auto const found = c.waiting.find(exchange.request);
  if (found == c.waiting.end() || found->second.method != "initialize" || exchange.status != 200) return;
  auto const* const id = transport::find_header(exchange.headers, "Mcp-Session-Id");
  if (!id || id->empty()) return;
  bool const visible = std::all_of(id->begin(), id->end(), [](char one) { return one > 0x20 && one < 0x7f; });
  if (visible)
    c.session_id = *id;
  else
    warn(c, "ignored a session id that is not visible ASCII");
}

/// The end of an exchange, good or bad.
void conclude(state& c, int number, std::string const& broken) {
  auto const found = c.exchanges.find(number);
  if (found == c.exchanges.end() || conclude_sse(c, number, broken)) return;
  http_exchange& exchange = found->second;
  bool const resumed = resume(c, exchange);
  if (!resumed && !broken.empty()) {
    fail_request(c, exchange, broken);
  } else if (!resumed && exchange.is_stream) {
    fail_request(c, exchange, "the event stream ended without the answer");
  } else if (!resumed && exchange.why == purpose::message) {
    read_body(c, number, exchange);
  } else if (!resumed) {
    fail_request(c, exchange, "the stream could not be resumed: HTTP status " + std::to_string(exchange.status));
  }
  if (exchange.why == purpose::message && exchange.request.empty() && exchange.status >= 300)
    warn(c, "HTTP status " + std::to_string(exchange.status) + " for a message that is no request");
  auto const ended = exchange.ended;
  int const status = exchange.status;
  c.exchanges.erase(found);
  if (ended) ended->fill(broken.empty() ? answer::of(nullptr, status) : answer::none(broken, status));
}

void receive_event(state& c, int number, wire::sse_event const& event) {
  auto const found = c.exchanges.find(number);
  if (found == c.exchanges.end()) return;
  auto& exchange = found->second;
  exchange.fruitless = 0;
  if (event.id) exchange.last_event_id = *event.id;
  if (event.retry) exchange.retry = std::chrono::milliseconds(std::clamp<long>(*event.retry, 0, 600'000));
  if (take_endpoint(c, number, event)) return;
  // An event without data primes the client to reconnect: its id counts, there is no message in it.
  if (event.data.empty() || (!event.event.empty() && event.event != "message")) return;
  auto parsed = wire::parse(event.data);
  if (!parsed) {
    warn(c, "ignored an event that is no JSON: " + wire::to_string(parsed.error()));
    return;
  }
  receive(c, parsed->root, number, exchange.status);
}

} // namespace

// [streamable-http.one-message-posted] [streamable-http.batch-or-message-posted]
int post(state& c, json::value const& message, transport::http_headers headers, std::string request) {
  transport::http_request out;
  out.method = "POST";                                        // [streamable-http.messages-by-post]
  out.target = over_sse(c) ? c.sse.target : c.options.target; // [http-sse.messages-to-endpoint]
  out.headers.push_back({"Content-Type", "application/json"});
  out.headers.push_back({"Accept", "application/json, text/event-stream"}); // [streamable-http.accept-header-sent]
  add_session_headers(c, out.headers);
  add_mirrored_headers(c, message, out.headers);
  for (auto& header : headers)
    out.headers.push_back(std::move(header));
  out.body = wire::serialize(message);
  return send(c, std::move(out), purpose::message, std::move(request));
}

int get_stream(state& c) {
  return get(c, {}, {});
}

void open_stream(state& c) {
  if (over_http(c) && speaks(c, "get-stream")) get(c, {}, {});
}

void drop_exchange(state& c, int exchange) {
  auto const found = c.exchanges.find(exchange);
  if (found == c.exchanges.end()) return;
  auto const ended = found->second.ended;
  c.exchanges.erase(found);
  c.actions.push_back(drop_http{exchange});
  if (ended) ended->fill(answer::none("the client closed the connection"));
}

task<int> close_session(state& c) {
  c.timers.clear();
  // Answers of ours to the server's last requests may still be on their way: they are not cut off.
  std::vector<int> open;
  for (auto const& [number, exchange] : c.exchanges)
    if (exchange.why == purpose::listening || !exchange.request.empty()) open.push_back(number);
  for (int const number : open)
    drop_exchange(c, number);
  std::vector<answer_slot> last;
  for (auto& [number, exchange] : c.exchanges) {
    if (!exchange.ended) exchange.ended = std::make_shared<slot<answer>>(c.ready);
    last.push_back(exchange.ended);
    after(c, c.options.answer_time, [&c, number = number] { drop_exchange(c, number); });
  }
  for (auto const& one : last)
    co_await *one;
  if (c.session_id.empty()) co_return 0;
  transport::http_request request;
  request.method = "DELETE"; // [streamable-http.ends-sessions]
  request.target = c.options.target;
  add_session_headers(c, request.headers);
  std::string no_request;
  int const exchange = send(c, std::move(request), purpose::ending, std::move(no_request));
  answer_slot const ended = std::make_shared<slot<answer>>(c.ready);
  c.exchanges.at(exchange).ended = ended;
  after(c, c.options.answer_time, [&c, exchange] { drop_exchange(c, exchange); });
  c.session_id.clear();
  // 405: this server does not let clients end sessions. Any other answer ends our part too.
  answer const got = co_await *ended;
  int const status = got.http_status();
  if (status >= 400 && status != 404 && status != 405)
    warn(c, "ending the session: HTTP status " + std::to_string(status));
  co_return 0;
}

void on_head(state& c, int exchange, transport::http_response_head const& head) {
  auto const found = c.exchanges.find(exchange);
  if (found == c.exchanges.end()) return;
  auto& e = found->second;
  e.status = head.status;
  e.headers = head.headers;
  auto const* const type = transport::find_header(head.headers, "Content-Type");
  // [streamable-http.both-answer-forms]
  e.is_stream = head.status == 200 && type && transport::media_type(*type) == "text/event-stream";
  take_session_id(c, e);
  settle(c);
}

void on_body(state& c, int exchange, std::string_view bytes) {
  auto const found = c.exchanges.find(exchange);
  if (found == c.exchanges.end()) return;
  auto& e = found->second;
  if (e.is_stream) {
    for (auto const& event : e.events.feed(bytes)) {
      receive_event(c, exchange, event);
      settle(c);
      if (!c.exchanges.contains(exchange)) return; // the exchange, and its parser, are gone by what came
    }
    return;
  }
  if (e.body.size() + bytes.size() > body_limit) e.overflowed = true;
  if (!e.overflowed) e.body += bytes;
}

void on_end(state& c, int exchange) {
  conclude(c, exchange, {});
  settle(c);
}

void on_failure(state& c, int exchange, std::string what) {
  conclude(c, exchange, what);
  settle(c);
}

} // namespace assay::client
