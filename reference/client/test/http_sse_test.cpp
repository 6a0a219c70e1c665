// HTTP with SSE, and how a client comes to speak it.
#include "reference/client/http_sse.hpp"
#include "reference/client/test/world.hpp"

namespace assay::client {
namespace {

constexpr auto oldest = "2024-11-05";

/// A response whose head and first bytes came; it stays open.
void stream(world& w, world::exchange const& to, std::string_view bytes) {
  transport::http_response_head head;
  head.status = 200;
  head.headers.push_back({"Content-Type", "text/event-stream"});
  on_head(w.c, to.number, head);
  on_body(w.c, to.number, bytes);
}

void event(world& w, world::exchange const& on, json::value const& message) {
  on_body(w.c, on.number, "event: message\ndata: " + wire::serialize(message) + "\n\n");
}

/// A client pinned to the revision, its stream open and the session initialized; the stream.
world::exchange open(world& w) {
  auto const get = w.http();
  REQUIRE(get);
  CHECK(get->request.method == "GET");
  CHECK(get->request.target == "/mcp");
  CHECK(get->header("Accept") == "text/event-stream");
  CHECK(!w.http()); // nothing is posted before the address is known
  stream(w, *get, "event: endpoint\ndata: /message?sessionId=1\n\n");
  auto const initialize = w.http();
  REQUIRE(initialize);
  CHECK(initialize->request.method == "POST");
  CHECK(initialize->request.target == "/message?sessionId=1");
  CHECK(member_text(initialize->message, "/params/protocolVersion") == "\"2024-11-05\"");
  w.respond(*initialize, 202, "text/plain", "Accepted");
  event(w, *get, world::with_id(initialize->message, initialized(oldest)));
  auto const told = w.http();
  REQUIRE(told);
  CHECK(method_of(told->message) == "notifications/initialized");
  CHECK(told->request.target == "/message?sessionId=1");
  w.respond(*told, 202, "", "");
  return *get;
}

} // namespace

TEST_CASE("what a revision's old transport carries goes to the address of the stream", "[http-sse]") {
  world w("streamable-http", oldest);
  w.verbs({"ping"});
  auto const get = open(w);
  auto const ping = w.http();
  REQUIRE(ping);
  CHECK(ping->request.target == "/message?sessionId=1");
  CHECK(ping->header("Mcp-Session-Id") == "(none)");

  SECTION("the answer comes on the stream") {
    w.respond(*ping, 202, "", "");
    CHECK(!w.code());
    event(w, get, world::with_id(ping->message, R"({"result":{}})"));
    CHECK(w.next<drop_http>()->exchange == get.number); // the end of the session
    CHECK(w.code() == 0);
  }
  SECTION("also before the response") {
    event(w, get, world::with_id(ping->message, R"({"result":{}})"));
    w.respond(*ping, 202, "", "");
    CHECK(w.code() == 0);
  }
  SECTION("a request of the server is answered by POST") {
    event(w, get, parsed(R"({"jsonrpc":"2.0","id":"s","method":"ping"})"));
    auto const answer = w.http();
    REQUIRE(answer);
    CHECK(answer->request.target == "/message?sessionId=1");
    CHECK(wire::serialize(answer->message) == R"({"jsonrpc":"2.0","id":"s","result":{}})");
  }
  SECTION("a second endpoint event and unknown events change nothing") {
    on_body(w.c, get.number, "event: endpoint\ndata: /elsewhere\n\nevent: other\ndata: {\"jsonrpc\":\"2.0\"}\n\n");
    CHECK(w.c.sse.target == "/message?sessionId=1");
    CHECK(w.warned.empty());
  }
  SECTION("a message that is refused has no answer") {
    w.respond(*ping, 404, "", "");
    CHECK(w.code() == 1);
    REQUIRE(w.warned.size() == 1);
    CHECK(w.warned[0] == "ping failed: HTTP status 404");
  }
  SECTION("when the stream ends, nobody waits on") {
    on_end(w.c, get.number);
    CHECK(w.warned == std::vector<std::string>{"ping failed: the server closed its event stream"});
  }
}

TEST_CASE("an address at another origin gets nothing", "[http-sse]") {
  for (auto const* address :
       {"http://elsewhere.example.com/message", "https://localhost/message", "http://[", "ftp://localhost/"}) {
    INFO(address);
    world w("streamable-http", oldest);
    w.verbs({"ping"});
    auto const get = w.http();
    REQUIRE(get);
    stream(w, *get, "event: endpoint\ndata: " + std::string(address) + "\n\n");
    CHECK(w.code() == 1);
    CHECK(!w.http());
  }
}

TEST_CASE("an address may be absolute or relative", "[http-sse]") {
  for (auto const& [address, target] :
       {std::pair("http://localhost/a?b=c", "/a?b=c"), std::pair("a", "/a"), std::pair("?s=1", "/mcp?s=1")}) {
    INFO(address);
    world w("streamable-http", oldest);
    w.verbs({"ping"});
    auto const get = w.http();
    REQUIRE(get);
    stream(w, *get, "event: endpoint\ndata: " + std::string(address) + "\n\n");
    auto const initialize = w.http();
    REQUIRE(initialize);
    CHECK(initialize->request.target == target);
  }
}

TEST_CASE("a client that finds no newer transport falls back", "[http-sse]") {
  for (int const status : {400, 404, 405}) {
    INFO(status);
    world w("streamable-http");
    w.verbs({"ping"});
    auto const probe = w.http();
    REQUIRE(probe);
    CHECK(method_of(probe->message) == "server/discover");
    w.respond(*probe, status, "text/html", "<h1>no</h1>");
    auto const initialize = w.http();
    REQUIRE(initialize);
    CHECK(method_of(initialize->message) == "initialize");
    CHECK(initialize->request.target == "/mcp");
    w.respond(*initialize, status, "text/html", "<h1>no</h1>");
    open(w);
    CHECK(w.c.options.transport == "http+sse");
    CHECK(w.c.revision->name == oldest);
  }
}

TEST_CASE("a client does not fall back where nothing suggests it", "[http-sse]") {
  SECTION("another status") {
    world w("streamable-http", newest_legacy);
    w.verbs({"ping"});
    w.respond(*w.http(), 500, "", "");
  }
  SECTION("another revision is wanted") {
    world w("streamable-http", newest_legacy);
    w.verbs({"ping"});
    w.respond(*w.http(), 405, "", "");
    CHECK(!w.http());
    CHECK(w.code() == 1);
  }
  SECTION("an answer") {
    world w("streamable-http");
    w.verbs({"ping"});
    w.respond(*w.http(), 404, "", "");
    w.answer_json(*w.http(), 400, R"({"error":{"code":-32602,"message":"no"}})");
    CHECK(!w.http());
    CHECK(w.code() == 1);
  }
}

TEST_CASE("a stream that is none is told", "[http-sse]") {
  world w("streamable-http", oldest);
  w.verbs({"ping"});
  SECTION("by status") {
    w.respond(*w.http(), 404, "", "");
  }
  SECTION("by type") {
    w.respond(*w.http(), 200, "text/html", "<h1>hello</h1>");
  }
  SECTION("by its end") {
    auto const get = w.http();
    stream(w, *get, ": hello\n\n");
    on_end(w.c, get->number);
  }
  SECTION("by the clock") {
    auto const timer = w.next<start_timer>();
    REQUIRE(timer);
    on_timer(w.c, timer->timer);
  }
  CHECK(w.code() == 1);
  REQUIRE(w.warned.size() == 1);
  CHECK(w.warned[0].starts_with("HTTP with SSE: "));
}

} // namespace assay::client
