// Every step of every scenario can be said, and says what it does.
#include "conformance/engine/describe.hpp"
#include "conformance/engine/test/world.hpp"

using namespace world;

namespace {

std::string say(std::string_view step, std::string_view plays = "client") {
  return engine::describe_step(steps_of("[" + std::string(step) + "]").at(0), plays);
}

} // namespace

TEST_CASE("each verb has a sentence", "[describe]") {
  CHECK(say(R"({"open": {}})") == "opens a session as the revision wants it");
  CHECK(say(R"({"send": {"request": {"method": "tools/list", "params": {"cursor": {"$": "a/b"}}}}, "as": "x"})") ==
        R"(sends the request tools/list with params {"cursor":a/b} (x))");
  CHECK(say(R"({"send": {"notification": {"method": "n"}}, "headers": {"Accept": null}})") ==
        "sends the notification n, without the header Accept");
  CHECK(say(R"({"send": {"request": {"method": "ping"}}, "patch": [{"op": "remove", "path": "/id"}]})") ==
        "sends the request ping, changed: remove /id");
  CHECK(say(R"({"send": {"bytes": "{"}})") == R"(sends the bytes "{")");
  CHECK(say(R"({"send": {"batch": []}})") == "sends an empty batch");
  CHECK(say(R"({"http": {"method": "DELETE"}, "as": "d"})") == "sends an HTTP DELETE (d)");
  CHECK(say(R"({"expect": {"answer_to": "x"}, "control": true, "holds": {"/kind": {"equals": "response"}}})") ==
        R"(waits, to see that the right request works, for the answer to x; needs /kind to be "response")");
  CHECK(say(R"({"send": {"fence": {}}, "as": "taken"})") == "sends a request that must be answered (taken)");
  CHECK(say(R"({"expect": {"again": "it"}})") == "waits for nothing more: it looks again at it");
  CHECK(say(R"({"expect": {"exit": true}})") == "waits for the end of the process");
  CHECK(say(R"({"forbid": {"answer_to": "x"}, "since": "x"})").find("nothing of the answer to x") != std::string::npos);
  CHECK(say(R"({"cut": "input"})") == "closes its standard input");
  CHECK(say(R"({"goal": "initialize"})", "server") == "starts the client with the task initialize");
}

TEST_CASE("what a step wants for a requirement", "[describe]") {
  auto const step =
      steps_of(R"([{"expect": {"answer_to": "x"}, "checks": {"a.b": {"/kind": {"equals": "error"}}}}])").at(0);
  CHECK(engine::describe_check(step, "a.b") == R"(/kind to be "error")");
  CHECK(engine::describe_check(step, "c.d").empty());
}

TEST_CASE("the project's own steps can all be said", "[describe]") {
  auto const store = data::store::embedded();
  int steps = 0;
  for (auto const& file : store.list("fixtures/scenarios/")) {
    INFO(file);
    auto const s = catalogue::read_struct<catalogue::scenario>(parse(*store.read(file)));
    REQUIRE(s.has_value());
    for (auto const& step : s->steps) {
      CHECK(!engine::describe_step(step, s->plays).empty());
      for (auto const& id : step.requirements())
        CHECK(!engine::describe_check(step, id).empty());
      ++steps;
    }
  }
  CHECK(steps > 0);
}
