// Calls that become tasks: basic/utilities/tasks, and the extension io.modelcontextprotocol/tasks.
#include "reference/client/tasks.hpp"
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
using std::chrono::milliseconds;

namespace {

constexpr auto takes_tasks = R"({"tools":{},"tasks":{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}})";

/// The tools of a server: x, with this support.
std::string tools(std::string_view support) {
  std::string const execution =
      support.empty() ? "" : R"(,"execution":{"taskSupport":")" + std::string(support) + R"("})";
  return R"({"result":{"tools":[{"name":"x","inputSchema":{"type":"object"})" + execution + "}]}}";
}

std::string legacy_task(std::string_view status, int interval = 200) {
  return R"("taskId":"t 1","status":")" + std::string(status) +
         R"(","createdAt":"2025-11-25T10:30:00Z","lastUpdatedAt":"2025-11-25T10:30:00Z","ttl":60000,"pollInterval":)" +
         std::to_string(interval);
}

std::string modern_task(std::string_view type, std::string_view status, std::string_view more = "") {
  return R"({"result":{"resultType":")" + std::string(type) + R"(","taskId":"t 1","status":")" + std::string(status) +
         R"(","createdAt":"2025-11-25T10:30:00Z","lastUpdatedAt":"2025-11-25T10:30:00Z","ttlMs":null,"pollIntervalMs":300)" +
         std::string(more) + "}}";
}

/// The timer that was started last.
start_timer last_timer(world& w) {
  start_timer last;
  while (auto const one = w.next<start_timer>())
    last = *one;
  return last;
}

/// Calls x in a session, up to the call itself.
json::value begin_call(world& w, std::string_view support, std::string_view capabilities = takes_tasks) {
  w.verbs({"call", "x", R"({"a":1})"});
  shake_hands(w, newest_legacy, capabilities);
  auto next = w.line();
  if (method_of(next) == "tools/list") {
    w.tell(world::with_id(next, tools(support)));
    next = w.line();
  }
  REQUIRE(method_of(next) == "tools/call");
  return next;
}

} // namespace

TEST_CASE("a tool is called as a task where that is declared and wanted") {
  struct example {
    std::string_view capabilities, support;
    bool wished, as_task;
  };
  auto const one =
      GENERATE(example{takes_tasks, "required", false, true}, //
               example{takes_tasks, "optional", false, false}, example{takes_tasks, "optional", true, true},
               example{takes_tasks, "forbidden", true, false}, example{takes_tasks, "", true, false},
               example{R"({"tools":{},"tasks":{}})", "required", true, false},
               example{R"({"tools":{},"tasks":{"requests":{"tools":[]}}})", "required", true, false},
               example{R"({"tools":{}})", "required", true, false});
  world w("stdio", newest_legacy);
  w.c.options.as_task = one.wished;
  auto const call = begin_call(w, one.support, one.capabilities);
  CAPTURE(one.capabilities, one.support, one.wished);
  CHECK(member_text(call, "/params/task") == (one.as_task ? R"({"ttl":300000})" : "(absent)"));
  CHECK(member_text(call, "/params/arguments") == R"({"a":1})");
}

TEST_CASE("a session without tasks is not asked for its tools before a call") {
  world w("stdio", newest_legacy);
  w.verbs({"call", "x"});
  shake_hands(w, newest_legacy);
  CHECK(method_of(w.line()) == "tools/call");
}

TEST_CASE("a task of a session is asked for until it ends, and then for its result") {
  world w("stdio", newest_legacy);
  w.tell(world::with_id(begin_call(w, "required"), R"({"result":{"task":{)" + legacy_task("working") + "}}}"));
  CHECK(w.line() == nullptr);
  auto timer = last_timer(w);
  CHECK(timer.after == milliseconds(200));
  // What it is told meanwhile changes nothing.
  w.say(R"({"jsonrpc":"2.0","method":"notifications/tasks/status","params":{)" + legacy_task("completed") + "}}");
  CHECK(w.line() == nullptr);

  on_timer(w.c, timer.timer);
  auto const look = w.line();
  CHECK(method_of(look) == "tasks/get");
  CHECK(member_text(look, "/params") == R"({"taskId":"t 1"})");
  w.tell(world::with_id(look, R"({"result":{)" + legacy_task("working", 700) + "}}"));
  CHECK(w.line() == nullptr);
  timer = last_timer(w);
  CHECK(timer.after == milliseconds(700)); // it may change
  on_timer(w.c, timer.timer);

  SECTION("completed") {
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("completed") + "}}"));
    auto const ask = w.line();
    CHECK(method_of(ask) == "tasks/result");
    CHECK(member_text(ask, "/params") == R"({"taskId":"t 1"})");
    w.tell(world::with_id(ask, R"({"result":{"content":[{"type":"text","text":"done"}]}})"));
    CHECK(w.printed == std::vector<std::string>{"done"});
    CHECK(w.code() == 0);
  }
  SECTION("failed, as tools fail") {
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("failed") + "}}"));
    w.tell(world::with_id(w.line(), R"({"result":{"content":[{"type":"text","text":"no"}],"isError":true}})"));
    CHECK(w.printed == std::vector<std::string>{"no"});
    CHECK(w.code() == 1);
  }
  SECTION("failed by an error") {
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("failed") + "}}"));
    w.tell(world::with_id(w.line(), R"({"error":{"code":-32603,"message":"broken"}})"));
    CHECK(w.code() == 1);
    CHECK(w.warned.back().find("broken") != std::string::npos);
  }
  SECTION("unknown by now") {
    w.tell(world::with_id(w.line(), R"({"error":{"code":-32602,"message":"no such task"}})"));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
  SECTION("in a status that is none") {
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("resting") + "}}"));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
}

TEST_CASE("a task of a session that wants input is asked for its result, and asks meanwhile") {
  world w("stdio", newest_legacy);
  w.tell(world::with_id(begin_call(w, "required"), R"({"result":{"task":{)" + legacy_task("input_required") + "}}}"));
  auto const ask = w.line();
  REQUIRE(method_of(ask) == "tasks/result");
  w.say(R"({"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":"?",
    "requestedSchema":{"type":"object","properties":{"ok":{"type":"boolean"}}},
    "_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t 1"}}}})");
  auto const reply = w.line();
  CHECK(member_text(reply, "/result/action") == "\"accept\"");
  CHECK(member_text(reply, "/result/_meta/io.modelcontextprotocol~1related-task") == R"({"taskId":"t 1"})");
  w.tell(world::with_id(ask, R"({"result":{"content":[{"type":"text","text":"done"}]}})"));
  CHECK(w.printed == std::vector<std::string>{"done"});
  CHECK(w.code() == 0);
}

TEST_CASE("a task that is stopped or takes too long is cancelled as a task") {
  world w("stdio", newest_legacy);
  w.tell(world::with_id(begin_call(w, "required"), R"({"result":{"task":{)" + legacy_task("working") + "}}}"));
  auto timer = last_timer(w);
  SECTION("stopped between two looks") {
    stop(w.c);
  }
  SECTION("stopped while looking") {
    on_timer(w.c, timer.timer);
    REQUIRE(method_of(w.line()) == "tasks/get");
    stop(w.c);
    CHECK(method_of(w.line()) == "notifications/cancelled"); // of the look, not of the task
  }
  SECTION("too long") {
    on_timer(w.c, timer.timer);
    w.time += std::chrono::minutes(6);
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("working") + "}}"));
  }
  auto const cancel = w.line();
  CHECK(method_of(cancel) == "tasks/cancel");
  CHECK(member_text(cancel, "/params") == R"({"taskId":"t 1"})");
  w.tell(world::with_id(cancel, R"({"result":{)" + legacy_task("cancelled") + "}}"));
  CHECK(w.line() == nullptr);
  CHECK(w.code() == 1);
}

TEST_CASE("an answer without the task that was asked for is none") {
  world w("stdio", newest_legacy);
  auto const answer = GENERATE(R"({"result":{"content":[]}})", R"({"result":{"task":{"status":"working"}}})");
  w.tell(world::with_id(begin_call(w, "required"), answer));
  CHECK(w.line() == nullptr);
  CHECK(w.code() == 1);
}

TEST_CASE("tasks of a session are listed with their cursors, and cancelled where that is declared") {
  world w("stdio", newest_legacy);
  SECTION("listed") {
    bool const suite = GENERATE(false, true);
    if (suite)
      w.scenario("tasks_list");
    else
      w.verbs({"tasks"});
    shake_hands(w, newest_legacy, takes_tasks);
    auto const first = w.line();
    CHECK(method_of(first) == "tasks/list");
    w.tell(world::with_id(first, R"({"result":{"tasks":[{)" + legacy_task("working") + R"(}],"nextCursor":"{ 7 }"}})"));
    auto const second = w.line();
    CHECK(member_text(second, "/params/cursor") == R"("{ 7 }")");
    w.tell(world::with_id(second, R"({"result":{"tasks":[]}})"));
    CHECK(w.printed == std::vector<std::string>{suite ? "task  t 1" : "t 1  working"});
    CHECK(w.code() == 0);
  }
  SECTION("not where the server says nothing of them") {
    w.verbs(GENERATE(std::vector<std::string>{"tasks"}, std::vector<std::string>{"cancel-task", "t"}));
    shake_hands(w, newest_legacy, R"({"tasks":{"requests":{"tools":{"call":{}}}}})");
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
  SECTION("one after the other") {
    w.verbs({"task", "t 1", "task-result", "t 1", "cancel-task", "t 1"});
    shake_hands(w, newest_legacy, takes_tasks);
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("completed") + "}}"));
    w.tell(world::with_id(w.line(), R"({"result":{)" + legacy_task("completed") + "}}"));
    auto const ask = w.line();
    CHECK(method_of(ask) == "tasks/result");
    w.tell(world::with_id(ask, R"({"result":{"content":[{"type":"text","text":"done"}]}})"));
    auto const cancel = w.line();
    CHECK(method_of(cancel) == "tasks/cancel");
    w.tell(world::with_id(cancel, R"({"error":{"code":-32602,"message":"it has ended"}})"));
    CHECK(w.printed.size() == 2);
    CHECK(w.code() == 1);
  }
}

namespace {

/// Calls x in the modern era over HTTP; the call.
world::exchange begin_modern(world& w) {
  w.verbs({"call", "x"});
  auto next = *w.http();
  if (method_of(next.message) == "tools/list") {
    w.answer_json(next, 200, R"({"result":{"tools":[{"name":"x","inputSchema":{"type":"object"}}]}})");
    next = *w.http();
  }
  REQUIRE(method_of(next.message) == "tools/call");
  return next;
}

} // namespace

TEST_CASE("a modern task is followed by its id to what came of it") {
  world w("streamable-http", modern);
  auto const call = begin_modern(w);
  CHECK(member_text(
            call.message,
            "/params/_meta/io.modelcontextprotocol~1clientCapabilities/extensions/io.modelcontextprotocol~1tasks") ==
        "{}");
  CHECK(member_text(call.message, "/params/task") == "(absent)");
  w.answer_json(call, 200, modern_task("task", "working"));
  CHECK_FALSE(w.http());
  auto timer = last_timer(w);
  CHECK(timer.after == milliseconds(300));
  on_timer(w.c, timer.timer);
  auto const look = *w.http();
  CHECK(method_of(look.message) == "tasks/get");
  CHECK(look.header("Mcp-Method") == "tasks/get");
  CHECK(look.header("Mcp-Name") == "t 1");

  SECTION("completed") {
    w.answer_json(look, 200,
                  modern_task("complete", "completed", R"(,"result":{"content":[{"type":"text","text":"done"}]})"));
    CHECK(w.printed == std::vector<std::string>{"done"});
    CHECK(w.code() == 0);
  }
  SECTION("failed") {
    w.answer_json(look, 200, modern_task("complete", "failed", R"(,"error":{"code":-32603,"message":"broken"})"));
    CHECK(w.code() == 1);
    CHECK(w.warned.back().find("broken") != std::string::npos);
  }
  SECTION("cancelled by the server") {
    w.answer_json(look, 200, modern_task("complete", "cancelled"));
    CHECK(w.code() == 1);
    CHECK(w.warned.back().find("cancelled") != std::string::npos);
  }
  SECTION("completed with nothing") {
    w.answer_json(look, 200, modern_task("complete", "completed"));
    CHECK(w.code() == 1);
  }
  SECTION("each question is answered once") {
    constexpr auto one = R"(,"inputRequests":{"a":{"method":"roots/list"}})";
    constexpr auto two = R"(,"inputRequests":{"a":{"method":"roots/list"},"b":{"method":"roots/list"}})";
    w.answer_json(look, 200, modern_task("complete", "input_required", one));
    auto const first = *w.http();
    CHECK(method_of(first.message) == "tasks/update");
    CHECK(first.header("Mcp-Name") == "t 1");
    CHECK(member_text(first.message, "/params/taskId") == "\"t 1\"");
    CHECK(member_text(first.message, "/params/inputResponses") == R"({"a":{"roots":[]}})");
    w.answer_json(first, 200, R"({"result":{"resultType":"complete"}})");
    on_timer(w.c, last_timer(w).timer);
    w.answer_json(*w.http(), 200, modern_task("complete", "input_required", two)); // the answer is on its way still
    auto const second = *w.http();
    CHECK(member_text(second.message, "/params/inputResponses") == R"({"b":{"roots":[]}})");
    w.answer_json(second, 200, R"({"result":{"resultType":"complete"}})");
    on_timer(w.c, last_timer(w).timer);
    w.answer_json(*w.http(), 200, modern_task("complete", "input_required", two));
    CHECK_FALSE(w.http());
    CHECK(last_timer(w).after == milliseconds(300));
  }
  SECTION("what cannot be given cancels it") {
    w.answer_json(look, 200,
                  modern_task("complete", "input_required", R"(,"inputRequests":{"a":{"method":"no/such"}})"));
    auto const cancel = *w.http();
    CHECK(method_of(cancel.message) == "tasks/cancel");
    CHECK(cancel.header("Mcp-Name") == "t 1");
    w.answer_json(cancel, 200, R"({"result":{"resultType":"complete"}})");
    CHECK(w.code() == 1);
  }
}

TEST_CASE("only a call may become a modern task") {
  for (std::string const verb : {"read", "get-prompt"}) {
    world w("streamable-http", modern);
    w.verbs({verb, "a://b"});
    w.answer_json(*w.http(), 200, modern_task("task", "working"));
    CHECK_FALSE(w.http());
    CHECK(w.code() == 1);
  }
}
