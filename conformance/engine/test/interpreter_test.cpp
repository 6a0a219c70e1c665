// Each verb with the ways it can end, over both transports and in both roles; docs/interpreting.md, "Steps".
#include "conformance/engine/test/world.hpp"

using namespace world;
using engine::outcome;

namespace {

constexpr auto legacy = "2025-11-25";
constexpr auto batches = "2025-03-26";
constexpr auto modern = "2026-07-28";

constexpr std::string_view ask = R"([
  {"send": {"request": {"method": "ping"}}, "as": "a"},
  {"expect": {"answer_to": "a"}, "checks": {"x.y": {"/message/result": {"type": "object"}}}}])";

/// A request that must be refused, with its control.
constexpr std::string_view refused = R"([
  {"send": {"request": {"method": "tools/list"}}, "as": "right"},
  {"expect": {"answer_to": "right"}, "holds": {"/kind": {"equals": "response"}}, "control": true},
  {"send": {"request": {"method": "tools/list", "params": {"cursor": "never"}}}, "as": "wrong"},
  {"expect": {"answer_to": "wrong"}, "checks": {"x.y": {"/message/error/code": {"equals": -32602}}}}])";

constexpr std::string_view silence = R"([
  {"send": {"notification": {"method": "notifications/none"}}, "as": "n"},
  {"forbid": {"answer_to": "n"}, "since": "n", "checks": ["x.y"]}])";

engine::head_received head(int exchange, int status, char const* type) {
  return {exchange, status, {{"Content-Type", type}}};
}

std::string header(engine::send_http const& request, std::string const& name) {
  auto const* found = transport::find_header(request.headers, name);
  return found ? *found : "(none)";
}

} // namespace

TEST_CASE("a request is sent and its answer judged", "[interpreter]") {
  connection c(legacy);
  auto const actions = c.start(ask);
  REQUIRE(actions.size() == 1);
  CHECK(c.sent(0) == parse(R"({"jsonrpc": "2.0", "id": 1, "method": "ping"})"));
  CHECK(c.running->waiting_for() == "answer");
  CHECK(!c.running->finished());

  SECTION("pass") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
    CHECK(c.result().frame == 2);
    CHECK(c.result().since == 1);
  }
  SECTION("fail") {
    c.line(R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().expected == "/result to be of type object");
    CHECK(c.result().frame == 2);
  }
  SECTION("the answers of others and notifications are passed over") {
    c.line(R"({"jsonrpc":"2.0","id":77,"result":{}})");
    c.line(R"({"jsonrpc":"2.0","method":"notifications/message","params":{}})");
    c.line("junk");
    CHECK(!c.running->finished());
    c.line(R"({"jsonrpc":"2.0","id":"1","result":{}})"); // a changed type is another rule's business
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("an error without an id is somebody else's: this one could be read") {
    c.line(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}})");
    CHECK(!c.running->finished());
  }
  SECTION("no answer in time") {
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "no answer came in time");
  }
  SECTION("the process ends") {
    c.happens(engine::subject_exited{1, std::nullopt});
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "the subject's process ended");
  }
  SECTION("the connection fails") {
    c.happens(engine::connection_failed{"connection refused"});
    REQUIRE(c.running->finished());
    CHECK(c.result().actual == "connection refused");
  }
}

TEST_CASE("the metadata of the era is merged under a request, not over it", "[interpreter]") {
  connection c(modern);
  c.start(R"([
    {"send": {"request": {"method": "tools/call", "params": {"name": "x", "_meta": {"mine": 1, "io.modelcontextprotocol/protocolVersion": "1999-01-01"}}}}, "as": "a"},
    {"send": {"request": {"method": "ping", "params": null, "id": "own"}}, "as": "b"},
    {"send": {"notification": {"method": "notifications/cancelled", "params": {"requestId": 1}}}}])");
  auto const meta = c.sent(0).at_pointer("/params/_meta").as_object();
  CHECK(meta.at("mine") == 1);
  CHECK(meta.at("io.modelcontextprotocol/protocolVersion") == "1999-01-01");
  CHECK(meta.contains("io.modelcontextprotocol/clientCapabilities"));
  CHECK(c.sent(0).at_pointer("/params/name") == "x");
  CHECK(c.sent(1) == parse(R"({"jsonrpc": "2.0", "id": "own", "method": "ping", "params": null})"));
  CHECK(c.sent(2) == parse(R"({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}})"));
  CHECK(c.running->finished());
}

TEST_CASE("a control that fails blocks what would pass, not what fails", "[interpreter]") {
  connection c(legacy);
  c.start(refused);
  SECTION("everything is refused") {
    c.line(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}})");
    c.line(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no"}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
    CHECK(c.result().reason.find("the right request did not work") == 0);
  }
  SECTION("nothing is answered") {
    c.deadline();
    CHECK(!c.running->finished());
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
  }
  SECTION("the right one fails and the wrong one works") {
    c.line(R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}})");
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{"tools":[]}})");
    CHECK(c.result().result == outcome::fail);
  }
  SECTION("all is as it should be") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[]}})");
    c.line(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no"}})");
    CHECK(c.result().result == outcome::pass);
  }
}

TEST_CASE("what does not hold blocks the rest, with the reason", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "tools/list"}}, "as": "a"},
    {"expect": {"answer_to": "a"}, "as": "list", "holds": {"/message/result/tools": {"count": {"min": 1}}}},
    {"send": {"request": {"method": "tools/call", "params": {"name": {"$": "list/message/result/tools/0/name"}}}}, "as": "b"},
    {"expect": {"answer_to": "b"}, "checks": {"x.y": {"/kind": {"equals": "response"}}}}])");
  SECTION("it does not hold") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[]}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
    CHECK(c.result().reason == "expected /result/tools to have at least 1 entries, but it is 0");
  }
  SECTION("it never comes") {
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
    CHECK(c.result().reason == "no answer came in time");
  }
  SECTION("a name is used") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"first"}]}})");
    CHECK(c.sent(1).at_pointer("/params/name") == "first");
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("a name leads nowhere") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{}]}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
    CHECK(c.result().reason == "nothing is known at list/message/result/tools/0/name");
  }
}

TEST_CASE("a comparison with what nobody knows is no evidence", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "ping"}}, "as": "a"},
    {"expect": {"answer_to": "a"}, "checks": {"x.y": {"/message/result": {"not": {"equals": {"$": "profile/nothing"}}}}}}])");
  c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  REQUIRE(c.running->finished());
  CHECK(c.result().result == outcome::blocked);
}

TEST_CASE("bytes go as they are, patches come last", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"bytes": {"$concat": ["{\"jsonrpc\"", {"$repeat": " ", "times": 3}]}}, "as": "junk"},
    {"send": {"request": {"method": "ping"}}, "patch": [{"op": "remove", "path": "/jsonrpc"}], "as": "p"},
    {"send": {"message": [1, null]}, "as": "m"},
    {"expect": {"answer_to": "junk"}, "checks": {"x.y": {"/message/error/code": {"equals": -32700}}}}])");
  REQUIRE(c.done.size() == 3);
  CHECK(std::get<engine::send_line>(c.done[0]).text == R"({"jsonrpc"   )");
  CHECK(c.sent(1) == parse(R"({"id": 1, "method": "ping"})"));
  CHECK(c.sent(2) == parse("[1, null]"));
  c.line(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})");
  CHECK(c.result().result == outcome::pass);
}

TEST_CASE("a patch that does not fit blocks", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "ping"}}, "patch": [{"op": "remove", "path": "/nothing"}], "as": "a"},
    {"expect": {"answer_to": "a"}, "checks": {"x.y": {}}}])");
  CHECK(c.running->finished());
  CHECK(c.done.empty());
  CHECK(c.result().result == outcome::blocked);
}

TEST_CASE("a batch waits for all the answers it is owed", "[interpreter]") {
  connection c(batches);
  c.start(R"([
    {"send": {"batch": [{"request": {"method": "ping"}}, {"notification": {"method": "notifications/x"}}, {"request": {"method": "ping"}}]}, "as": "b"},
    {"expect": {"answer_to": "b"}, "checks": {"x.y": {"/message": {"count": 2}}, "x.together": {"/batched": {"equals": true}}}}])",
          {"x.y", "x.together"});
  CHECK(c.sent(0).as_array().size() == 3);
  SECTION("together") {
    c.line(R"([{"jsonrpc":"2.0","id":2,"result":{}},{"jsonrpc":"2.0","id":1,"result":{}}])");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
    CHECK(c.result("x.together").result == outcome::pass);
  }
  SECTION("one by one") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    CHECK(!c.running->finished());
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
    CHECK(c.result("x.together").result == outcome::fail);
  }
  SECTION("one is missing") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "only 1 answers came in time");
  }
  SECTION("refused as a whole") {
    c.line(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
  }
}

TEST_CASE("an error without id refuses the batch that it answers, no other", "[interpreter][http]") {
  connection c(batches, "streamable-http");
  auto const actions = c.start(R"([
    {"send": {"bytes": "no JSON"}, "as": "junk"},
    {"send": {"batch": []}, "as": "b"},
    {"expect": {"answer_to": "b"}, "checks": {"x.y": {"/message/error/code": {"equals": -32600}}}}])");
  REQUIRE(actions.size() == 2);
  auto const junk = std::get<engine::send_http>(actions[0]).exchange;
  auto const batch = std::get<engine::send_http>(actions[1]).exchange;
  auto const answered = [&](int exchange, std::string code) {
    c.happens(head(exchange, 400, "application/json"));
    c.happens(engine::frame_received{
        exchange, R"({"jsonrpc":"2.0","id":null,"error":{"code":)" + code + R"(,"message":"no"}})", false});
  };
  answered(junk, "-32700");
  CHECK(!c.running->finished());
  answered(batch, "-32600");
  REQUIRE(c.running->finished());
  CHECK(c.result().result == outcome::pass);
}

TEST_CASE("silence is shown by a fence", "[interpreter]") {
  connection c(legacy);
  c.start(silence);
  REQUIRE(c.done.size() == 2);
  CHECK(c.sent(1).at("method") == "ping");
  SECTION("silent") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("answered before the fence") {
    c.line(R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"no"}})");
    CHECK(!c.running->finished());
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().frame == 3);
  }
  SECTION("the fence is not answered") {
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
  }
  SECTION("the process ends") {
    c.happens(engine::subject_exited{0, std::nullopt});
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
  }
}

TEST_CASE("a fence is sent as the era has it, with what the step adds", "[interpreter]") {
  auto const steps = R"([
    {"send": {"fence": {}}, "as": "plain"},
    {"send": {"fence": {"id": "mine", "params": {"_meta": {"example.com/mark": 1}}}}, "as": "marked"},
    {"expect": {"answer_to": "marked"}, "checks": {"x.y": {"/kind": {"equals": "response"}}}}])";
  auto const mark = [](connection& c) {
    return c.sent(1).at("params").at("_meta").as_object().if_contains("example.com/mark");
  };
  SECTION("legacy") {
    connection c(legacy);
    c.start(steps);
    CHECK(c.sent(0).at("method") == "ping");
    CHECK(!c.sent(0).as_object().contains("params"));
    CHECK(c.sent(1).at("method") == "ping");
    CHECK(c.sent(1).at("id") == "mine");
    CHECK(mark(c));
    c.line(R"({"jsonrpc":"2.0","id":"mine","result":{}})");
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("modern: the metadata of the era stay") {
    connection c("2026-07-28");
    c.start(steps);
    CHECK(c.sent(1).at("method") == "server/discover");
    CHECK(mark(c));
    CHECK(c.sent(1).at("params").at("_meta").as_object().size() > 1);
  }
}

TEST_CASE("what is expected before a fence is not waited for longer", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "tools/call", "id": "first"}}, "as": "a"},
    {"expect": {"notification": "notifications/message"}, "fence": "a"},
    {"send": {"request": {"method": "tools/call", "id": "second"}}, "as": "b"},
    {"expect": {"answer_to": "b"}, "checks": {"x.y": {"/kind": {"equals": "response"}}}}])");
  SECTION("it comes") {
    c.line(R"({"jsonrpc":"2.0","method":"notifications/message"})");
    c.line(R"({"jsonrpc":"2.0","id":"second","result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("the fence is answered") {
    c.line(R"({"jsonrpc":"2.0","id":"first","result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
  }
  SECTION("neither") {
    c.line(R"({"jsonrpc":"2.0","method":"notifications/other"})");
    CHECK(!c.running->finished());
    c.line(R"({"jsonrpc":"2.0","id":"other","result":{}})");
    CHECK(!c.running->finished());
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::blocked);
  }
}

TEST_CASE("a stream that stays open is waited for, unless the scenario has a fence of its own", "[interpreter][http]") {
  connection c(legacy, "streamable-http");
  auto const steps = [](std::string const& fence) {
    return R"([
      {"send": {"request": {"method": "tools/call", "id": "first"}}, "as": "a"},
      {"send": {"request": {"method": "tools/call", "id": "second"}}, "as": "b"},
      {"forbid": {"answer_to": "a"}, "since": "a", )" +
           fence + R"("checks": ["x.y"]}])";
  };
  auto const answered = [&](engine::exchange_id in, std::string const& id) {
    c.happens(engine::head_received{in, 200, {{"Content-Type", "text/event-stream"}}});
    if (!id.empty())
      c.happens(engine::frame_received{in, R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})", false});
  };
  SECTION("the era's fence") {
    c.start(steps(""));
    answered(1, "");
    answered(3, "1");
    CHECK(!c.running->finished());
    SECTION("it ends") {
      c.happens(engine::exchange_ended{1, {}, {}});
    }
    SECTION("it never ends") {
      c.deadline();
    }
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("its own") {
    c.start(steps(R"("fence": "b", )"));
    CHECK(c.done.size() == 2);
    answered(1, "");
    SECTION("silent") {
      answered(2, R"("second")");
      REQUIRE(c.running->finished());
      CHECK(c.result().result == outcome::pass);
    }
    SECTION("answered before") {
      c.happens(engine::frame_received{1, R"({"jsonrpc":"2.0","id":"first","result":{}})", false});
      answered(2, R"("second")");
      REQUIRE(c.running->finished());
      CHECK(c.result().result == outcome::fail);
    }
    SECTION("no answer to it") {
      c.deadline();
      REQUIRE(c.running->finished());
      CHECK(c.result().result == outcome::blocked);
    }
  }
}

TEST_CASE("a forbidden kind of answer is told from another", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "assay/none"}}, "as": "a"},
    {"forbid": {"answer_to": "a", "where": {"/kind": {"equals": "response"}}}, "since": "a", "checks": ["x.y"]}])");
  SECTION("an error is none") {
    c.line(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}})");
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("a result is one") {
    c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    CHECK(c.result().result == outcome::fail);
  }
}

TEST_CASE("requests of a kind are forbidden since a step, not before it", "[interpreter]") {
  connection c(legacy);
  c.traffic.absorb(engine::frame_received{0, R"({"jsonrpc":"2.0","id":9,"method":"roots/list"})", false}, 0);
  c.start(R"([
    {"send": {"notification": {"method": "notifications/x"}}, "as": "n"},
    {"forbid": {"request": "roots/list"}, "since": "n", "checks": ["x.y"]}])");
  auto const fence = c.sent(c.done.size() - 1);
  REQUIRE(fence.at("method") == "ping");
  auto const answer =
      wire::serialize(json::object{{"jsonrpc", "2.0"}, {"id", fence.at("id")}, {"result", json::object{}}});
  SECTION("none since") {
    c.line(answer);
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("one since") {
    c.line(R"({"jsonrpc":"2.0","id":10,"method":"roots/list"})");
    c.line(answer);
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
  }
}

TEST_CASE("a kind is forbidden since a message that came, not since its request", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "assay/work"}}, "as": "a"},
    {"expect": {"answer_to": "a"}, "as": "answer"},
    {"forbid": {"notification": "notifications/progress"}, "since": "answer", "checks": ["x.y"]}])");
  auto const report = R"({"jsonrpc":"2.0","method":"notifications/progress","params":{}})";
  c.line(report);
  c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  SECTION("none since") {
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("one since") {
    c.line(report);
    c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
  }
}

TEST_CASE("the end of a process is waited for", "[interpreter]") {
  connection c(legacy);
  auto const actions = c.start(R"([
    {"cut": "input"},
    {"expect": {"exit": true}, "within": "exit", "checks": {"x.y": {"/code": {"equals": 0}}}}])");
  REQUIRE(actions.size() == 1);
  CHECK(std::holds_alternative<engine::close_input>(actions[0]));
  CHECK(c.running->waiting_for() == "exit");
  SECTION("it ends") {
    c.happens(engine::subject_exited{0, std::nullopt});
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("by a signal") {
    c.happens(engine::subject_exited{std::nullopt, 11});
    CHECK(c.result().result == outcome::fail);
  }
  SECTION("it does not end") {
    c.deadline();
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "the process still runs");
  }
}

TEST_CASE("the opening is the era's, with the scenario's params over it", "[interpreter]") {
  connection c(legacy);
  c.start(R"([{"open": {"params": {"capabilities": {"x": 1}}}}, {"send": {"request": {"method": "ping"}}, "as": "a"},
              {"expect": {"answer_to": "a"}, "checks": {"x.y": {"/kind": {"equals": "response"}}}}])");
  CHECK(c.sent(0).at("method") == "initialize");
  CHECK(c.sent(0).at_pointer("/params/capabilities/x") == 1);
  CHECK(c.sent(0).at_pointer("/params/capabilities").as_object().contains("roots"));
  CHECK(c.sent(0).at_pointer("/params/protocolVersion") == legacy);
  CHECK(c.running->waiting_for() == "start");
  c.line(
      R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}})");
  CHECK(c.sent(1) == parse(R"({"jsonrpc": "2.0", "method": "notifications/initialized"})"));
  c.line(R"({"jsonrpc":"2.0","id":2,"result":{}})");
  CHECK(c.result().result == outcome::pass);
}

TEST_CASE("what a server asks is answered by the era, by the scenario, or refused", "[interpreter]") {
  connection c(legacy);
  c.start(R"([
    {"send": {"request": {"method": "tools/call", "params": {"name": "x"}}}, "as": "a"},
    {"expect": {"request": "sampling/createMessage"}, "as": "asked"},
    {"send": {"response": {"to": "asked", "result": {"role": "user"}}}},
    {"expect": {"answer_to": "a"}, "checks": {"x.y": {"/message/result": {"present": true}}}}])",
          {"x.y"}, R"({"roots/list": [{"result": {"turn": 1}}, {"error": {"code": 1, "message": "second"}}]})");
  c.line(R"({"jsonrpc":"2.0","id":"p","method":"ping"})");
  CHECK(c.sent(1) == parse(R"({"jsonrpc": "2.0", "id": "p", "result": {}})"));
  c.line(R"({"jsonrpc":"2.0","id":1,"method":"roots/list"})");
  CHECK(c.sent(2) == parse(R"({"jsonrpc": "2.0", "id": 1, "result": {"turn": 1}})"));
  c.line(R"({"jsonrpc":"2.0","id":2,"method":"roots/list"})");
  c.line(R"({"jsonrpc":"2.0","id":3,"method":"roots/list"})");
  CHECK(c.sent(3).at_pointer("/error/message") == "second");
  CHECK(c.sent(4).at_pointer("/error/message") == "second");
  c.line(R"({"jsonrpc":"2.0","id":4,"method":"no/such"})");
  CHECK(c.sent(5).at_pointer("/error/code") == -32601);
  c.line(R"({"jsonrpc":"2.0","id":5,"method":"sampling/createMessage","params":{}})");
  CHECK(c.sent(6) == parse(R"({"jsonrpc": "2.0", "id": 5, "result": {"role": "user"}})"));
  c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  REQUIRE(c.running->finished());
  CHECK(c.result().result == outcome::pass);
}

TEST_CASE("what a server asked in one scenario is not answered again in the next", "[interpreter]") {
  connection c(legacy);
  auto constexpr ping = R"([
    {"send": {"request": {"method": "ping"}}, "as": "a"},
    {"expect": {"answer_to": "a"}, "checks": {"x.y": {"/message/result": {"present": true}}}}])";
  c.start(ping);
  c.line(R"({"jsonrpc":"2.0","id":"asked","method":"ping"})");
  c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  REQUIRE(c.running->finished());
  REQUIRE(c.done.size() == 2);
  // Between the two comes one more: the next scenario answers it, and nothing else.
  c.traffic.absorb(engine::frame_received{0, R"({"jsonrpc":"2.0","id":"between","method":"ping"})", false}, 0);
  c.start(ping);
  REQUIRE(c.done.size() == 4);
  CHECK(c.sent(2) == parse(R"({"jsonrpc": "2.0", "id": "between", "result": {}})"));
  CHECK(c.sent(3).at("method") == "ping");
}

TEST_CASE("over HTTP each message is a POST with the era's headers", "[interpreter][http]") {
  connection c(legacy, "streamable-http");
  c.names.set(
      "opened",
      parse(
          R"({"http": {"headers": {"mcp-session-id": "s1"}}, "message": {"result": {"protocolVersion": "2025-11-25"}}})"));
  auto const actions = c.start(R"([
    {"send": {"request": {"method": "ping"}}, "headers": {"Accept": null, "X-Mine": {"$": "message/method"}}, "as": "a"},
    {"expect": {"answer_to": "a"}, "checks": {"x.y": {"/http/status": {"equals": 200}, "/message/result": {"present": true}}}}])");
  REQUIRE(actions.size() == 1);
  auto const& request = std::get<engine::send_http>(actions[0]);
  CHECK(request.method == "POST");
  CHECK(header(request, "Content-Type") == "application/json");
  CHECK(header(request, "Accept") == "(none)");
  CHECK(header(request, "Mcp-Session-Id") == "s1");
  CHECK(header(request, "MCP-Protocol-Version") == "2025-11-25");
  CHECK(header(request, "X-Mine") == "ping");

  SECTION("JSON") {
    c.happens(head(request.exchange, 200, "application/json; charset=utf-8"));
    c.happens(engine::frame_received{request.exchange, R"({"jsonrpc":"2.0","id":1,"result":{}})", false});
    c.happens(engine::exchange_ended{request.exchange, R"({"jsonrpc":"2.0","id":1,"result":{}})", {}});
    CHECK(c.result().result == outcome::pass);
    CHECK(c.result().exchange == request.exchange);
  }
  SECTION("an event stream") {
    c.happens(head(request.exchange, 200, "text/event-stream"));
    c.happens(
        engine::frame_received{request.exchange, R"({"jsonrpc":"2.0","method":"notifications/progress"})", false});
    CHECK(!c.running->finished());
    c.happens(engine::frame_received{request.exchange, R"({"jsonrpc":"2.0","id":1,"result":{}})", false});
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("a status without a message") {
    c.happens(head(request.exchange, 404, "text/plain"));
    c.happens(engine::exchange_ended{request.exchange, "not found", {}});
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "HTTP 404 without a message");
  }
  SECTION("an answer with another id") {
    c.happens(head(request.exchange, 200, "application/json"));
    c.happens(engine::frame_received{request.exchange, R"({"jsonrpc":"2.0","id":42,"result":{}})", false});
    c.happens(engine::exchange_ended{request.exchange, {}, {}});
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual.find("another id") != std::string::npos);
  }
}

TEST_CASE("the modern era mirrors what it sends in headers", "[interpreter][http]") {
  connection c(modern, "streamable-http");
  auto const actions = c.start(R"([
    {"send": {"request": {"method": "tools/call", "params": {"name": "größe"}}},
     "patch": [{"op": "replace", "path": "/params/name", "value": "other"}], "as": "a"}])");
  auto const& request = std::get<engine::send_http>(actions.at(0));
  CHECK(header(request, "Mcp-Method") == "tools/call");
  CHECK(header(request, "Mcp-Name").starts_with("=?base64?"));
  CHECK(header(request, "MCP-Protocol-Version") == modern);
  CHECK(header(request, "Mcp-Session-Id") == "(none)");
  CHECK(parse(request.body).at_pointer("/params/name") == "other"); // headers are made before the patch
}

TEST_CASE("raw HTTP, its head, its whole, and the cut", "[interpreter][http]") {
  connection c(legacy, "streamable-http");
  c.start(R"([
    {"http": {"method": "GET", "headers": {"Accept": "text/event-stream"}, "path": "/other"}, "as": "get"},
    {"expect": {"head": "get"}, "checks": {"x.y": {"/status": {"equals": 200}, "/stream": {"equals": true}}}},
    {"cut": "get"},
    {"http": {"method": "DELETE"}, "as": "delete"},
    {"expect": {"exchange": "delete"}, "checks": {"x.z": {"/status": {"one_of": [200, 204, 405]}, "/body": {"equals": ""}}}}])",
          {"x.y", "x.z"});
  auto const get = std::get<engine::send_http>(c.done.at(0));
  CHECK(get.path == "/other");
  c.happens(head(get.exchange, 200, "text/event-stream"));
  REQUIRE(c.done.size() == 3);
  CHECK(std::get<engine::cut_exchange>(c.done[1]).exchange == get.exchange);
  auto const removal = std::get<engine::send_http>(c.done[2]);
  c.happens(engine::head_received{removal.exchange, 204, {}});
  CHECK(!c.running->finished());
  c.happens(engine::exchange_ended{removal.exchange, "", {}});
  REQUIRE(c.running->finished());
  CHECK(c.result("x.y").result == outcome::pass);
  CHECK(c.result("x.z").result == outcome::pass);
}

TEST_CASE("a response that never begins or never ends is told apart", "[interpreter][http]") {
  connection c(legacy, "streamable-http");
  c.start(R"([
    {"http": {"method": "DELETE"}, "as": "d"},
    {"expect": {"exchange": "d"}, "checks": {"x.y": {"/status": {"equals": 200}}}}])");
  auto const exchange = std::get<engine::send_http>(c.done.at(0)).exchange;
  SECTION("no head") {
    c.deadline();
    CHECK(c.result().actual == "no response came in time");
  }
  SECTION("no end") {
    c.happens(head(exchange, 200, "text/event-stream"));
    c.deadline();
    CHECK(c.result().actual == "the response did not end in time");
  }
  SECTION("the connection ends") {
    c.happens(engine::exchange_ended{exchange, "", "reset by peer"});
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "reset by peer");
  }
}

TEST_CASE("a client on a pipe is started, served and judged", "[interpreter][client]") {
  connection c(legacy, "stdio", message::sender::client);
  auto const actions = c.start(R"([
    {"goal": "initialize"},
    {"expect": {"request": "initialize"}, "within": "start", "checks": {"x.y": {"/message/params/protocolVersion": {"type": "string"}}}},
    {"expect": {"notification": "notifications/initialized"}, "checks": {"x.z": {"/message/id": {"present": false}}}}])",
                               {"x.y", "x.z"});
  REQUIRE(actions.size() == 1);
  CHECK(std::get<engine::start_subject>(actions[0]).goal == "initialize");
  CHECK(c.running->waiting_for() == "start");
  c.line(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
  CHECK(c.sent(0).at_pointer("/result/protocolVersion") == legacy);
  CHECK(c.sent(0).at("id") == 0);
  SECTION("it goes on") {
    c.line(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    REQUIRE(c.running->finished());
    CHECK(c.result("x.y").result == outcome::pass);
    CHECK(c.result("x.z").result == outcome::pass);
  }
  SECTION("it does not") {
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result("x.z").result == outcome::fail);
    CHECK(c.result("x.z").actual == "no notifications/initialized came in time");
  }
  SECTION("it ends") {
    c.happens(engine::subject_exited{0, std::nullopt});
    CHECK(c.result("x.z").result == outcome::fail);
  }
}

TEST_CASE("what came is looked at again, and nothing fails when it never came", "[interpreter][client]") {
  connection c(legacy, "stdio", message::sender::client);
  c.start(R"([
    {"goal": "tools_call"},
    {"expect": {"request": "tools/call"}, "as": "call"},
    {"expect": {"again": "call"}, "checks": {"x.y": {"/message/params/task": {"present": true}}}}])",
          {"x.y"});
  SECTION("right") {
    c.line(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"task":{}}})");
    REQUIRE(c.running->finished());
    CHECK(c.result("x.y").result == outcome::pass);
    CHECK(c.result("x.y").frame == 1);
  }
  SECTION("wrong") {
    c.line(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}})");
    CHECK(c.result("x.y").result == outcome::fail);
  }
  SECTION("never") {
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result("x.y").result == outcome::blocked);
  }
}

TEST_CASE("a scenario's reply stands for the era's as a whole", "[interpreter][client]") {
  connection c(modern, "stdio", message::sender::client);
  c.start(R"([{"goal": "tools_call"}, {"expect": {"request": "tools/call"}, "checks": {"x.y": {}}}])", {"x.y"},
          R"({"tools/list": {"result": {"tools": []}}})");
  c.line(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  CHECK(c.sent(0).at("result") == parse(R"({"tools": []})"));
  c.line(R"({"jsonrpc":"2.0","id":2,"method":"server/discover"})");
  CHECK(c.sent(1).at_pointer("/result/resultType") == "complete");
}

TEST_CASE("a client over HTTP gets answers to all that it posts", "[interpreter][client][http]") {
  connection c(legacy, "streamable-http", message::sender::client);
  c.start(R"([
    {"goal": "tools_call"},
    {"expect": {"request": "initialize"}, "checks": {"x.y": {"/http/headers/accept": {"matches": "text/event-stream"}}}},
    {"expect": {"request": "tools/list"}, "as": "list"},
    {"send": {"response": {"to": "list", "result": {"tools": []}}}, "headers": {"X-Mine": "1"}},
    {"expect": {"notification": "notifications/done"}, "checks": {"x.z": {"/kind": {"equals": "notification"}}}}])",
          {"x.y", "x.z"}, R"({"initialize": {"result": {"v": 1}, "http": {"headers": {"Mcp-Session-Id": "s"}}}})");
  auto post = [&](int exchange, std::string body) {
    return c.happens(engine::request_received{
        exchange, "POST", "/mcp", {{"Accept", "application/json, text/event-stream"}}, std::move(body)});
  };
  auto replies = post(1, R"({"jsonrpc":"2.0","id":1,"method":"initialize"})");
  REQUIRE(replies.size() == 1);
  auto const first = std::get<engine::reply_http>(replies[0]);
  CHECK(first.exchange == 1);
  CHECK(first.status == 200);
  CHECK(*transport::find_header(first.headers, "Mcp-Session-Id") == "s");
  CHECK(parse(first.body).at_pointer("/result/v") == 1);

  replies = post(2, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  REQUIRE(replies.size() == 1);
  CHECK(std::get<engine::reply_http>(replies[0]).status == 202);
  CHECK(std::get<engine::reply_http>(replies[0]).body.empty());

  replies = c.happens(engine::request_received{3, "GET", "/mcp", {}, ""});
  REQUIRE(replies.size() == 1);
  CHECK(std::get<engine::reply_http>(replies[0]).status == 405);

  replies = post(4, "junk");
  REQUIRE(replies.size() == 1);
  CHECK(std::get<engine::reply_http>(replies[0]).status == 400);

  replies = post(5, R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  REQUIRE(replies.size() == 1);
  auto const answer = std::get<engine::reply_http>(replies[0]);
  CHECK(answer.exchange == 5);
  CHECK(*transport::find_header(answer.headers, "X-Mine") == "1");
  CHECK(parse(answer.body) == parse(R"({"jsonrpc": "2.0", "id": 2, "result": {"tools": []}})"));

  replies = post(6, R"({"jsonrpc":"2.0","method":"notifications/done"})");
  REQUIRE(c.running->finished());
  CHECK(replies.size() == 1); // also the last message is answered
  CHECK(c.result("x.y").result == outcome::pass);
  CHECK(c.result("x.z").result == outcome::pass);
}

TEST_CASE("GET requests of a client are expected by their method", "[interpreter][client][http]") {
  connection c(legacy, "streamable-http", message::sender::client);
  c.start(
      R"([{"expect": {"request": "GET"}, "checks": {"x.y": {"/sent/headers/accept": {"equals": "text/event-stream"}}}}])");
  c.happens(engine::request_received{1, "GET", "/mcp", {{"Accept", "text/event-stream"}}, ""});
  REQUIRE(c.running->finished());
  CHECK(c.result().result == outcome::pass);
}

TEST_CASE("a subject that floods is cut", "[interpreter]") {
  connection c(legacy);
  c.traffic = engine::traffic({.frames = 10, .bytes = 1u << 20});
  c.start(ask);
  for (int i = 0; i < 20 && !c.running->finished(); ++i)
    c.line(R"({"jsonrpc":"2.0","method":"notifications/message","params":{}})");
  REQUIRE(c.running->finished());
  CHECK(c.result().result == outcome::fail);
  CHECK(c.result().actual.find("10 messages") != std::string::npos);
}

TEST_CASE("requirements that nobody asked for are not judged", "[interpreter]") {
  connection c(legacy);
  c.start(ask, {"other.one"});
  c.line(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  REQUIRE(c.running->results().size() == 1);
  CHECK(c.result("other.one").result == outcome::blocked);
}

TEST_CASE("over HTTP with SSE a response takes a message and the stream answers it", "[interpreter]") {
  connection c("2024-11-05", "http+sse");
  auto const opening = c.take(engine::connecting(c.env, c.traffic));
  REQUIRE(opening.size() == 1);
  auto const stream = std::get<engine::send_http>(opening[0]);
  CHECK(stream.method == "GET");
  CHECK(header(stream, "Accept") == "text/event-stream");
  c.traffic.absorb(head(stream.exchange, 200, "text/event-stream"), 0);
  c.traffic.absorb(engine::stream_event_received{stream.exchange, "endpoint", {}, {}, true, "/message?s=1"}, 0);
  auto const answer = [&](std::string text) {
    return c.happens(engine::frame_received{stream.exchange, std::move(text), false});
  };

  SECTION("an answer on the stream, after the response") {
    auto const sent = c.start(ask);
    REQUIRE(sent.size() == 1);
    auto const post = std::get<engine::send_http>(sent[0]);
    CHECK(post.method == "POST");
    c.happens(engine::head_received{post.exchange, 202, {}});
    c.happens(engine::exchange_ended{post.exchange, "Accepted", {}});
    CHECK(!c.running->finished());
    answer(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
    CHECK(c.result().exchange == stream.exchange);
  }
  SECTION("since an answer that came on the stream, which never ends") {
    auto const taken = [&](engine::action const& sent) {
      auto const exchange = std::get<engine::send_http>(sent).exchange;
      c.happens(engine::head_received{exchange, 202, {}});
      c.happens(engine::exchange_ended{exchange, {}, {}});
    };
    taken(c.start(R"([
      {"send": {"request": {"method": "assay/work"}}, "as": "a"},
      {"expect": {"answer_to": "a"}, "as": "answer"},
      {"forbid": {"notification": "notifications/progress"}, "since": "answer", "checks": ["x.y"]}])")[0]);
    answer(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    taken(c.done.back());
    answer(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("before the response") {
    c.start(ask);
    answer(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("none, because the message was refused") {
    auto const post = std::get<engine::send_http>(c.start(ask)[0]);
    c.happens(engine::head_received{post.exchange, 404, {}});
    c.happens(engine::exchange_ended{post.exchange, {}, {}});
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
    CHECK(c.result().actual == "HTTP 404 without a message");
  }
  SECTION("none, because the connection broke") {
    auto const post = std::get<engine::send_http>(c.start(ask)[0]);
    c.happens(engine::exchange_ended{post.exchange, {}, "refused"});
    CHECK(c.running->finished());
  }
  SECTION("none in time") {
    auto const post = std::get<engine::send_http>(c.start(ask)[0]);
    c.happens(engine::head_received{post.exchange, 202, {}});
    c.happens(engine::exchange_ended{post.exchange, {}, {}});
    c.deadline();
    REQUIRE(c.running->finished());
    CHECK(c.result().result == outcome::fail);
  }
  SECTION("silence is shown by the fence") {
    auto const actions = c.start(silence);
    REQUIRE(actions.size() == 1);
    auto const notice = std::get<engine::send_http>(actions[0]).exchange;
    SECTION("which follows when the message before it was taken") {
      auto const fence = c.happens(engine::head_received{notice, 202, {}});
      REQUIRE(fence.size() == 1);
      c.happens(engine::exchange_ended{notice, {}, {}});
      c.happens(engine::head_received{std::get<engine::send_http>(fence[0]).exchange, 202, {}});
      CHECK(!c.running->finished());
      answer(R"({"jsonrpc":"2.0","id":1,"result":{}})");
      CHECK(c.result().result == outcome::pass);
    }
    SECTION("which follows when that was refused") {
      c.happens(engine::exchange_ended{notice, {}, "refused"});
      answer(R"({"jsonrpc":"2.0","id":1,"result":{}})");
      CHECK(c.result().result == outcome::pass);
    }
    SECTION("which proves nothing about what was not taken") {
      CHECK(c.deadline().empty());
      REQUIRE(c.running->finished());
      CHECK(c.result().result == outcome::blocked);
    }
  }
  SECTION("a fence that is sent does not wait for ever for what is not taken") {
    c.start(R"([{"send": {"notification": {"method": "notifications/none"}}, "as": "n"},
                {"send": {"fence": {}}, "as": "f"},
                {"expect": {"answer_to": "f"}, "checks": {"x.y": {"/kind": {"equals": "response"}}}}])");
    CHECK(c.deadline().size() == 1);
    answer(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    CHECK(c.result().result == outcome::pass);
  }
  SECTION("a question of the server is answered by POST") {
    c.start(ask);
    auto const actions = answer(R"({"jsonrpc":"2.0","id":"s","method":"ping"})");
    REQUIRE(actions.size() == 1);
    auto const& post = std::get<engine::send_http>(actions[0]);
    CHECK(post.method == "POST");
    CHECK(parse(post.body) == parse(R"({"jsonrpc":"2.0","id":"s","result":{}})"));
  }
  SECTION("the stream with its address is an exchange") {
    auto const view = c.traffic.view(*c.traffic.find_exchange(stream.exchange));
    CHECK(view.at_pointer("/events/0") == parse(R"({"event": "endpoint", "has_data": true, "data": "/message?s=1"})"));
    CHECK(view.at("messages").as_array().empty());
  }
}
