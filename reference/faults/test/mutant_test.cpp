// Mutants: reading, matching, every action.
#include "reference/faults/mutant.hpp"

#include "cmake/catch.hpp"

using namespace assay::faults;
using assay::wire::parse_value;

namespace {

mutant make(std::string const& rewrite) {
  mutant made;
  REQUIRE(add_mutant(made, R"({"breaks":"a.b","role":"server","rewrite":)" + rewrite + "}", "server").has_value());
  return made;
}

frame out(std::string_view message) {
  frame made;
  made.direction = "out";
  made.message = parse_value(message).value();
  return made;
}

} // namespace

TEST_CASE("a mutant is read strictly") {
  mutant made;
  auto const fails = [&](std::string_view text) { return add_mutant(made, text, "server").has_error(); };
  CHECK(fails("nonsense"));
  CHECK(fails("[]"));
  CHECK(fails("{}"));
  CHECK(fails(R"({"fault":"no-such"})"));
  CHECK(fails(R"({"fault":7})"));
  CHECK(fails(R"({"role":"client","fault":"ignores-end-of-input"})"));
  CHECK(fails(R"({"rewrite":{"drop":true}})"));
  CHECK(fails(R"({"rewrite":{"match":{},"shout":true}})"));
  CHECK(fails(R"({"rewrite":{"match":{},"repeat":1000}})"));
  CHECK(fails(R"({"rewrite":{"match":{},"repeat":1.5}})"));
  CHECK(fails(R"({"rewrite":{"match":{},"status":7}})"));
  CHECK(fails(R"({"rewrite":{"match":{},"headers":{"a":{}}}})"));
  CHECK(made.empty());
  CHECK_FALSE(fails(R"({"role":"server","fault":"ignores-end-of-input"})"));
  CHECK(made.has(fault::ignores_end_of_input));
}

TEST_CASE("match compares values, and null means absent") {
  auto const with = make(
      R"({"match":{"/direction":"out","/kind":"error","/message/error/code":-32602,"/message/id":null},"drop":true})");
  CHECK(apply(with, out(R"({"error":{"code":-32602.0}})")).drop);
  CHECK_FALSE(apply(with, out(R"({"id":1,"error":{"code":-32602}})")).drop);
  CHECK_FALSE(apply(with, out(R"({"error":{"code":-32601}})")).drop);
  CHECK_FALSE(apply(with, out(R"({"result":{}})")).drop);
}

TEST_CASE("an answer can be matched by what it answers") {
  auto const with =
      make(R"({"match":{"/request/method":"tools/list"},"patch":[{"op":"remove","path":"/result/tools/0"}]})");
  auto const request = parse_value(R"({"id":1,"method":"tools/list"})").value();
  auto one = out(R"({"id":1,"result":{"tools":[1,2]}})");
  CHECK_FALSE(apply(with, one).text);
  one.request = &request;
  CHECK(apply(with, one).text == R"({"id":1,"result":{"tools":[2]}})");
}

TEST_CASE("rewrites follow one another") {
  auto const with =
      make(R"([{"match":{"/message/id":1},"patch":[{"op":"replace","path":"/id","value":2}]},)"
           R"({"match":{"/message/id":2},"repeat":2,"before":"noise\n"},{"match":{"/message/id":1},"drop":true}])");
  auto const done = apply(with, out(R"({"id":1})"));
  CHECK(done.text == R"({"id":2})");
  CHECK(done.repeat == 2);
  CHECK(done.before == "noise\n");
  CHECK_FALSE(done.drop);
}

TEST_CASE("a patch that does not fit leaves the message") {
  auto const with = make(R"({"match":{},"patch":[{"op":"remove","path":"/no/such"}]})");
  CHECK_FALSE(apply(with, out(R"({"id":1})")).text);
}

TEST_CASE("over HTTP status and headers change, and an empty answer can be given a body") {
  auto const with = make(
      R"({"match":{"/kind":"none","/http/status":202,"/http/headers/allow":null},"status":200,)"
      R"("headers":{"Content-Type":"application/json","X-Old":null},"patch":[{"op":"add","path":"","value":null}]})");
  frame one;
  one.direction = "out";
  one.http = true;
  one.method = "POST";
  one.status = 202;
  auto const done = apply(with, one);
  CHECK(done.status == 200);
  REQUIRE(done.headers.size() == 2);
  CHECK(done.headers[0].value == "application/json");
  CHECK_FALSE(done.headers[1].value);
  CHECK(done.text == "null");
}

TEST_CASE("bytes that are no JSON are invalid, and can be replaced") {
  auto const with = make(R"({"match":{"/direction":"in","/kind":"invalid"},"replace":"{}"})");
  frame one;
  one.direction = "in";
  one.text = "{\"half";
  CHECK(apply(with, one).text == "{}");
}

TEST_CASE("a rewrite can begin after one frame and end after another") {
  auto const with =
      make(R"({"after":{"/message/id":1},"until":{"/message/id":2},"match":{"/kind":"response"},"drop":true})");
  memory passed;
  auto const dropped = [&](std::string_view message) { return apply(with, out(message), passed).drop; };
  CHECK_FALSE(dropped(R"({"id":0,"result":{}})"));
  CHECK_FALSE(dropped(R"({"id":1,"result":{}})")); // holds from the next one
  CHECK(dropped(R"({"id":3,"result":{}})"));
  CHECK(dropped(R"({"id":2,"result":{}})")); // to this one
  CHECK_FALSE(dropped(R"({"id":3,"result":{}})"));
  CHECK_FALSE(dropped(R"({"id":1,"result":{}})"));
  CHECK(dropped(R"({"id":3,"result":{}})"));
  memory other;
  CHECK_FALSE(apply(with, out(R"({"id":3,"result":{}})"), other).drop); // every connection has its own

  auto const first = make(R"({"until":{"/message/id":1},"match":{},"drop":true})");
  memory fresh;
  CHECK(apply(first, out(R"({"id":1,"result":{}})"), fresh).drop);
  CHECK_FALSE(apply(first, out(R"({"id":1,"result":{}})"), fresh).drop);
}

TEST_CASE("what goes before is bytes or messages") {
  auto const bytes = apply(make(R"({"match":{},"before":"noise"})"), out(R"({"id":1,"result":{}})"));
  CHECK(bytes.before == "noise");
  CHECK(bytes.messages.empty());
  auto const messages = apply(make(R"({"match":{},"before":[{"a":1},{"b":2}]})"), out(R"({"id":1,"result":{}})"));
  CHECK(messages.before.empty());
  CHECK(messages.messages == std::vector<std::string>{R"({"a":1})", R"({"b":2})"});
  mutant made;
  CHECK(add_mutant(made, R"({"rewrite":{"match":{},"drop":true,"before":[{}]}})", "server").has_error());
  CHECK(add_mutant(made, R"({"rewrite":{"match":{},"after":7,"drop":true}})", "server").has_error());
}

TEST_CASE("bytes go behind, a request gets another method, and names and parts can be matched") {
  auto const with = make(
      R"([{"match":{"/http/spelled/mCP-mETHOD":"ping"},"method":"PUT","behind":"}"},{"match":{"/http/part":"end"},"drop":true}])");
  frame one = out(R"({"id":1})");
  one.http = true;
  CHECK_FALSE(apply(with, one).method);
  one.spelled = {{"mCP-mETHOD", "ping"}};
  one.part = "end";
  auto const done = apply(with, one);
  CHECK(done.method == "PUT");
  CHECK(done.behind == "}");
  CHECK(done.drop);
}
