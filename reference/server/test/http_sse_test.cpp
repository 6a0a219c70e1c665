// HTTP with SSE without I/O: the stream, its first event, where messages go and come.
#include "reference/server/http_sse.hpp"
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;
using assay::transport::find_header;
using assay::transport::http_headers;
using assay::transport::http_request;

namespace {

constexpr auto revision = "2024-11-05";

struct sse_world {
  core server;
  http_sse endpoint;
  exchange_id last = 0;
  std::vector<timer> timers;

  struct exchange {
    int status = 0;
    http_headers headers;
    std::string endpoint;
    std::vector<json::value> messages;
    bool stream = false;
    bool ended = false;
  };
  std::map<exchange_id, exchange> got;

  explicit sse_world(http_sse_settings with = {})
      : server(speak({revision})), endpoint(server, [&] {
          with.port = 8000;
          return with;
        }()) {}

  void take(http_effects done) {
    for (auto const& action : done.actions) {
      if (auto const* const answer = std::get_if<http_answer>(&action)) {
        auto& to = got[answer->to];
        CHECK(!answer->message); // all messages go on streams
        to.status = answer->status;
        to.headers = answer->headers;
        to.ended = true;
      } else if (auto const* const start = std::get_if<stream_start>(&action)) {
        got[start->to].status = 200;
        got[start->to].headers = start->headers;
        got[start->to].stream = true;
      } else if (auto const* const event = std::get_if<stream_event>(&action)) {
        auto& to = got[event->to];
        if (event->endpoint) {
          CHECK(to.messages.empty());
          to.endpoint = *event->endpoint;
        }
        if (event->message) to.messages.push_back(*event->message);
      } else {
        got[std::get<stream_end>(action).to].ended = true;
      }
    }
    for (auto const& one : done.timers)
      timers.push_back(one);
  }

  exchange_id send(std::string method, std::string target, std::string body = {}, http_headers headers = {}) {
    auto const id = ++last;
    got[id];
    take(endpoint.request(id, http_request{std::move(method), std::move(target), std::move(headers), std::move(body)}));
    return id;
  }

  /// A stream whose session is initialized.
  exchange_id open() {
    auto const id = send("GET", "/sse");
    auto const to = got[id].endpoint;
    REQUIRE(got[id].stream);
    send("POST", to,
         R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + std::string(revision) +
             R"(","capabilities":{"sampling":{}},"clientInfo":{"name":"t","version":"1"}}})");
    REQUIRE(got[id].messages.size() == 1);
    CHECK(at(got[id].messages[0], "/result/protocolVersion") == json::value(revision));
    send("POST", to, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    REQUIRE(got[id].messages.size() == 1);
    return id;
  }

  int post(exchange_id stream, std::string body) {
    return got[send("POST", got[stream].endpoint, std::move(body))].status;
  }
};

} // namespace

TEST_CASE("a stream begins with the address for messages") {
  sse_world c;
  auto const first = c.send("GET", "/sse");
  auto const second = c.send("GET", "/sse?tenant=a");
  CHECK(*find_header(c.got[first].headers, "Content-Type") == "text/event-stream");
  CHECK(c.got[first].endpoint.starts_with("/message?sessionId="));
  CHECK(c.got[first].endpoint != c.got[second].endpoint);
  CHECK(!c.got[first].ended);
  CHECK(c.endpoint.sessions() == 2);
}

TEST_CASE("answers come on the stream of their session, and nowhere else") {
  sse_world c;
  auto const one = c.open();
  auto const other = c.open();
  CHECK(c.post(one, R"({"jsonrpc":"2.0","id":1,"method":"ping"})") == 202);
  REQUIRE(c.got[one].messages.size() == 2);
  CHECK(at(c.got[one].messages[1], "/id") == json::value(1));
  CHECK(c.got[other].messages.size() == 1);
  CHECK(c.endpoint.stream_of(c.got[one].endpoint) == one);
  CHECK(c.endpoint.stream_of("/message?sessionId=none") == 0);
}

TEST_CASE("the server asks on the stream and is answered by POST") {
  sse_world c;
  auto const stream = c.open();
  CHECK(
      c.post(
          stream,
          R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"test_sampling","arguments":{"prompt":"p"}}})") ==
      202);
  REQUIRE(c.got[stream].messages.size() == 2);
  auto const question = c.got[stream].messages[1];
  REQUIRE(at(question, "/method") == json::value("sampling/createMessage"));
  auto const id = assay::wire::serialize(at(question, "/id"));
  CHECK(c.post(stream, R"({"jsonrpc":"2.0","id":)" + id +
                           R"(,"result":{"role":"assistant","content":{"type":"text","text":"said"},"model":"m"}})") ==
        202);
  REQUIRE(c.got[stream].messages.size() == 3);
  CHECK(at(c.got[stream].messages[2], "/id") == json::value(2));
}

TEST_CASE("what is no JSON is refused by status, what is no message on the stream") {
  sse_world c;
  auto const stream = c.open();
  CHECK(c.post(stream, "no json") == 400);
  CHECK(c.got[stream].messages.size() == 1);
  CHECK(c.post(stream, "3") == 202);
  REQUIRE(c.got[stream].messages.size() == 2);
  CHECK(at(c.got[stream].messages[1], "/error/code") == json::value(-32600));
}

TEST_CASE("messages without a session, other methods and other paths are refused") {
  sse_world c;
  auto const stream = c.open();
  auto const to = c.got[stream].endpoint;
  CHECK(c.got[c.send("POST", "/message", "{}")].status == 404);
  CHECK(c.got[c.send("POST", "/message?sessionId=", "{}")].status == 404);
  CHECK(c.got[c.send("POST", "/message?sessionId=" + std::string(100'000, 'a'), "{}")].status == 404);
  CHECK(c.got[c.send("GET", to)].status == 405);
  CHECK(c.got[c.send("DELETE", "/sse")].status == 405);
  auto const other = c.send("POST", "/sse", "{}"); // a client of a later revision, finding out
  CHECK(c.got[other].status == 405);
  CHECK(*find_header(c.got[other].headers, "Allow") == "GET");
  CHECK(c.got[c.send("GET", "/mcp")].status == 404);
}

TEST_CASE("Origin and Host are looked at on both addresses") {
  sse_world c({.allowed_origins = {"https://app.example.com"}});
  auto const stream = c.open();
  for (auto const& [name, value] : http_headers{{"Origin", "http://evil.example.com"},
                                                {"Origin", "http://localhost:9"},
                                                {"Host", "evil.example.com:8000"}}) {
    INFO(name << " " << value);
    CHECK(c.got[c.send("GET", "/sse", "", {{name, value}})].status == 403);
    CHECK(c.got[c.send("POST", c.got[stream].endpoint, "{}", {{name, value}})].status == 403);
  }
  CHECK(c.got[c.send("GET", "/sse", "", {{"Origin", "https://app.example.com"}})].stream);
  CHECK(c.got[c.send("GET", "/sse", "", {{"Origin", "http://localhost:8000"}})].stream);
}

TEST_CASE("a session ends with its stream, and its place is free") {
  sse_world c({.sessions = 1});
  auto const stream = c.open();
  auto const to = c.got[stream].endpoint;
  CHECK(c.got[c.send("GET", "/sse")].status == 503);
  c.take(c.endpoint.gone(stream));
  CHECK(c.endpoint.sessions() == 0);
  CHECK(c.got[c.send("POST", to, R"({"jsonrpc":"2.0","id":1,"method":"ping"})")].status == 404);
  auto const again = c.open();
  c.take(c.endpoint.gone(stream)); // of one that is over: nothing
  CHECK(c.endpoint.sessions() == 1);
  c.take(c.endpoint.stop());
  CHECK(c.got[again].ended);
  CHECK(c.endpoint.sessions() == 0);
}

TEST_CASE("only revisions that carry the transport are agreed on") {
  sse_world c;
  auto const id = c.send("GET", "/sse");
  c.post(id,
         R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
         R"("clientInfo":{"name":"t","version":"1"}}})");
  REQUIRE(c.got[id].messages.size() == 1);
  CHECK(at(c.got[id].messages[0], "/result/protocolVersion") == json::value(revision));
}
