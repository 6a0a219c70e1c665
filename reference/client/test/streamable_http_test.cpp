// basic/transports/streamable-http, and Streamable HTTP of the legacy revisions.
#include "reference/client/test/world.hpp"

#include <set>

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
namespace transport = assay::transport;
using exchange = world::exchange;

namespace {

/// Plays the handshake; the exchange of the GET stream is left open and returned.
exchange open_session(world& w, std::string const& version, std::string const& session) {
  auto const opening = *w.http();
  REQUIRE(method_of(opening.message) == "initialize");
  CHECK(opening.header("Mcp-Session-Id") == "(none)");
  CHECK(opening.header("MCP-Protocol-Version") == "(none)");
  transport::http_headers headers;
  if (!session.empty()) headers.push_back({"MCP-Session-Id", session});
  w.answer_json(opening, 200, initialized(version), headers);
  auto const ready = *w.http();
  REQUIRE(method_of(ready.message) == "notifications/initialized");
  w.respond(ready, 202, "", "");
  auto const stream = *w.http();
  REQUIRE(stream.request.method == "GET");
  return stream;
}

} // namespace

TEST_CASE("a session in each legacy revision with this transport") {
  for (auto const& one : revisions().all()) {
    if (one.era != "legacy" || !one.carries("streamable-http")) continue;
    INFO(one.name);
    world w("streamable-http", one.name);
    w.scenario("tools_call");
    auto const stream = open_session(w, one.name, "abc");
    auto const version = one.has("protocol-version-header") ? one.name : std::string("(none)");
    CHECK(stream.header("Accept") == "text/event-stream");
    CHECK(stream.header("Mcp-Session-Id") == "abc");
    CHECK(stream.header("MCP-Protocol-Version") == version);
    w.respond(stream, 405, "", "");
    auto const list = *w.http();
    CHECK(list.request.method == "POST");
    CHECK(list.request.target == "/mcp");
    CHECK(list.header("Content-Type") == "application/json");
    CHECK(list.header("Accept") == "application/json, text/event-stream");
    CHECK(list.header("Mcp-Session-Id") == "abc");
    CHECK(list.header("MCP-Protocol-Version") == version);
    CHECK(list.header("Mcp-Method") == "(none)");
    w.answer_json(list, 200, R"({"result":{"tools":[]}})");
    auto const call = *w.http();
    CHECK(call.message.at("params") == parsed(R"({"name":"add_numbers","arguments":{"a":2,"b":3}})"));
    w.answer_json(call, 200, R"({"result":{"content":[]}})");
    auto const end = *w.http();
    CHECK(end.request.method == "DELETE");
    CHECK(end.header("Mcp-Session-Id") == "abc");
    CHECK(end.request.body.empty());
    CHECK_FALSE(w.code());
    w.respond(end, 405, "", "");
    CHECK(w.code() == 0);
    CHECK(w.warned.empty());
  }
}

TEST_CASE("a server without sessions gets none") {
  world w("streamable-http", newest_legacy);
  w.verbs({"ping"});
  auto const stream = open_session(w, newest_legacy, "");
  CHECK(stream.header("Mcp-Session-Id") == "(none)");
  w.answer_json(*w.http(), 200, R"({"result":{}})");
  CHECK(w.next<drop_http>()->exchange == stream.number);
  CHECK_FALSE(w.http());
  CHECK(w.code() == 0);
}

TEST_CASE("a lost session is begun anew, without its id") {
  world w("streamable-http", newest_legacy);
  w.verbs({"ping"});
  w.respond(open_session(w, newest_legacy, "one"), 405, "", "");
  auto const first = *w.http();
  w.answer_json(first, 404, R"({"error":{"code":-32001,"message":"Session not found"}})");
  auto const stream = open_session(w, newest_legacy, "two");
  CHECK(stream.header("Mcp-Session-Id") == "two");
  auto const again = *w.http();
  CHECK(method_of(again.message) == "ping");
  CHECK(again.header("Mcp-Session-Id") == "two");
  CHECK(again.message.at("id") != first.message.at("id"));
  w.answer_json(again, 200, R"({"result":{}})");
  CHECK(w.http()->header("Mcp-Session-Id") == "two");
}

TEST_CASE("404 without a session is a failure, and a session lost for ever too") {
  world w("streamable-http", newest_legacy);
  w.verbs({"ping"});
  SECTION("no session") {
    w.respond(open_session(w, newest_legacy, ""), 405, "", "");
    w.respond(*w.http(), 404, "", "");
    CHECK_FALSE(w.http());
    CHECK(w.code() == 1);
  }
  SECTION("again and again") {
    for (int i = 0; i < 3; ++i) {
      w.respond(open_session(w, newest_legacy, "s" + std::to_string(i)), 405, "", "");
      w.respond(*w.http(), 404, "", "");
    }
    CHECK(w.http()->request.method == "DELETE");
  }
}

TEST_CASE("an answer in a stream, cut anywhere") {
  world w("streamable-http", newest_legacy);
  w.verbs({"ping"});
  w.respond(open_session(w, newest_legacy, ""), 405, "", "");
  auto const ping = *w.http();
  transport::http_response_head head;
  head.headers.push_back({"content-type", "Text/Event-Stream; charset=utf-8"});
  on_head(w.c, ping.number, head);
  std::string const stream = ": hello\r\n\r\nid: 1\r\nretry: 5\r\ndata:\r\n\r\nevent: other\ndata: {}\n\n"
                             "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n"
                             "data: {\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"ping\"}\n\nevent: message\ndata: " +
                             wire::serialize(world::with_id(ping.message, R"({"result":{}})")) + "\n\n";
  for (char const byte : stream)
    on_body(w.c, ping.number, std::string_view(&byte, 1));
  auto const reply = *w.http();
  CHECK(reply.request.method == "POST");
  CHECK(reply.message == parsed(R"({"jsonrpc":"2.0","id":"s","result":{}})"));
  w.respond(reply, 202, "", "");
  CHECK(w.code() == 0);
  CHECK(w.warned.empty());
}

TEST_CASE("a stream that breaks off is resumed by GET, not before its retry time") {
  world w("streamable-http", newest_legacy);
  w.verbs({"call", "x"});
  w.respond(open_session(w, "2025-03-26", "s"), 405, "", "");
  auto const call = *w.http();
  while (w.next<start_timer>()) {
  }
  SECTION("with an event id") {
    w.respond(call, 200, "text/event-stream", "id: e1\nretry: 500\ndata:\n\n");
    CHECK_FALSE(w.http());
    auto const timer = w.next<start_timer>();
    REQUIRE(timer);
    CHECK(timer->after == std::chrono::milliseconds(500));
    on_timer(w.c, timer->timer);
    auto const get = *w.http();
    CHECK(get.request.method == "GET");
    CHECK(get.header("Last-Event-ID") == "e1");
    CHECK(get.header("Mcp-Session-Id") == "s");
    SECTION("and brings the answer") {
      w.respond(get, 200, "text/event-stream",
                "id: e2\ndata: " + wire::serialize(world::with_id(call.message, R"({"result":{"content":[]}})")) +
                    "\n\n");
      CHECK(w.http()->request.method == "DELETE");
    }
    SECTION("and is refused") {
      w.respond(get, 405, "", "");
      CHECK(w.http()->request.method == "DELETE");
      CHECK(w.warned.size() == 1);
    }
    SECTION("and brings nothing, over and over") {
      auto stream = get;
      int times = 0;
      for (; times < 100; ++times) {
        w.respond(stream, 200, "text/event-stream", ":\n\n");
        auto const wait = w.next<start_timer>();
        if (!wait || wait->after > std::chrono::milliseconds(500)) break;
        on_timer(w.c, wait->timer);
        stream = *w.http();
      }
      CHECK(times < 10);
    }
  }
  SECTION("without an event id there is nothing to resume") {
    w.respond(call, 200, "text/event-stream", "data:\n\n");
    CHECK(w.http()->request.method == "DELETE");
    REQUIRE(w.warned.size() == 1);
    CHECK(w.warned[0].find("without the answer") != std::string::npos);
  }
}

TEST_CASE("a modern stream is never resumed") {
  world w("streamable-http", modern);
  w.scenario("list");
  int sent = 0;
  for (auto one = w.http(); one; one = w.http(), ++sent) {
    CHECK(one->request.method == "POST");
    CHECK(one->header("Last-Event-ID") == "(none)");
    w.respond(*one, 200, "text/event-stream", "id: e1\nretry: 5\ndata:\n\n");
  }
  CHECK(sent == 3);
  CHECK(w.code() == 1);
}

TEST_CASE("answers that are none") {
  struct {
    int status;
    char const* type;
    char const* body;
  } const cases[] = {{200, "text/html", "<p>"},
                     {200, "application/json", "{"},
                     {200, "application/json", ""},
                     {202, "", ""},
                     {200, "application/json", R"({"jsonrpc":"2.0","id":"other","result":{}})"},
                     {500, "text/plain", "oops"},
                     {200, "application/json", "[]"},
                     {200, "application/json", R"({"jsonrpc":"2.0","method":"notifications/x"})"}};
  for (auto const& one : cases) {
    INFO(one.status << " " << one.type << " " << one.body);
    world w("streamable-http", modern);
    w.scenario("list");
    w.respond(*w.http(), one.status, one.type, one.body);
    CHECK(w.code() == 1);
  }
}

TEST_CASE("modern requests mirror their body in headers") {
  world w("streamable-http", modern);
  w.verbs({"read", "file:///path/to/file%20name.txt", "get-prompt", "test_prompt", "read", "file:///ü"});
  auto const read = *w.http();
  CHECK(read.header("MCP-Protocol-Version") == modern);
  CHECK(read.header("Mcp-Method") == "resources/read");
  CHECK(read.header("Mcp-Name") == "file:///path/to/file%20name.txt");
  CHECK(read.header("Accept") == "application/json, text/event-stream");
  CHECK(read.header("Mcp-Session-Id") == "(none)");
  // A session id is none of this era's: it is neither kept nor sent.
  w.answer_json(read, 200, R"({"result":{"resultType":"complete","contents":[]}})", {{"Mcp-Session-Id", "x"}});
  auto const prompt = *w.http();
  CHECK(prompt.header("Mcp-Method") == "prompts/get");
  CHECK(prompt.header("Mcp-Name") == "test_prompt");
  CHECK(prompt.header("Mcp-Session-Id") == "(none)");
  w.answer_json(prompt, 200, R"({"result":{"messages":[]}})");
  auto const encoded = *w.http();
  CHECK(encoded.header("Mcp-Name") == "=?base64?ZmlsZTovLy/DvA==?=");
  w.answer_json(encoded, 200, R"({"result":{"contents":[]}})");
  CHECK_FALSE(w.http()); // no DELETE
  CHECK(w.code() == 0);
}

TEST_CASE("a modern request that takes too long is cancelled by closing its connection") {
  world w("streamable-http", modern);
  w.scenario("list");
  auto const list = *w.http();
  on_timer(w.c, w.next<start_timer>()->timer);
  CHECK_FALSE(w.http());
  CHECK(w.next<drop_http>()->exchange == list.number);
  CHECK(w.code() == 1);
}

TEST_CASE("a legacy request that takes too long is cancelled by a notification") {
  world w("streamable-http", newest_legacy);
  w.verbs({"ping"});
  w.respond(open_session(w, newest_legacy, ""), 405, "", "");
  auto const ping = *w.http();
  std::optional<start_timer> last;
  while (auto const timer = w.next<start_timer>())
    last = timer;
  on_timer(w.c, last->timer);
  auto const cancel = *w.http();
  CHECK(method_of(cancel.message) == "notifications/cancelled");
  CHECK(cancel.message.at("params").at("requestId") == ping.message.at("id"));
  CHECK_FALSE(w.code()); // the notification is not cut off
  w.respond(cancel, 202, "", "");
  CHECK(w.code() == 1);
}

TEST_CASE("a session id that could break a header is not sent") {
  world w("streamable-http", newest_legacy);
  w.verbs({"ping"});
  CHECK(open_session(w, newest_legacy, "a b").header("Mcp-Session-Id") == "(none)");
}

TEST_CASE("a modern request whose stream broke is sent again, with an id of its own") {
  world w("streamable-http", modern);
  w.verbs({"call", "x"});
  w.answer_json(*w.http(), 200, R"({"result":{"tools":[{"name":"x","inputSchema":{"type":"object"}}]}})");
  std::set<std::string> ids;
  bool const broken = GENERATE(true, false);
  int sent = 0;
  for (auto call = w.http(); call; call = w.http(), ++sent) {
    CHECK(method_of(call->message) == "tools/call");
    ids.insert(member_text(call->message, "/id"));
    transport::http_response_head head;
    head.status = 200;
    head.headers.push_back({"Content-Type", "text/event-stream"});
    on_head(w.c, call->number, head);
    if (broken)
      on_failure(w.c, call->number, "the connection broke");
    else
      on_end(w.c, call->number);
  }
  CHECK(sent == 3);
  CHECK(ids.size() == 3);
  CHECK(w.code() == 1);
}

TEST_CASE("a request that had no stream yet is not sent again") {
  world w("streamable-http", modern);
  w.verbs({"read", "a://b"});
  on_failure(w.c, w.http()->number, "cannot connect");
  CHECK_FALSE(w.http());
  CHECK(w.code() == 1);
}

TEST_CASE("the trace that the client is a part of goes with each modern request") {
  std::string const revision = GENERATE(newest_legacy, modern);
  world w("stdio", revision);
  w.c.options.trace = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"}, {"baggage", "a=b"}};
  w.verbs({"list"});
  auto const first = w.line();
  bool const told = revision == modern;
  CHECK(member_text(first, "/params/_meta/traceparent") ==
        (told ? R"("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01")" : "(absent)"));
  CHECK(member_text(first, "/params/_meta/baggage") == (told ? R"("a=b")" : "(absent)"));
}
