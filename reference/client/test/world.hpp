// The client under test with its other end played by the test: what it wants done is looked at, what comes back is
// told.
#pragma once

#include "reference/client/goals.hpp"
#include "reference/client/scenarios.hpp"
#include "reference/client/stdio.hpp"
#include "reference/client/streamable_http.hpp"

#include "cmake/catch.hpp"

namespace assay::client {

inline revision::table const& revisions() {
  static auto const store = data::store::folder(ASSAY_SOURCE_DIR);
  static auto const table = revision::table::load(*store);
  return *table;
}

inline json::value parsed(std::string_view text) {
  return wire::parse_value(text).value();
}

constexpr auto newest_legacy = "2025-11-25";
constexpr auto modern = "2026-07-28";

struct world {
  std::vector<std::string> printed, noted, warned;
  std::chrono::steady_clock::time_point time{};
  std::int64_t wall = 1'764'066'600'000;
  int ids = 0;
  state c;

  explicit world(std::string transport, std::string pinned = {}) : c(make(transport, pinned)) {}

  settings make(std::string const& transport, std::string const& pinned) {
    settings s;
    s.revisions = &revisions();
    s.revision = pinned;
    s.transport = transport;
    s.target = "/mcp";
    s.print = [this](std::string_view line) { printed.emplace_back(line); };
    s.note = [this](std::string_view line) { noted.emplace_back(line); };
    s.now = [this] { return time; };
    s.wall_clock = [this] { return wall; };
    s.unguessable = [this] { return "task-" + std::to_string(++ids); };
    s.warn = [this](std::string_view line) { warned.emplace_back(line); };
    return s;
  }

  void verbs(std::vector<std::string> words) { start(c, run_verbs(c, parse_verbs(words).value())); }

  void scenario(std::string name, json::object context = {}) {
    start(c, run_scenario(c, std::move(name), std::move(context)));
  }

  /// The next action of that kind; those of other kinds before it stay.
  template <class T>
  std::optional<T> next() {
    for (auto& one : take_actions(c))
      actions.push_back(std::move(one));
    for (auto it = actions.begin(); it != actions.end(); ++it) {
      if (auto* const found = std::get_if<T>(&*it)) {
        T const copy = *found;
        actions.erase(it);
        return copy;
      }
    }
    return std::nullopt;
  }

  std::optional<int> code() {
    auto const end = next<finish>();
    return end ? std::optional<int>(end->code) : std::nullopt;
  }

  // stdio

  /// The next message, null when there is none.
  json::value line() {
    auto const sent = next<send_line>();
    if (!sent) return nullptr;
    CHECK(sent->text.find('\n') == std::string::npos);
    return parsed(sent->text);
  }

  void tell(json::value const& message) { on_input(c, wire::serialize(message) + "\n"); }
  void say(std::string_view message) { tell(parsed(message)); }

  // HTTP

  struct exchange {
    int number = 0;
    transport::http_request request;
    json::value message;

    std::string header(std::string_view name) const {
      auto const* const value = transport::find_header(request.headers, name);
      return value ? *value : std::string("(none)");
    }
  };

  std::optional<exchange> http() {
    auto const sent = next<send_http>();
    if (!sent) return std::nullopt;
    exchange e{sent->exchange, sent->request, nullptr};
    if (!sent->request.body.empty()) e.message = parsed(sent->request.body);
    return e;
  }

  void respond(exchange const& to, int status, std::string const& type, std::string_view body,
               transport::http_headers headers = {}) {
    transport::http_response_head head;
    head.status = status;
    head.headers = std::move(headers);
    if (!type.empty()) head.headers.push_back({"Content-Type", type});
    on_head(c, to.number, head);
    if (!body.empty()) on_body(c, to.number, body);
    on_end(c, to.number);
  }

  /// A JSON body with the request's id put in.
  void answer_json(exchange const& to, int status, std::string_view body, transport::http_headers headers = {}) {
    respond(to, status, "application/json", wire::serialize(with_id(to.message, body)), std::move(headers));
  }

  static json::value with_id(json::value const& request, std::string_view body) {
    json::object message = parsed(body).as_object();
    message["jsonrpc"] = "2.0";
    message["id"] = request.at("id");
    return message;
  }

  std::deque<action> actions;
};

inline std::string method_of(json::value const& message) {
  return message.is_object() && message.get_object().contains("method") ? std::string(message.at("method").as_string())
                                                                        : std::string("(none)");
}

inline std::string member_text(json::value const& value, std::string_view pointer) {
  auto const* const found = wire::find(value, pointer);
  return found ? wire::serialize(*found) : std::string("(absent)");
}

inline constexpr auto discovered =
    R"({"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"resources":{},"prompts":{}},"ttlMs":0,"cacheScope":"public"}})";

inline std::string initialized(std::string_view version, std::string_view capabilities = R"({"tools":{}})") {
  return R"({"result":{"protocolVersion":")" + std::string(version) + R"(","capabilities":)" +
         std::string(capabilities) + R"(,"serverInfo":{"name":"played","version":"1"}}})";
}

/// Plays the handshake over stdio.
inline void shake_hands(world& w, std::string_view version, std::string_view capabilities = R"({"tools":{}})") {
  auto const request = w.line();
  REQUIRE(method_of(request) == "initialize");
  w.tell(world::with_id(request, initialized(version, capabilities)));
  REQUIRE(method_of(w.line()) == "notifications/initialized");
}

} // namespace assay::client
