// basic/utilities/ping, the server as the sender: over each transport that carries a session.
#include "reference/server/http_sse.hpp"
#include "reference/server/streamable_http.hpp"
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;
using std::chrono::seconds;

namespace {

settings pinging(std::vector<std::string> revisions = {}) {
  auto made = speak(std::move(revisions));
  made.ping_every = seconds(7);
  made.limits.answer_time = seconds(3);
  return made;
}

constexpr auto ready = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

std::string hello(std::string const& revision) {
  return R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + revision +
         R"(","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})";
}

/// An HTTP endpoint and what it did.
template <class Endpoint>
struct http_world {
  core server;
  Endpoint endpoint;
  exchange_id last = 0;
  std::vector<http_action> actions = {};
  std::vector<timer> timers = {};

  template <class Settings>
  http_world(settings told, Settings with) : server(std::move(told)), endpoint(server, std::move(with)) {
    endpoint.set_port(8000);
  }

  void take(http_effects done) {
    actions = std::move(done.actions);
    timers = std::move(done.timers);
  }
  exchange_id send(std::string method, std::string target, std::string body, assay::transport::http_headers headers) {
    take(endpoint.request(++last, {std::move(method), std::move(target), std::move(headers), std::move(body)}));
    return last;
  }
  /// The timer of that time goes off.
  void wake(seconds after) {
    REQUIRE(timers.size() == 1);
    REQUIRE(timers[0].after == after);
    take(endpoint.woken(timers[0].number));
  }
  /// The one message on this stream.
  json::value event_on(exchange_id stream) const {
    REQUIRE(actions.size() == 1);
    auto const* const event = std::get_if<stream_event>(&actions[0]);
    REQUIRE(event);
    CHECK(event->to == stream);
    return event->message.value();
  }
  bool ends(exchange_id stream) const {
    auto const* const end = actions.size() == 1 ? std::get_if<stream_end>(&actions[0]) : nullptr;
    return end && end->to == stream;
  }
};

std::string pong(json::value const& ping) {
  CHECK(at(ping, "/method") == json::value("ping"));
  CHECK(at(ping, "/params") == json::value(nullptr));
  return R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(ping, "/id")) + R"(,"result":{}})";
}

} // namespace

TEST_CASE("a session is pinged as often as the settings say, until a ping is not answered") {
  auto const revision = GENERATE("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");
  core server(pinging());
  auto c = open(server, revision);
  auto const wake = [&](seconds after) {
    REQUIRE(c.last.timers.size() == 1);
    REQUIRE(c.last.timers[0].after == after);
    c.last = server.woken(c.last.timers[0].number);
  };
  wake(seconds(7));
  auto const first = c.sent().at(0);
  auto const late = c.last.timers.at(0).number;
  SECTION("an answer is an answer") {
    auto const id = assay::wire::serialize(at(first, "/id"));
    c.send(GENERATE_COPY(pong(first), R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":-32601,"message":"?"}})"));
    CHECK(c.sent().empty());
    wake(seconds(7));
    CHECK(at(c.sent().at(0), "/id") != at(first, "/id"));
    // The time of the ping that was answered is over, too.
    auto const over = server.woken(late);
    CHECK(over.messages.empty());
    CHECK(over.lost.empty());
    wake(seconds(3));
    CHECK(c.last.lost == std::vector<peer_id>{c.peer});
  }
  SECTION("silence is none, whatever else is said") {
    CHECK(at(c.ask("tools/list"), "/result/tools").is_array());
    c.send(R"({"jsonrpc":"2.0","id":"another","result":{}})");
    CHECK(server.woken(late).lost == std::vector<peer_id>{c.peer});
  }
  SECTION("nobody is missed who has left") {
    server.disconnect(c.peer);
    CHECK(server.woken(late).lost.empty());
  }
}

TEST_CASE("nobody is pinged unasked, before the session operates, or in the modern era") {
  core quiet(speak());
  CHECK(open(quiet, "2025-11-25").last.timers.empty());
  core server(pinging());
  client early(server, "2025-11-25");
  early.send(hello("2025-11-25"));
  CHECK(early.last.timers.empty());
  early.send(ready);
  CHECK(early.last.timers.size() == 1);
  early.send(ready);
  CHECK(early.last.timers.empty());
  auto modern = open(server, "2026-07-28");
  modern.ask("server/discover");
  CHECK(modern.last.timers.empty());
}

TEST_CASE("a session of HTTP with SSE is pinged on its stream, which ends with the session") {
  http_world<http_sse> w(pinging({"2024-11-05"}), http_sse_settings{});
  auto const stream = w.send("GET", "/sse", "", {});
  auto const to = std::get<stream_event>(w.actions.at(1)).endpoint.value();
  w.send("POST", to, hello("2024-11-05"), {});
  w.send("POST", to, ready, {});
  w.wake(seconds(7));
  auto const ping = w.event_on(stream);
  SECTION("answered") {
    w.send("POST", to, pong(ping), {});
    w.wake(seconds(7));
    CHECK(at(w.event_on(stream), "/method") == json::value("ping"));
  }
  SECTION("not answered") {
    w.wake(seconds(3));
    CHECK(w.ends(stream));
    CHECK(w.endpoint.sessions() == 0);
  }
}

TEST_CASE("a session of Streamable HTTP is pinged while it has a GET stream") {
  auto const revision = GENERATE("2025-03-26", "2025-06-18", "2025-11-25");
  http_world<streamable_http> w(pinging({revision}), http_settings{});
  w.send("POST", "/mcp", hello(revision), {});
  auto const* const id =
      assay::transport::find_header(std::get<http_answer>(w.actions.at(0)).headers, "Mcp-Session-Id");
  REQUIRE(id);
  assay::transport::http_headers const session{{"Mcp-Session-Id", *id}};
  w.send("POST", "/mcp", ready, session);
  auto const due = w.timers;
  auto const stream = w.send("GET", "/mcp", "", session);
  SECTION("answered") {
    w.timers = due;
    w.wake(seconds(7));
    w.send("POST", "/mcp", pong(w.event_on(stream)), session);
    w.wake(seconds(7));
    CHECK(at(w.event_on(stream), "/method") == json::value("ping"));
  }
  SECTION("not answered") {
    w.timers = due;
    w.wake(seconds(7));
    w.wake(seconds(3));
    CHECK(w.ends(stream));
    CHECK(w.endpoint.sessions() == 0);
  }
  SECTION("who does not listen is not asked") {
    w.take(w.endpoint.gone(stream));
    w.timers = due;
    w.wake(seconds(7));
    CHECK(w.actions.empty());
    w.wake(seconds(7));
    CHECK(w.actions.empty());
    CHECK(w.endpoint.sessions() == 1);
  }
  SECTION("who stops to listen is not late") {
    w.timers = due;
    w.wake(seconds(7));
    auto const late = w.timers;
    w.take(w.endpoint.gone(stream));
    w.timers = late;
    w.wake(seconds(3));
    CHECK(w.endpoint.sessions() == 1);
    auto const next = w.timers;
    auto const again = w.send("GET", "/mcp", "", session);
    w.timers = next;
    w.wake(seconds(7));
    CHECK(at(w.event_on(again), "/method") == json::value("ping"));
  }
}
