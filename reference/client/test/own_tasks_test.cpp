// What the server has the client do as a task: basic/utilities/tasks of 2025-11-25, the client as the receiver.
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
using std::chrono::milliseconds;

namespace {

constexpr auto words =
    R"({"method":"sampling/createMessage","params":{"messages":[],"maxTokens":100,"task":{"ttl":5000}}})";

/// A session over stdio in which the client waits for the answer to a call.
struct session {
  world w;
  int next = 1;

  explicit session(std::string revision = newest_legacy) : w("stdio", revision) {
    w.verbs({"call", "x"});
    shake_hands(w, revision);
    REQUIRE(method_of(w.line()) == "tools/call");
    while (w.next<start_timer>()) {
    }
  }

  /// Asks the client; what it says at once, null when it says nothing.
  json::value ask(std::string_view request) {
    auto message = parsed(request).as_object();
    message["jsonrpc"] = "2.0";
    message["id"] = "server-" + std::to_string(next++);
    w.tell(message);
    return w.line();
  }

  json::value about(std::string_view method, std::string_view id) {
    return ask(R"({"method":")" + std::string(method) + R"(","params":{"taskId":")" + std::string(id) + R"("}})");
  }

  /// Makes a task; its id.
  std::string begin(std::string_view request = words) {
    auto const made = ask(request);
    CHECK(member_text(made, "/result/task/status") == "\"working\"");
    return std::string(made.at("result").at("task").at("taskId").as_string());
  }

  /// Lets the work of the task that was made last be done.
  void work() {
    auto const timer = w.next<start_timer>();
    REQUIRE(timer);
    CHECK(timer->after == milliseconds(0));
    on_timer(w.c, timer->timer);
  }
};

} // namespace

TEST_CASE("a request that is to be a task is answered with one, and its result is had for the asking") {
  session s;
  auto const made = s.ask(words);
  CHECK(member_text(made, "/result") ==
        R"({"task":{"taskId":"task-1","status":"working","createdAt":"2025-11-25T10:30:00.000Z",)"
        R"("lastUpdatedAt":"2025-11-25T10:30:00.000Z","ttl":5000,"pollInterval":100}})");
  CHECK(member_text(s.about("tasks/get", "task-1"), "/result/status") == "\"working\"");
  s.w.wall += 1000;
  s.work();
  auto const shown = s.about("tasks/get", "task-1");
  CHECK(member_text(shown, "/result/status") == "\"completed\"");
  CHECK(member_text(shown, "/result/createdAt") == "\"2025-11-25T10:30:00.000Z\"");
  CHECK(member_text(shown, "/result/lastUpdatedAt") == "\"2025-11-25T10:30:01.000Z\"");
  CHECK(member_text(shown, "/result/_meta") == "(absent)");
  auto const result = s.about("tasks/result", "task-1");
  CHECK(member_text(result, "/result/role") == "\"assistant\"");
  CHECK(member_text(result, "/result/_meta") == R"({"io.modelcontextprotocol/related-task":{"taskId":"task-1"}})");
  CHECK(member_text(s.about("tasks/cancel", "task-1"), "/error/code") == "-32602");
}

TEST_CASE("the result of a task that has not ended is waited for") {
  session s;
  auto const id = s.begin();
  CHECK(s.about("tasks/result", id).is_null());
  SECTION("until it ends") {
    s.work();
    auto const result = s.w.line();
    CHECK(member_text(result, "/id") == "\"server-2\"");
    CHECK(member_text(result, "/result/role") == "\"assistant\"");
  }
  SECTION("until it is cancelled, and it stays so") {
    auto const cancelled = s.about("tasks/cancel", id);
    // Both are answered; which comes first, nothing says.
    auto const other = s.w.line();
    auto const& [by_get, by_result] =
        member_text(cancelled, "/id") == "\"server-3\"" ? std::pair(cancelled, other) : std::pair(other, cancelled);
    CHECK(member_text(by_get, "/result/status") == "\"cancelled\"");
    CHECK(member_text(by_result, "/error/code") == "-32603");
    s.work();
    CHECK(member_text(s.about("tasks/get", id), "/result/status") == "\"cancelled\"");
  }
  SECTION("unless the server says that it does not want it") {
    s.w.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"server-2"}})");
    s.work();
    CHECK(s.w.line().is_null());
  }
}

TEST_CASE("a request that fails is a failed task, with the error as its result") {
  session s;
  auto const id = s.begin(R"({"method":"elicitation/create","params":{"mode":"url","task":{}}})");
  s.work();
  auto const shown = s.about("tasks/get", id);
  CHECK(member_text(shown, "/result/status") == "\"failed\"");
  CHECK(member_text(shown, "/result/ttl") == "3600000");
  CHECK(member_text(shown, "/result/statusMessage").find("did not declare") != std::string::npos);
  CHECK(member_text(s.about("tasks/result", id), "/error/code") == "-32602");
}

TEST_CASE("tasks are listed in pages, and lapse") {
  session s;
  for (int i = 0; i < 45; ++i)
    s.begin();
  json::array all;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    auto const got = s.ask(R"({"method":"tasks/list","params":{)" + cursor + "}}");
    for (auto const& one : got.at("result").at("tasks").as_array())
      all.push_back(one);
    CHECK((member_text(got, "/result/nextCursor") == "(absent)") == (page == 2));
    cursor = R"("cursor":)" + member_text(got, "/result/nextCursor");
  }
  CHECK(all.size() == 45);
  CHECK(all.front().at("taskId") == "task-1");
  CHECK(all.back().at("taskId") == "task-45");
  for (auto const* const never : {"\"x\"", "\"0\"", "\"999\"", "7"})
    CHECK(member_text(s.ask(std::string(R"({"method":"tasks/list","params":{"cursor":)") + never + "}}"),
                      "/error/code") == "-32602");
  s.w.wall += 6000;
  CHECK(member_text(s.about("tasks/get", "task-1"), "/error/code") == "-32602");
  CHECK(member_text(s.ask(R"({"method":"tasks/list"})"), "/result/tasks") == "[]");
}

TEST_CASE("there are not more tasks than the client can hold") {
  session s;
  for (int i = 0; i < 100; ++i)
    s.begin();
  CHECK(member_text(s.ask(words), "/error/code") == "-32603");
  s.work(); // the first one ends, and gives way
  s.begin();
  CHECK(member_text(s.about("tasks/get", "task-1"), "/error/code") == "-32602");
}

TEST_CASE("what is no task here is answered as if none were wanted") {
  session s;
  CHECK(member_text(s.ask(R"({"method":"roots/list","params":{"task":{}}})"), "/result") == R"({"roots":[]})");
  CHECK(member_text(s.ask(R"({"method":"sampling/createMessage","params":{"messages":[],"maxTokens":9,"task":7}})"),
                    "/error/code") == "-32602");
  CHECK(member_text(s.about("tasks/get", "none"), "/error/code") == "-32602");
  CHECK(member_text(s.ask(R"({"method":"tasks/update","params":{}})"), "/error/code") == "-32601");
  session older("2025-06-18");
  CHECK(member_text(older.ask(words), "/result/role") == "\"assistant\"");
  CHECK(member_text(older.about("tasks/get", "none"), "/error/code") == "-32601");
}
