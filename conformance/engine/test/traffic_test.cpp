// What comes and goes as frames and exchanges, and how these are seen; docs/interpreting.md, "Views".
#include "conformance/engine/traffic.hpp"

#include "cmake/catch.hpp"

using namespace assay;
namespace json = boost::json;

namespace {

json::value parse(std::string_view text) {
  auto value = wire::parse_value(text);
  REQUIRE(value.has_value());
  return std::move(*value);
}

json::value seen(engine::traffic const& t, std::size_t number) {
  return t.view(t.frames().at(number - 1));
}

bool arrives(engine::traffic& t, std::string text, int exchange = 0) {
  return t.absorb(engine::frame_received{exchange, std::move(text), false}, 1);
}

} // namespace

TEST_CASE("an answer is seen with the request it answers", "[traffic]") {
  engine::traffic t;
  t.note(engine::send_line{R"({"jsonrpc":"2.0","id":1,"method":"ping"})"}, 0);
  arrives(t, R"({"jsonrpc":"2.0","id":1,"result":{}})");
  CHECK(
      seen(t, 1) ==
      parse(R"({"from": "counterpart", "kind": "request", "message": {"jsonrpc": "2.0", "id": 1, "method": "ping"}})"));
  CHECK(seen(t, 2) ==
        parse(R"({"from": "subject", "kind": "response", "message": {"jsonrpc": "2.0", "id": 1, "result": {}},
                                "request": {"jsonrpc": "2.0", "id": 1, "method": "ping"}})"));
  // The ids of the two sides are apart, and so are 1 and "1".
  arrives(t, R"({"jsonrpc":"2.0","id":1,"method":"roots/list"})");
  t.note(engine::send_line{R"({"jsonrpc":"2.0","id":1,"result":{"roots":[]}})"}, 0);
  CHECK(seen(t, 4).at_pointer("/request/method") == "roots/list");
  arrives(t, R"({"jsonrpc":"2.0","id":"1","result":{}})");
  CHECK(!seen(t, 5).as_object().contains("request"));
}

TEST_CASE("what is no message is seen with its text", "[traffic]") {
  engine::traffic t;
  SECTION("no JSON") {
    arrives(t, "Server started on \xff port");
    auto const view = seen(t, 1);
    CHECK(view.at("kind") == "invalid");
    CHECK(view.at("text") == "Server started on \\xff port");
    CHECK(!view.as_object().contains("message"));
    CHECK(view.as_object().contains("problem"));
  }
  SECTION("JSON, but no message") {
    arrives(t, R"({"jsonrpc":"2.0","id":1})");
    auto const view = seen(t, 1);
    CHECK(view.at("kind") == "invalid");
    CHECK(view.at("message").as_object().size() == 2);
    CHECK(view.at("text") == R"({"jsonrpc":"2.0","id":1})");
  }
  SECTION("too long") {
    t.absorb(engine::frame_received{0, R"({"jsonrpc":)", true}, 0);
    CHECK(seen(t, 1).at("kind") == "invalid");
  }
  SECTION("a text is kept within bounds") {
    arrives(t, std::string(1u << 20, 'x'));
    CHECK(t.frames()[0].text.size() < 5000);
  }
  SECTION("names that occur twice") {
    arrives(t, R"({"jsonrpc":"2.0","method":"a","method":"b"})");
    CHECK(seen(t, 1).at("duplicate_names") == parse(R"(["/method"])"));
  }
}

TEST_CASE("a batch is a frame, and each of its members another", "[traffic]") {
  engine::traffic t;
  t.note(engine::send_line{R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}])"}, 0);
  arrives(t, R"([{"jsonrpc":"2.0","id":1,"result":{}},[]])");
  REQUIRE(t.frames().size() == 6);
  CHECK(seen(t, 1).at("kind") == "batch");
  CHECK(seen(t, 2).at("kind") == "request");
  CHECK(seen(t, 2).at("batched") == true);
  CHECK(seen(t, 5).at_pointer("/request/method") == "ping");
  CHECK(seen(t, 6).at("kind") == "invalid");
}

TEST_CASE("an exchange holds request, response and messages", "[traffic][http]") {
  engine::traffic t;
  int const id = t.next_exchange();
  t.note(
      engine::send_http{
          id, "POST", {}, {{"Accept", "a"}, {"accept", "b"}}, R"({"jsonrpc":"2.0","id":1,"method":"ping"})"},
      0);
  CHECK(!t.view(*t.find_exchange(id)).as_object().contains("status"));
  t.absorb(engine::head_received{id, 200, {{"Content-Type", "Text/Event-Stream; charset=utf-8"}, {"X-A", "1"}}}, 1);
  t.absorb(engine::stream_event_received{id, "message", "e1", 500, true, {}}, 2);
  arrives(t, R"({"jsonrpc":"2.0","id":1,"result":{}})", id);
  t.absorb(engine::exchange_ended{id, "", ""}, 3);
  auto const view = t.view(*t.find_exchange(id));
  CHECK(view.at_pointer("/sent/method") == "POST");
  CHECK(view.at_pointer("/sent/kind") == "request");
  CHECK(view.at_pointer("/sent/message/method") == "ping");
  CHECK(view.at_pointer("/sent/headers/accept") == "a, b");
  CHECK(view.at("status") == 200);
  CHECK(view.at_pointer("/headers/x-a") == "1");
  CHECK(view.at("media_type") == "text/event-stream");
  CHECK(view.at("stream") == true);
  CHECK(view.at("messages").as_array().size() == 1);
  CHECK(view.at_pointer("/events/0") == parse(R"({"event": "message", "has_data": true, "id": "e1", "retry": 500})"));
  CHECK(view.at("ended") == true);
  CHECK(!view.as_object().contains("body"));
  // The frame knows the response's status and headers.
  CHECK(seen(t, 2).at_pointer("/http/status") == 200);
  CHECK(seen(t, 2).at_pointer("/http/headers/x-a") == "1");
  CHECK(seen(t, 1).at_pointer("/http/headers/accept") == "a, b");
}

TEST_CASE("what may have come before is seen as resumed", "[traffic][http]") {
  engine::traffic t;
  auto const fresh = t.next_exchange();
  t.note(engine::send_http{fresh, "GET", {}, {{"Accept", "text/event-stream"}}, {}}, 0);
  auto const again = t.next_exchange();
  t.note(engine::send_http{again, "GET", {}, {{"last-event-id", "7"}}, {}}, 0);
  for (auto const id : {fresh, again}) {
    t.absorb(engine::head_received{id, 200, {{"Content-Type", "text/event-stream"}}}, 1);
    arrives(t, R"({"jsonrpc":"2.0","id":1,"method":"ping"})", id);
  }
  CHECK_FALSE(seen(t, 1).at("http").as_object().contains("resumed"));
  CHECK(seen(t, 2).at_pointer("/http/resumed") == true);
}

TEST_CASE("an error without id over HTTP answers what was posted", "[traffic][http]") {
  engine::traffic t;
  int const id = t.next_exchange();
  t.note(
      engine::send_http{
          id, "POST", {}, {}, R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}])"},
      0);
  t.absorb(engine::head_received{id, 400, {{"Content-Type", "application/json"}}}, 1);
  arrives(t, R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"no"}})", id);
  CHECK(seen(t, 4).at("request").is_array());
}

TEST_CASE("what a client posts is a frame with its headers", "[traffic][http]") {
  engine::traffic t;
  t.absorb(
      engine::request_received{
          3, "POST", "/mcp", {{"Mcp-Method", "ping"}}, R"({"jsonrpc":"2.0","id":1,"method":"ping"})"},
      1);
  CHECK(t.next_exchange() == 4);
  CHECK(seen(t, 1).at("from") == "subject");
  CHECK(seen(t, 1).at_pointer("/http/headers/mcp-method") == "ping");
  t.note(engine::reply_http{3, 200, {{"Content-Type", "application/json"}}, R"({"jsonrpc":"2.0","id":1,"result":{}})"},
         2);
  auto const view = t.view(*t.find_exchange(3));
  CHECK(view.at("from") == "subject");
  CHECK(view.at("path") == "/mcp");
  CHECK(view.at("status") == 200);
  CHECK(view.at("ended") == true);
  CHECK(view.at("messages").as_array().size() == 1);
  CHECK(seen(t, 2).at_pointer("/request/method") == "ping");
}

TEST_CASE("limits end a connection and are named", "[traffic]") {
  SECTION("frames") {
    engine::traffic t({.frames = 2, .bytes = 1000});
    CHECK(arrives(t, "1"));
    CHECK(arrives(t, "2"));
    CHECK(!arrives(t, "3"));
    CHECK(t.failure().find("2 messages") != std::string::npos);
  }
  SECTION("bytes") {
    engine::traffic t({.frames = 1000, .bytes = 1u << 20});
    CHECK(arrives(t, std::string(1u << 19, 'x')));
    CHECK(!arrives(t, std::string(1u << 20, 'x')));
    CHECK(t.failure().find("1 MiB") != std::string::npos);
  }
  SECTION("members of a batch count") {
    engine::traffic t({.frames = 100, .bytes = 1u << 20});
    std::string batch = "[1";
    for (int i = 0; i < 100'000; ++i)
      batch += ",1";
    CHECK(!arrives(t, batch + "]"));
    CHECK(t.frames().size() < 5000);
  }
  SECTION("events of a stream count") {
    engine::traffic t({.frames = 100, .bytes = 1u << 20});
    t.note(engine::send_http{1, "GET", {}, {}, ""}, 0);
    t.absorb(engine::head_received{1, 200, {{"Content-Type", "text/event-stream"}}}, 0);
    bool within = true;
    for (int i = 0; i < 1000 && within; ++i)
      within = t.absorb(engine::stream_event_received{1, "ping", std::nullopt, std::nullopt, false, {}}, 0);
    CHECK(!within);
  }
}

TEST_CASE("an exit is seen by its code or signal", "[traffic]") {
  engine::traffic t;
  t.absorb(engine::subject_exited{3, std::nullopt}, 1);
  REQUIRE(t.exit());
  CHECK(t.view(*t.exit()) == parse(R"({"from": "subject", "code": 3})"));
  CHECK(t.view(engine::subject_exited{std::nullopt, 9}) == parse(R"({"from": "subject", "signal": 9})"));
}

TEST_CASE("events of exchanges that nobody opened do no harm", "[traffic]") {
  engine::traffic t;
  CHECK(t.absorb(engine::stream_event_received{9, "x", std::nullopt, std::nullopt, false, {}}, 0));
  CHECK(arrives(t, "{}", 9));
  CHECK(t.absorb(engine::exchange_ended{9, "x", ""}, 0));
  t.note(engine::cut_exchange{77}, 0);
  CHECK(t.find_exchange(77) == nullptr);
}
