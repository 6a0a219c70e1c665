// Equality, integrality, pointers.
#include "cmake/catch.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/pointer.hpp"
#include "reference/wire/test/show_result.hpp"

#include <limits>

using namespace assay::wire;

namespace {
json::value value(std::string_view text) {
  return parse_value(text).value();
}
bool same(std::string_view left, std::string_view right) {
  bool const one = equal(value(left), value(right));
  CHECK(equal(value(right), value(left)) == one);
  return one;
}
} // namespace

TEST_CASE("equality goes by value") {
  CHECK(same("1", "1.0"));
  CHECK(same("1e2", "100"));
  CHECK(same("0", "-0"));
  CHECK(same("18446744073709551615", "18446744073709551615"));
  CHECK(same(R"({"a":1,"b":[2]})", R"({"b":[2.0],"a":1})"));
  CHECK(same("null", "null"));
  CHECK_FALSE(same("9007199254740993", "9007199254740992.0"));
  CHECK_FALSE(same("9223372036854775807", "9223372036854775808.0"));
  CHECK_FALSE(same("18446744073709551615", "18446744073709551616.0"));
  CHECK_FALSE(same("-1", "18446744073709551615"));
  CHECK_FALSE(same("1.5", "1"));
  CHECK_FALSE(same("1", "true"));
  CHECK_FALSE(same("0", "false"));
  CHECK_FALSE(same("\"1\"", "1"));
  CHECK_FALSE(same("null", "false"));
  CHECK_FALSE(same("[1,2]", "[2,1]"));
  CHECK_FALSE(same("[1]", "[1,1]"));
  CHECK_FALSE(same("[]", "{}"));
  CHECK_FALSE(same(R"({"a":1})", R"({"b":1})"));
  CHECK_FALSE(same(R"({"a":1})", R"({"a":1,"b":1})"));
  CHECK_FALSE(same("\"a\\u0000b\"", "\"a\\u0000c\""));
  CHECK(equal(json::value(std::uint64_t(5)), json::value(5)));
}

TEST_CASE("an integer is integral and fits 64 bits") {
  CHECK(is_integer(value("1")));
  CHECK(is_integer(value("1.0")));
  CHECK(is_integer(value("-0")));
  CHECK(is_integer(value("1e3")));
  CHECK(is_integer(value("-9223372036854775808")));
  CHECK(is_integer(json::value(std::uint64_t(7))));
  CHECK_FALSE(is_integer(value("9223372036854775808")));
  CHECK_FALSE(is_integer(value("9223372036854775808.0")));
  CHECK_FALSE(is_integer(value("1e300")));
  CHECK_FALSE(is_integer(value("1.5")));
  CHECK_FALSE(is_integer(value("\"1\"")));
  CHECK_FALSE(is_integer(value("null")));
  CHECK_FALSE(is_integer(json::value(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("pointers lead to values or nowhere") {
  json::value root = value(R"({"a":[10,{"b":20}],"":1,"x/y":2,"m~n":3,"~1":4,"0":5})");
  CHECK(find(root, "") == &root);
  CHECK(*find(root, "/a/0") == 10);
  CHECK(*find(root, "/a/1/b") == 20);
  CHECK(*find(root, "/") == 1);
  CHECK(*find(root, "/x~1y") == 2);
  CHECK(*find(root, "/m~0n") == 3);
  CHECK(*find(root, "/~01") == 4);
  CHECK(*find(root, "/0") == 5);
  for (char const* nowhere : {"a", "/b", "/a/2", "/a/-", "/a/01", "/a/+1", "/a/ 1", "/a/1e0", "/a/", "/a/0/x", "/m~n",
                              "/m~2n", "/~", "//", "/a/99999999999999999999999", "#/a"}) {
    CAPTURE(nowhere);
    CHECK(find(root, nowhere) == nullptr);
  }
  *find(root, "/a/0") = 11;
  CHECK(root.at("a").at(0) == 11);
  json::value const& constant = root;
  CHECK(*find(constant, "/a/0") == 11);
}

TEST_CASE("names are escaped for pointers") {
  CHECK(pointer_token("a/b") == "a~1b");
  CHECK(pointer_token("m~n/") == "m~0n~1");
  CHECK(pointer_token("~1") == "~01");
  CHECK(pointer_token("").empty());
  CHECK(*pointer_tokens("/a~1b//~0") == std::vector<std::string>{"a/b", "", "~"});
  CHECK(pointer_tokens("")->empty());
  CHECK_FALSE(pointer_tokens("a"));
  CHECK_FALSE(pointer_tokens("/~"));
  CHECK_FALSE(pointer_tokens("/~2"));
}
