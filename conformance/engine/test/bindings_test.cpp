// Names, and the values that stand for others; docs/interpreting.md, "Values".
#include "conformance/engine/bindings.hpp"

#include "cmake/catch.hpp"

using namespace assay;
namespace json = boost::json;

namespace {

json::value parse(std::string_view text) {
  auto value = wire::parse_value(text);
  REQUIRE(value.has_value());
  return std::move(*value);
}

} // namespace

TEST_CASE("a name is found with its pointer, inner before outer", "[bindings]") {
  engine::bindings outer;
  outer.set("a", parse(R"({"x": 1, "y/z": [2]})"));
  engine::bindings inner(&outer);
  CHECK(*inner.find("a/x") == 1);
  CHECK(*inner.find("a/y~1z/0") == 2);
  CHECK(inner.find("a/nothing") == nullptr);
  CHECK(inner.find("b") == nullptr);
  CHECK(inner.find("") == nullptr);
  inner.set("a", parse(R"({"x": 3})"));
  CHECK(*inner.find("a/x") == 3);
  CHECK(*outer.find("a/x") == 1);
  inner.set("a", 4);
  CHECK(*inner.find("a") == 4);
}

TEST_CASE("objects that stand for values are replaced at any depth", "[bindings]") {
  engine::bindings names;
  names.set("a", parse(R"({"x": {"deep": true}, "s": "t", "n": 7})"));
  auto resolved = [&](std::string_view text) { return engine::resolve(parse(text), names); };
  CHECK(*resolved(R"([{"k": {"$": "a/x"}}])") == parse(R"([{"k": {"deep": true}}])"));
  CHECK(*resolved(R"({"$repeat": "ab", "times": 3})") == "ababab");
  CHECK(*resolved(R"({"$repeat": {"$": "a/s"}, "times": 2})") == "tt");
  CHECK(*resolved(R"({"$repeat": "x", "times": 0})") == "");
  CHECK(*resolved(R"({"$concat": ["n", {"$": "a/n"}, {"$repeat": "!", "times": 2}]})") == "n7!!");
  CHECK(*resolved(R"({"$name": {"$": "a"}, "at": 1})") == "s");
  CHECK(*resolved(R"({"k": {"$member": [{"$name": {"$": "a"}, "at": 0}, {"is": {"$": "a/n"}}]}})") ==
        parse(R"({"k": {"x": {"is": 7}}})"));
  CHECK(*resolved("1.5") == 1.5);
  // What only looks alike is data.
  CHECK(*resolved(R"({"$": "a/x", "other": 1})") == parse(R"({"$": "a/x", "other": 1})"));
  CHECK(*resolved(R"({"$ref": "#/x"})") == parse(R"({"$ref": "#/x"})"));
}

TEST_CASE("what is not known is said", "[bindings]") {
  engine::bindings names;
  std::string missing;
  CHECK(!engine::resolve(parse(R"({"a": [{"$": "nobody/x"}]})"), names, &missing));
  CHECK(missing == "nobody/x");
  CHECK(!engine::resolve(parse(R"({"$concat": [{"$": "nobody"}]})"), names));
  names.set("a", parse(R"({"x": [1]})"));
  CHECK(!engine::resolve(parse(R"({"$name": {"$": "a"}, "at": 1})"), names, &missing));
  CHECK(missing == R"(member 1 of {"$":"a"})");
  CHECK(!engine::resolve(parse(R"({"$name": {"$": "a/x"}, "at": 0})"), names));
  CHECK(!engine::resolve(parse(R"({"$name": {"$": "a"}, "at": -1})"), names));
  CHECK(!engine::resolve(parse(R"({"$member": [{"$": "a/x"}, 1]})"), names));
}

TEST_CASE("repetition is bounded", "[bindings]") {
  engine::bindings names;
  CHECK(!engine::resolve(parse(R"({"$repeat": "xxxxxxxxxx", "times": 1000000000})"), names));
  CHECK(!engine::resolve(parse(R"({"$repeat": "xxxxxxxxxx", "times": 4611686018427387904})"), names));
  CHECK(!engine::resolve(parse(R"({"$repeat": "x", "times": -1})"), names));
  CHECK_NOTHROW(engine::resolve(parse(R"({"$repeat": "x", "times": "many"})"), names));
}

TEST_CASE("a view that is referred to is found like one that was given, and an inner name hides an outer one",
          "[bindings]") {
  json::value const view = json::parse(R"({"message": {"id": 7}})");
  engine::bindings outer;
  outer.set("this", json::parse(R"({"message": {"id": 1}})"));
  engine::bindings names(&outer);
  REQUIRE(names.find("this/message/id"));
  CHECK(*names.find("this/message/id") == 1);
  names.refer("this", view);
  REQUIRE(names.find("this/message/id"));
  CHECK(*names.find("this/message/id") == 7);
  CHECK(names.find("this") == &view);
  CHECK_FALSE(names.find("this/message/method"));
}

TEST_CASE("what stands for itself is told from what stands for something else", "[bindings]") {
  auto constant = [](char const* text) { return engine::constant(json::parse(text)); };
  CHECK(constant("7"));
  CHECK(constant(R"(["a", {"b": [null]}])"));
  CHECK_FALSE(constant(R"({"$": "run/revision"})"));
  CHECK_FALSE(constant(R"([1, {"a": {"$repeat": "x", "times": 2}}])"));
  CHECK_FALSE(constant(R"({"a": [{"$concat": ["x"]}]})"));
}
