// Tool calls as tasks, in sessions and as the modern extension.
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;

namespace {

constexpr auto extension = R"({"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})";

std::string with_id(json::value const& id, std::string const& more = "") {
  return R"({"taskId":)" + assay::wire::serialize(id) + more + "}";
}

} // namespace

TEST_CASE("a modern task is followed by its id") {
  core server(speak());
  auto c = open(server, "2026-07-28", extension);
  CHECK(at(c.ask("server/discover"), "/result/capabilities/extensions/io.modelcontextprotocol~1tasks").is_object());

  auto const started = c.tool("slow_compute", R"({"seconds":1,"label":"x"})");
  CHECK(at(started, "/result/resultType") == json::value("task"));
  CHECK(at(started, "/result/status") == json::value("working"));
  CHECK(at(started, "/result/ttlMs").is_int64());
  CHECK_FALSE(at(started, "/result").as_object().contains("task"));
  auto const id = at(started, "/result/taskId");
  REQUIRE(c.last.timers.size() == 1);
  auto const timer = c.last.timers[0].number;
  auto const working = c.ask("tasks/get", with_id(id));
  CHECK(at(working, "/result/status") == json::value("working"));
  CHECK(at(working, "/result/resultType") == json::value("complete"));

  auto const listening =
      c.call("subscriptions/listen", R"({"notifications":{"taskIds":["none",)" + assay::wire::serialize(id) + "]}}");
  CHECK(at(listening[0], "/params/notifications/taskIds").as_array().size() == 1);
  auto const end = server.woken(timer);
  REQUIRE(end.messages.size() == 1);
  CHECK(at(end.messages[0].message, "/method") == json::value("notifications/tasks"));
  CHECK(at(end.messages[0].message, "/params/status") == json::value("completed"));
  CHECK(at(end.messages[0].message, "/params/_meta/io.modelcontextprotocol~1subscriptionId").is_int64());
  auto const done = c.ask("tasks/get", with_id(id));
  CHECK(at(done, "/result/status") == json::value("completed"));
  CHECK(at(done, "/result/result/content/0/text") == json::value("Computed x."));
  CHECK(at(c.ask("tasks/cancel", with_id(id)), "/result/resultType") == json::value("complete"));
  CHECK(at(c.ask("tasks/get", with_id(id)), "/result/status") == json::value("completed"));
}

TEST_CASE("modern tasks end in every way") {
  core server(speak());
  auto c = open(server, "2026-07-28", extension);
  auto const run = [&](std::string_view tool, std::string_view arguments = "{}") {
    return at(c.tool(tool, arguments), "/result/taskId");
  };
  auto const get = [&](json::value const& id) { return at(c.ask("tasks/get", with_id(id)), "/result"); };
  auto const failing = get(run("failing_job"));
  CHECK(at(failing, "/status") == json::value("completed"));
  CHECK(at(failing, "/result/isError") == json::value(true));
  auto const broken = get(run("protocol_error_job"));
  CHECK(at(broken, "/status") == json::value("failed"));
  CHECK(at(broken, "/error/code").is_int64());
  CHECK_FALSE(broken.as_object().contains("result"));

  auto const asking = run("confirm_delete", R"({"filename":"a.txt"})");
  CHECK(at(get(asking), "/status") == json::value("input_required"));
  CHECK(at(get(asking), "/inputRequests").as_object().size() == 1);
  CHECK(at(c.ask("tasks/update", with_id(asking, R"(,"inputResponses":{"other":{}})")), "/result/resultType") ==
        json::value("complete"));
  CHECK(at(get(asking), "/status") == json::value("input_required"));
  c.ask("tasks/update",
        with_id(asking, R"(,"inputResponses":{"confirm":{"action":"accept","content":{"confirm":true}}})"));
  CHECK(at(get(asking), "/status") == json::value("completed"));

  auto const two = run("multi_input");
  CHECK(at(get(two), "/inputRequests").as_object().size() == 2);
  c.ask("tasks/update", with_id(two, R"(,"inputResponses":{"first":{"action":"accept","content":{"name":"Ada"}}})"));
  CHECK(at(get(two), "/status") == json::value("input_required"));
  CHECK(at(get(two), "/inputRequests").as_object().size() == 1);
  CHECK(at(c.ask("tasks/cancel", with_id(two)), "/result").as_object().count("taskId") == 0);
  CHECK(at(get(two), "/status") == json::value("cancelled"));

  auto const first = c.tool("test_tool_with_task");
  CHECK(at(first, "/result/resultType") == json::value("input_required"));
  auto const second = c.ask(
      "tools/call",
      R"({"name":"test_tool_with_task","arguments":{},"inputResponses":{"name":{"action":"accept","content":{"name":"Alice"}}}})");
  CHECK(at(second, "/result/resultType") == json::value("task"));
  auto const text = std::string(at(get(at(second, "/result/taskId")), "/result/content/0/text").as_string());
  CHECK(text.find("Alice") != std::string::npos);

  CHECK(at(c.ask("tasks/get", R"({"taskId":"none"})"), "/error/code") == json::value(-32602));
  CHECK(at(c.ask("tasks/get"), "/error/code") == json::value(-32602));
  CHECK(at(c.ask("tasks/update", with_id(two)), "/error/code") == json::value(-32602));
  for (auto const* method : {"tasks/list", "tasks/result"})
    CHECK(at(c.ask(method, with_id(two)), "/error/code") == json::value(-32601));
}

TEST_CASE("without the extension there are no modern tasks") {
  core server(speak());
  auto c = open(server, "2026-07-28");
  CHECK(at(c.tool("greet", R"({"name":"Ada"})"), "/result/content/0/text") == json::value("Hello, Ada!"));
  CHECK(at(c.tool("slow_compute", R"({"seconds":0})"), "/result/resultType") == json::value("complete"));
  CHECK(c.call("tools/call", R"({"name":"slow_compute","arguments":{"seconds":1}})").empty());
  auto const refused = c.tool("failing_job");
  CHECK(at(refused, "/error/code") == json::value(-32021));
  CHECK(at(refused, "/error/data/requiredCapabilities/extensions/io.modelcontextprotocol~1tasks").is_object());
  for (auto const* method : {"tasks/get", "tasks/update", "tasks/cancel"})
    CHECK(at(c.ask(method, R"({"taskId":"x"})"), "/error/code") == json::value(-32021));
  CHECK(at(c.ask("subscriptions/listen", R"({"notifications":{"taskIds":["x"]}})"), "/error/code") ==
        json::value(-32021));
}

TEST_CASE("a session's client decides on tasks") {
  core server(speak());
  auto c = open(server, "2025-11-25", R"({"elicitation":{}})");
  auto const call = [&](std::string const& name, std::string const& more = "") {
    return c.ask("tools/call", R"({"name":")" + name + R"(","arguments":{"seconds":1,"filename":"f"})" + more + "}");
  };
  CHECK(at(call("confirm_delete"), "/error/code") == json::value(-32601));
  CHECK(at(c.ask("tools/call", R"({"name":"test_simple_text","task":{}})"), "/error/code") == json::value(-32601));
  CHECK(at(c.ask("tools/call", R"({"name":"slow_compute","arguments":{"seconds":1},"task":7})"), "/error/code") ==
        json::value(-32602));

  auto const started = call("slow_compute", R"(,"task":{"ttl":60000})");
  CHECK(at(started, "/result/task/status") == json::value("working"));
  CHECK(at(started, "/result/task/ttl") == json::value(60000));
  auto const id = at(started, "/result/task/taskId");
  auto const timer = c.last.timers.at(0).number;
  CHECK(at(c.ask("tasks/get", with_id(id)), "/result/status") == json::value("working"));
  CHECK(at(c.ask("tasks/list"), "/result/tasks").as_array().size() == 1);

  // The result is waited for, and comes with the end.
  CHECK(c.call("tasks/result", with_id(id)).empty());
  auto const end = server.woken(timer);
  REQUIRE(end.messages.size() == 1);
  CHECK(at(end.messages[0].message, "/result/content/0/type") == json::value("text"));
  CHECK(at(end.messages[0].message, "/result/_meta/io.modelcontextprotocol~1related-task/taskId") == id);
  CHECK(at(c.ask("tasks/cancel", with_id(id)), "/error/code") == json::value(-32602));
  CHECK(at(c.ask("tasks/get", with_id(id)), "/result/status") == json::value("completed"));

  // A question is put while somebody waits for the result.
  auto const asking = at(call("confirm_delete", R"(,"task":{})"), "/result/task/taskId");
  CHECK(at(c.ask("tasks/get", with_id(asking)), "/result/status") == json::value("input_required"));
  auto const asked = c.call("tasks/result", with_id(asking));
  REQUIRE(asked.size() == 1);
  CHECK(at(asked[0], "/method") == json::value("elicitation/create"));
  CHECK(at(asked[0], "/params/_meta/io.modelcontextprotocol~1related-task/taskId") == asking);
  auto const answered = c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(asked[0], "/id")) +
                               R"(,"result":{"action":"accept","content":{"confirm":true}}})");
  REQUIRE(answered.size() == 1);
  CHECK(at(answered[0], "/result/content/0/type") == json::value("text"));

  auto const failing = at(c.ask("tools/call", R"({"name":"protocol_error_job","task":{}})"), "/result/task/taskId");
  CHECK(at(c.ask("tasks/get", with_id(failing)), "/result/status") == json::value("failed"));
  CHECK(at(c.ask("tasks/result", with_id(failing)), "/error/code") == json::value(-32603));

  auto const cancelled = at(call("slow_compute", R"(,"task":{})"), "/result/task/taskId");
  CHECK(at(c.ask("tasks/cancel", with_id(cancelled)), "/result/status") == json::value("cancelled"));
  CHECK(server.woken(c.last.timers.empty() ? 0 : c.last.timers[0].number).messages.empty());

  // Nobody else's business.
  auto other = open(server, "2025-11-25");
  CHECK(at(other.ask("tasks/get", with_id(id)), "/error/code") == json::value(-32602));
  CHECK(at(other.ask("tasks/list"), "/result/tasks").as_array().empty());
  server.disconnect(c.peer);
  CHECK(at(other.ask("tasks/list"), "/result/tasks").as_array().empty());
}

TEST_CASE("before tasks, task is a member that nobody knows") {
  core server(speak());
  auto c = open(server, "2025-06-18");
  CHECK(at(c.ask("tools/call", R"({"name":"test_simple_text","task":{}})"), "/result/content").is_array());
  CHECK(at(c.ask("tasks/list"), "/error/code") == json::value(-32601));
  CHECK(at(c.tool("failing_job"), "/error/code") == json::value(-32602));
}

TEST_CASE("a question that is a task of the client is asked about until it ends") {
  constexpr auto can =
      R"({"sampling":{},"elicitation":{},"tasks":{"cancel":{},"requests":{"sampling":{"createMessage":{}}}}})";
  core server(speak());
  auto c = open(server, "2025-11-25", can);
  auto const answer = [&](json::value const& request, std::string const& what) {
    return c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(request, "/id")) + "," + what + "}");
  };
  auto const refused = c.tool("test_elicitation_as_task"); // not declared for elicitation
  CHECK(at(refused, "/result/isError") == json::value(true));

  auto const asked = c.call("tools/call", R"({"name":"test_sampling_as_task","arguments":{"prompt":"?"}})");
  REQUIRE(asked.size() == 1);
  CHECK(at(asked[0], "/method") == json::value("sampling/createMessage"));
  CHECK(at(asked[0], "/params/task/ttl").is_int64());
  auto const deadline = c.last.timers.at(0).number;

  SECTION("no task") {
    auto const done = answer(asked[0], R"("result":{"role":"assistant"})");
    REQUIRE(done.size() == 1);
    CHECK(at(done[0], "/result/isError") == json::value(true));
    return;
  }
  SECTION("an error") {
    auto const done = answer(asked[0], R"("error":{"code":-1,"message":"never"})");
    REQUIRE(done.size() == 1);
    CHECK(at(done[0], "/result/isError") == json::value(true));
    return;
  }
  CHECK(answer(asked[0], R"("result":{"task":{"taskId":"t","status":"working","pollInterval":70}})").empty());
  REQUIRE(c.last.timers.size() == 1);
  CHECK(c.last.timers[0].after == std::chrono::milliseconds(70));
  auto const look = server.woken(c.last.timers[0].number).messages;
  REQUIRE(look.size() == 1);
  CHECK(at(look[0].message, "/method") == json::value("tasks/get"));
  CHECK(at(look[0].message, "/params") == read(R"({"taskId":"t"})"));

  SECTION("it ends") {
    auto const ask = answer(look[0].message, R"("result":{"taskId":"t","status":"completed"})");
    REQUIRE(ask.size() == 1);
    CHECK(at(ask[0], "/method") == json::value("tasks/result"));
    auto const done = answer(ask[0], R"("result":{"role":"assistant","content":{"type":"text","text":"Words"}})");
    REQUIRE(done.size() == 1);
    CHECK(at(done[0], "/result/content/0/text") == json::value("LLM response: Words"));
    CHECK(server.woken(deadline).messages.empty());
  }
  SECTION("it fails") {
    auto const ask = answer(look[0].message, R"("result":{"taskId":"t","status":"failed"})");
    auto const done = answer(ask.at(0), R"("error":{"code":-32603,"message":"no model"})");
    REQUIRE(done.size() == 1);
    CHECK(at(done[0], "/result/isError") == json::value(true));
  }
  SECTION("it takes too long, and is cancelled as a task") {
    auto const end = server.woken(deadline).messages;
    REQUIRE(end.size() == 2);
    CHECK(at(end[0].message, "/method") == json::value("tasks/cancel"));
    CHECK(at(end[0].message, "/params/taskId") == json::value("t"));
    CHECK(at(end[1].message, "/result/isError") == json::value(true));
  }
  SECTION("the call is cancelled, and with it the task") {
    auto const said = c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})");
    REQUIRE(said.size() == 1);
    CHECK(at(said[0], "/method") == json::value("tasks/cancel"));
  }
}
