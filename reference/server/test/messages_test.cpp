// Malformed input, ids, batches, cancellation: the base protocol.
#include "reference/server/stdio.hpp"
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;

namespace {

json::value line(stdio_channel& channel, std::string text) {
  auto const out = channel.receive({std::move(text), false, true});
  REQUIRE(out.messages.size() <= 1);
  return out.messages.empty() ? json::value(nullptr) : out.messages[0].message;
}

} // namespace

TEST_CASE("a bad line is answered and the next one too") {
  for (auto const& name : all_revisions()) {
    core server(speak({name}));
    stdio_channel channel(server);
    bool const has_null = name < "2025-11-25";
    for (auto const* text : {"no json", "{\"jsonrpc\":", "\xff\xfe"}) {
      auto const error = line(channel, text);
      CHECK(at(error, "/error/code") == json::value(-32700));
      CHECK(error.as_object().contains("id") == has_null);
    }
    for (auto const* text : {"1", "\"x\"", "{}", R"({"jsonrpc":"2.0","id":null,"method":"tools/list"})", "[]"}) {
      auto const error = line(channel, text);
      CHECK(at(error, "/error/code") == json::value(-32600));
      CHECK(error.as_object().contains("id") == has_null);
    }
    auto const known = line(channel, R"({"jsonrpc":"2.0","id":"k"})");
    CHECK(at(known, "/error/code") == json::value(-32600));
    CHECK(at(known, "/id") == json::value("k"));
    CHECK(line(channel, "").is_null());
    CHECK(line(channel, "\r").is_null());
    CHECK(at(channel.receive({"{}", true, true}).messages.at(0).message, "/error/code") == json::value(-32700));
  }
}

TEST_CASE("ids come back as they were") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const meta = c.modern() ? R"(,"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                                   R"("io.modelcontextprotocol/clientCapabilities":{}}})"
                                 : "";
    for (auto const* id : {"0", "-1", "9007199254740991", "\"\"", "\"0\"", "\"caf\\u00e9\""}) {
      auto const answers = c.send(R"({"jsonrpc":"2.0","method":"tools/list","id":)" + std::string(id) + meta + "}");
      REQUIRE(answers.size() == 1);
      CHECK(at(answers[0], "/result/tools").is_array());
      CHECK(at(answers[0], "/id") == read(id));
    }
  }
}

TEST_CASE("a notification is never answered") {
  core server(speak());
  auto c = open(server, "2025-11-25");
  CHECK(c.send(R"({"jsonrpc":"2.0","method":"notifications/unknown"})").empty());
  CHECK(c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"never"}})").empty());
  CHECK(c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})").empty());
  CHECK(c.send(R"({"jsonrpc":"2.0","method":"tools/list","params":7})").empty());
  CHECK(c.send(R"({"jsonrpc":"2.0","id":5,"result":{}})").empty());
  CHECK(c.send(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})").empty());
}

TEST_CASE("batches belong to one revision") {
  auto const batch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},)"
                     R"({"jsonrpc":"2.0","id":2,"method":"no/such"},7])";
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const answers = c.send(batch);
    REQUIRE(answers.size() == 1);
    if (name != "2025-03-26") {
      CHECK(at(answers[0], "/error/code") == json::value(-32600));
      continue;
    }
    REQUIRE(answers[0].is_array());
    REQUIRE(answers[0].as_array().size() == 3);
    CHECK(at(answers[0], "/0/result").is_object());
    CHECK(at(answers[0], "/1/error/code") == json::value(-32601));
    CHECK(at(answers[0], "/2/error/code") == json::value(-32600));
    CHECK(at(c.send("[]")[0], "/error/code") == json::value(-32600));
    CHECK(c.send(R"([{"jsonrpc":"2.0","method":"notifications/x"}])").empty());
    CHECK(c.send(R"([{"jsonrpc":"2.0","id":9,"result":{}}])").empty());
    CHECK(at(c.send(R"([{"jsonrpc":"2.0","id":3,"method":"initialize","params":{}}])")[0], "/0/error/code") ==
          json::value(-32600));
    CHECK(at(c.ask("ping"), "/result").is_object());
  }
}

TEST_CASE("a request can be cancelled, and is not answered then") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const reports = c.call("tools/call", R"({"name":"test_tool_with_waiting"})", R"({"progressToken":"t"})");
    REQUIRE(reports.size() == 1);
    CHECK(at(reports[0], "/method") == json::value("notifications/progress"));
    REQUIRE(c.last.timers.size() == 1);
    auto const timer = c.last.timers[0].number;
    CHECK(c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})").empty());
    CHECK(server.woken(timer).messages.empty());

    REQUIRE(c.call("tools/call", R"({"name":"test_tool_with_waiting"})").empty());
    auto const late = server.woken(c.last.timers[0].number);
    REQUIRE(late.messages.size() == 1);
    CHECK(at(late.messages[0].message, "/result/content/0/type") == json::value("text"));
    CHECK(server.woken(c.last.timers[0].number).messages.empty());
  }
}

TEST_CASE("a cancelled member of a batch leaves the rest") {
  core server(speak());
  auto c = open(server, "2025-03-26");
  CHECK(c.send(R"([{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_tool_with_waiting"}},)"
               R"({"jsonrpc":"2.0","id":2,"method":"ping"}])")
            .empty());
  auto const answers = c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  REQUIRE(answers.size() == 1);
  CHECK(at(answers[0], "/0/id") == json::value(2));
}

TEST_CASE("what a peer may leave open is limited") {
  auto told = speak();
  told.limits.pending = 2;
  core server(told);
  auto c = open(server, "2026-07-28");
  CHECK(c.call("tools/call", R"({"name":"test_tool_with_waiting"})").empty());
  CHECK(c.call("tools/call", R"({"name":"test_tool_with_waiting"})").empty());
  CHECK(at(c.ask("server/discover"), "/error/code") == json::value(-32603));
}
