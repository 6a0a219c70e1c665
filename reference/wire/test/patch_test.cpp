// JSON Patch: the six operations, and that a failing patch leaves no trace.
#include "cmake/catch.hpp"
#include "reference/wire/patch.hpp"
#include "reference/wire/test/show_result.hpp"

namespace wire = assay::wire;
using wire::json::value;

namespace {

value read(std::string_view text) {
  return wire::parse_value(text).value();
}

/// The patched text, or "problem WHERE".
std::string patched(std::string_view target, std::string_view operations) {
  value root = read(target);
  value const before = root;
  auto const done = wire::apply_patch(root, read(operations).as_array());
  if (done) return wire::serialize(root);
  CHECK(wire::serialize(root) == wire::serialize(before));
  CHECK_FALSE(done.error().what.empty());
  return "problem " + done.error().where;
}

} // namespace

TEST_CASE("add") {
  CHECK(patched(R"({"a":1})", R"([{"op":"add","path":"/b","value":2}])") == R"({"a":1,"b":2})");
  CHECK(patched(R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])") == R"({"a":[1,2,3]})");
  CHECK(patched(R"({"a":[1]})", R"([{"op":"add","path":"/a/1","value":2},{"op":"add","path":"/a/-","value":[3]}])") ==
        R"({"a":[1,2,[3]]})");
  CHECK(patched(R"({"a":1})", R"([{"op":"add","path":"/a","value":null}])") == R"({"a":null})");
  CHECK(patched(R"({"a":1})", R"([{"op":"add","path":"","value":[]}])") == "[]");
  CHECK(patched("{}", R"([{"op":"add","path":"/x~1y~0z","value":1}])") == R"({"x/y~z":1})");
  CHECK(patched("{}", R"([{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1,"extra":true}])") ==
        R"({"a":{"b":1}})");
  CHECK(patched("{}", R"([{"op":"add","path":"/a/b","value":1}])") == "problem 0");
  CHECK(patched("[1]", R"([{"op":"add","path":"/2","value":1}])") == "problem 0");
  CHECK(patched("[1]", R"([{"op":"add","path":"/01","value":1}])") == "problem 0");
  CHECK(patched("[1]", R"([{"op":"add","path":"/x","value":1}])") == "problem 0");
  CHECK(patched("[1]", R"([{"op":"add","path":"/0/x","value":1}])") == "problem 0");
  CHECK(patched("[1]", R"([{"op":"add","path":"/-/x","value":1}])") == "problem 0");
}

TEST_CASE("remove keeps the order of the others") {
  CHECK(patched(R"({"a":1,"b":2,"c":3,"d":4})", R"([{"op":"remove","path":"/b"}])") == R"({"a":1,"c":3,"d":4})");
  CHECK(patched("[1,2,3]", R"([{"op":"remove","path":"/1"}])") == "[1,3]");
  CHECK(patched("[1,2,3]", R"([{"op":"remove","path":"/3"}])") == "problem 0");
  CHECK(patched("[1,2,3]", R"([{"op":"remove","path":"/-"}])") == "problem 0");
  CHECK(patched("{}", R"([{"op":"remove","path":"/a"}])") == "problem 0");
  CHECK(patched("{}", R"([{"op":"remove","path":""}])") == "problem 0");
}

TEST_CASE("replace wants something to be there") {
  CHECK(patched(R"({"a":1,"b":2})", R"([{"op":"replace","path":"/a","value":[9]}])") == R"({"a":[9],"b":2})");
  CHECK(patched("[1,2]", R"([{"op":"replace","path":"/1","value":0}])") == "[1,0]");
  CHECK(patched("[1,2]", R"([{"op":"replace","path":"","value":0}])") == "0");
  CHECK(patched("{}", R"([{"op":"replace","path":"/a","value":0}])") == "problem 0");
  CHECK(patched("[]", R"([{"op":"replace","path":"/-","value":0}])") == "problem 0");
}

TEST_CASE("move") {
  CHECK(patched(R"({"a":{"x":1},"b":{}})", R"([{"op":"move","from":"/a/x","path":"/b/y"}])") ==
        R"({"a":{},"b":{"y":1}})");
  CHECK(patched("[0,1,2,3]", R"([{"op":"move","from":"/1","path":"/3"}])") == "[0,2,3,1]");
  CHECK(patched("[0,1]", R"([{"op":"move","from":"/0","path":"/-"}])") == "[1,0]");
  CHECK(patched("[0,1]", R"([{"op":"move","from":"/0","path":"/2"}])") == "problem 0");
  CHECK(patched(R"({"a":1,"b":2})", R"([{"op":"move","from":"/a","path":"/a"}])") == R"({"a":1,"b":2})");
  CHECK(patched(R"({"a":1})", R"([{"op":"move","from":"/a","path":""}])") == "1");
  CHECK(patched(R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":"/a/b"}])") == "problem 0");
  CHECK(patched(R"({"a":1,"ab":{}})", R"([{"op":"move","from":"/a","path":"/ab/a"}])") == R"({"ab":{"a":1}})");
  CHECK(patched("{}", R"([{"op":"move","from":"/x","path":"/x"}])") == "problem 0");
}

TEST_CASE("copy") {
  CHECK(patched(R"({"a":[1]})", R"([{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/a/-","value":2}])") ==
        R"({"a":[1,2],"b":[1]})");
  CHECK(patched(R"({"a":1})", R"([{"op":"copy","from":"","path":"/a"}])") == R"({"a":{"a":1}})");
  CHECK(patched("{}", R"([{"op":"copy","from":"/a","path":"/b"}])") == "problem 0");
}

TEST_CASE("test compares as JSON does") {
  CHECK(patched(R"({"a":[1,{"x":1,"y":2}]})", R"([{"op":"test","path":"/a","value":[1.0,{"y":2,"x":1}]}])") ==
        R"({"a":[1,{"x":1,"y":2}]})");
  CHECK(patched(R"({"a":null})", R"([{"op":"test","path":"/a","value":null}])") == R"({"a":null})");
  CHECK(patched(R"({"a":"10"})", R"([{"op":"test","path":"/a","value":10}])") == "problem 0");
  CHECK(patched(R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])") == "problem 0");
  CHECK(patched(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])") == R"({"/":9,"~1":10})");
}

TEST_CASE("a failing operation undoes the ones before it") {
  CHECK(patched(R"({"a":1})", R"([{"op":"replace","path":"/a","value":2},{"op":"test","path":"/a","value":1}])") ==
        "problem 1");
  CHECK(patched(R"({"a":1})",
                R"([{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":1},{"op":"remove","path":"/a"}])") ==
        "problem 2");
  CHECK(patched(R"({"a":1})", R"([{"op":"move","from":"/a","path":"/no/where"}])") == "problem 0");
  CHECK(patched(R"({"a":1})", "[]") == R"({"a":1})");
}

TEST_CASE("operations that are none") {
  for (char const* operation :
       {"1", "[]", "{}", R"({"op":"add","path":"/a"})", R"({"op":"add","value":1})",
        R"({"op":"add","path":1,"value":1})", R"({"op":"add","path":"a","value":1})",
        R"({"op":"add","path":"/~2","value":1})", R"({"op":"ADD","path":"/a","value":1})", R"({"op":1,"path":"/a"})",
        R"({"path":"/a","value":1})", R"({"op":"move","path":"/a"})", R"({"op":"copy","from":7,"path":"/a"})",
        R"({"op":"copy","from":"a","path":"/a"})", R"({"op":"replace","path":"/a"})", R"({"op":"test","path":"/a"})"}) {
    CAPTURE(operation);
    CHECK(patched(R"({"a":1})", "[" + std::string(operation) + "]") == "problem 0");
  }
}

TEST_CASE("a patch cannot blow a value up") {
  std::string deepening = "[";
  for (int i = 0; i < 1100; ++i)
    deepening += R"({"op":"copy","from":"","path":"/a"},)";
  deepening.back() = ']';
  CHECK(patched(R"({"a":1})", deepening).starts_with("problem "));

  std::string widening = "[";
  for (int i = 0; i < 64; ++i)
    widening += R"({"op":"copy","from":"","path":"/)" + std::to_string(i % 2) + "\"},";
  widening.back() = ']';
  CHECK(patched("[[],[]]", widening).starts_with("problem "));

  std::string flat = "[";
  for (int i = 0; i < 200; ++i)
    flat += R"({"op":"copy","from":"/s","path":"/)" + std::to_string(i) + "\"},";
  flat.back() = ']';
  CHECK(patched("{\"s\":\"" + std::string(1 << 20, 's') + "\"}", flat).starts_with("problem "));
}
