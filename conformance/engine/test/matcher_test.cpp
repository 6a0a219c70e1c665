// Each member of a matcher with a value that it accepts and one that it rejects; docs/interpreting.md, "Matchers".
#include "conformance/engine/matcher.hpp"
#include "conformance/engine/regex.hpp"

#include "cmake/catch.hpp"

using namespace assay;
namespace json = boost::json;

namespace {

json::value parse(std::string_view text) {
  auto value = wire::parse_value(text);
  REQUIRE(value.has_value());
  return std::move(*value);
}

/// What a matcher says of a value; nothing when it holds.
std::optional<engine::mismatch> against(std::string_view matcher, std::string_view value,
                                        engine::match_context const& context = {}) {
  auto const view = parse(value);
  auto const m = parse(matcher);
  auto found = engine::match(&view, m.as_object(), "/here", view, context);
  // Whether it holds does not depend on whether someone reads why not.
  CHECK(engine::holds(view, json::object{{"", m}}, context) == !found);
  return found;
}

} // namespace

TEST_CASE("each member of a matcher accepts and rejects", "[matcher]") {
  struct row {
    char const* matcher;
    char const* good;
    char const* bad;
  };
  row const rows[] = {
      {R"({"present": true})", "null", nullptr},
      {R"({"equals": 1})", "1.0", "2"},
      {R"({"equals": {"a": 1, "b": [2]}})", R"({"b": [2], "a": 1})", R"({"a": 1})"},
      {R"({"equals": null})", "null", "false"},
      {R"({"one_of": [1, "x"]})", "\"x\"", "\"y\""},
      {R"({"type": "integer"})", "3.0", "3.5"},
      {R"({"type": "number"})", "3", "\"3\""},
      {R"({"type": "null"})", "null", "0"},
      {R"({"type": ["string", "array"]})", "[]", "{}"},
      {R"({"matches": "^a.c$"})", "\"abc\"", "\"abcd\""},
      {R"({"matches": "^.$"})", "\"é\"", "1"},
      {R"({"count": 2})", "[1, 2]", "[1]"},
      {R"({"count": 2})", "\"éé\"", "\"é\""},
      {R"({"count": {"min": 1}})", R"({"a": 1})", "{}"},
      {R"({"count": {"max": 1}})", "[]", "[1, 2]"},
      {R"({"count": 0})", "[]", "0"},
      {R"({"at_least": 400})", "400", "399"},
      {R"({"at_most": 2})", "1.5", "2.5"},
      {R"({"at_most": 2})", "2", "\"1\""},
      {R"({"contains": {"equals": 2}})", "[1, 2]", "[1, 3]"},
      {R"({"contains": {"equals": 2}})", "[2]", "2"},
      {R"({"each": {"type": "string"}})", R"(["a", "b"])", R"(["a", 1])"},
      {R"({"each": {"type": "string"}})", R"({"a": "x"})", R"({"a": 1})"},
      {R"({"each": {"type": "string"}})", "[]", "\"a\""},
      {R"({"names": {"matches": "^[a-z]+$"}})", R"({"ab": 1})", R"({"A": 1})"},
      {R"({"names": {"matches": "^[a-z]+$"}})", "{}", "[]"},
      {R"({"unique": ""})", "[1, 2]", "[1, 1.0]"},
      {R"({"unique": "/name"})", R"([{"name": "a"}, {"name": "b"}, {}])", R"([{"name": "a"}, {"name": "a", "x": 1}])"},
      {R"({"unique": ""})", "[]", R"("text")"},
      {R"({"unique": "/x"})", R"({"a": {"x": "Q"}, "b": {"x": "q"}, "c": {}})",
       R"({"a": {"x": "q"}, "b": {"x": "q"}})"},
      {R"({"unique_in_any_case": "/x"})", R"({"a": {"x": "Q"}, "b": {"x": "r"}, "c": {}})",
       R"({"a": {"x": "Q"}, "b": {"x": "q"}})"},
      {R"({"where": {"/a/b": {"equals": 1}, "/c": {"present": false}}})", R"({"a": {"b": 1}})",
       R"({"a": {"b": 1}, "c": 1})"},
      {R"({"not": {"equals": 1}})", "2", "1"},
      {R"({"any_of": [{"equals": 1}, {"type": "string"}]})", "\"x\"", "2"},
      {R"({"type": "string", "not": {"equals": ""}})", "\"x\"", "\"\""},
      {R"({"is_schema": true})", R"({"type": "object"})", R"({"type": "thing"})"},
      {R"({"is_schema": true})", "true", "1"},
      {R"({"fits": {"type": "object", "required": ["a"]}})", R"({"a": 1})", "{}"},
      {R"({"fits": {"type": "thing"}})", nullptr, "1"},
      {R"({"no-such-member": 1})", nullptr, "1"},
  };
  for (auto const& r : rows) {
    INFO(r.matcher);
    if (r.good) {
      INFO(r.good);
      CHECK(!against(r.matcher, r.good));
    }
    if (r.bad) {
      INFO(r.bad);
      auto const m = against(r.matcher, r.bad);
      REQUIRE(m);
      CHECK(m->pointer.starts_with("/here"));
      CHECK(!m->expected.empty());
      CHECK(!m->actual.empty());
    }
  }
}

TEST_CASE("an absent value meets only present: false", "[matcher]") {
  json::value const view = json::object{};
  auto absent = [&](std::string_view matcher) {
    auto const m = parse(matcher);
    return engine::match(nullptr, m.as_object(), "/x", view, {});
  };
  CHECK(!absent(R"({"present": false})"));
  CHECK(absent(R"({"present": true})"));
  CHECK(absent(R"({"not": {"equals": 1}})"));
  CHECK(absent(R"({"any_of": [{"present": false}, {"equals": 1}]})"));
  CHECK(absent(R"({"equals": null})")->actual == "absent");
  CHECK(against(R"({"present": false})", "null"));
}

TEST_CASE("a pattern names the first pointer that does not hold", "[matcher]") {
  auto const view = parse(R"({"message": {"error": {"code": -32601}}})");
  auto const pattern = parse(R"({"/message/error": {"type": "object"}, "/message/error/code": {"equals": -32602}})");
  auto const m = engine::match(view, pattern.as_object(), {});
  REQUIRE(m);
  CHECK(m->pointer == "/message/error/code");
  CHECK(m->expected == "to be -32602");
  CHECK(m->actual == "-32601");
}

TEST_CASE("elements are named by their place", "[matcher]") {
  CHECK(against(R"({"each": {"type": "string"}})", R"(["a", 1])")->pointer == "/here/1");
  CHECK(against(R"({"each": {"type": "string"}})", R"({"a/b": 1})")->pointer == "/here/a~1b");
  CHECK(against(R"({"unique": ""})", "[1, 2, 1]")->pointer == "/here/2");
}

TEST_CASE("references are resolved in what a matcher compares with", "[matcher]") {
  engine::bindings names;
  names.set("first", parse(R"({"message": {"result": {"tools": [1, 2], "n": 5}}})"));
  engine::match_context const context{&names, nullptr, message::sender::server};
  CHECK(!against(R"({"equals": {"$": "first/message/result/tools"}})", "[1, 2]", context));
  auto const m = against(R"({"equals": {"$": "first/message/result/tools"}})", "[1]", context);
  REQUIRE(m);
  CHECK(m->expected.find("[1,2]") != std::string::npos);
  CHECK(m->expected.find("first/message/result/tools") != std::string::npos);
  CHECK(!against(R"({"one_of": [{"$": "first/message/result/n"}]})", "5", context));
  CHECK(!against(R"({"at_least": {"$": "first/message/result/n"}})", "6", context));
  CHECK(!against(R"({"not": {"equals": {"$": "first/message/result/n"}}})", "6", context));
}

TEST_CASE("what a reference finds nothing for equals nothing", "[matcher]") {
  engine::bindings names;
  engine::match_context const context{&names, nullptr, message::sender::server};
  CHECK(against(R"({"equals": {"$": "nobody/x"}})", "1", context));
  CHECK(against(R"({"equals": {"$": "nobody/x"}})", "null", context));
  CHECK(against(R"({"one_of": {"$": "nobody/x"}})", "null", context));
}

TEST_CASE("schema asks the protocol's schemas", "[matcher]") {
  auto schemas = message::schemas::load(data::store::embedded(), "2025-11-25");
  REQUIRE(schemas.has_value());
  engine::match_context const context{nullptr, &*schemas, message::sender::server};
  CHECK(!against(R"({"schema": "Tool"})", R"({"name": "x", "inputSchema": {"type": "object"}})", context));
  auto const m = against(R"({"schema": "Tool"})", R"({"name": 1, "inputSchema": {"type": "object"}})", context);
  REQUIRE(m);
  CHECK(m->pointer == "/here/name");
  CHECK(against(R"({"schema": "NoSuchDefinition"})", "{}", context));
  CHECK(against(R"({"schema": "Tool"})", "{}"));

  // `message`: by direction, kind and method, and for an answer by what it answers.
  auto const pattern = parse(R"({"/message": {"schema": "message"}})");
  auto check = [&](std::string_view view) { return engine::match(parse(view), pattern.as_object(), context); };
  CHECK(!check(R"({"from": "subject", "message": {"jsonrpc": "2.0", "id": 1, "result": {"tools": []}},
                   "request": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}})"));
  CHECK(check(R"({"from": "subject", "message": {"jsonrpc": "2.0", "id": 1, "result": {}},
                  "request": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}})"));
  CHECK(check(R"({"from": "subject", "message": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}})"));
  CHECK(!check(R"({"from": "counterpart", "message": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}})"));
}

TEST_CASE("every matcher can be said", "[matcher]") {
  auto say = [](std::string_view matcher) { return engine::describe(parse(matcher).as_object()); };
  CHECK(say(R"({"equals": -32602})") == "to be -32602");
  CHECK(say(R"({"type": ["string", "null"]})") == "to be of type string or null");
  CHECK(say(R"({"present": false})") == "to be absent");
  CHECK(say(R"({"equals": {"$": "a/b"}})") == "to be a/b");
  CHECK(say(R"({"count": {"min": 1, "max": 3}})") == "to have at least 1 and at most 3 entries");
  CHECK(say(R"({"not": {"equals": 1}})") == "not to be 1");
}

TEST_CASE("values are cut between characters", "[matcher]") {
  json::value const text(std::string(1000, 'x') + "é");
  CHECK(engine::brief(text, 20).size() == 20);
  std::string accents;
  for (int i = 0; i < 100; ++i)
    accents += "é";
  auto const cut = engine::brief(json::value(accents), 20);
  CHECK(cut.size() <= 20);
  CHECK(wire::parse("\"" + cut.substr(1, cut.size() - 4) + "\"").has_value());
}

TEST_CASE("expressions are bounded and their mistakes are named", "[regex]") {
  CHECK(engine::regex_problem("^a+$").empty());
  CHECK(!engine::regex_problem("(").empty());
  CHECK(!engine::regex_matches("(", "("));
  CHECK(engine::regex_matches("é", "café"));
  // Catastrophic backtracking gives up instead of running on.
  CHECK(!engine::regex_matches("^(a+)+$", std::string(10'000, 'a') + "b"));
  CHECK(!engine::regex_matches("a", std::string_view("\xff\xfe", 2)));
}
