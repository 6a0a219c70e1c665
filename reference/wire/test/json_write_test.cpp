// The writer: one line and several.
#include "cmake/catch.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/test/show_result.hpp"

namespace wire = assay::wire;

namespace {
std::string again(std::string_view text) {
  return wire::serialize(wire::parse_value(text).value());
}
std::string laid_out(std::string_view text, std::size_t width) {
  return wire::pretty(wire::parse_value(text).value(), width);
}
} // namespace

TEST_CASE("one line, in the order of the members, as others write it") {
  CHECK(again(R"( { "b" : 1.0 , "a" : [ 22.5, -0, true, null, {} , [] ] } )") ==
        R"({"b":1,"a":[22.5,-0,true,null,{},[]]})");
  CHECK(again("18446744073709551615") == "18446744073709551615");
  CHECK(again("-9223372036854775808") == "-9223372036854775808");
  CHECK(again("1e400") == "1.7976931348623157e+308");
}

TEST_CASE("strings have no escape that they do not need") {
  CHECK(again(R"("\u0022\u005c\u002f\b\f\n\r\t\u0001\u001f\u007f\u00e9\ud83d\ude00")") ==
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\xC3\xA9\xF0\x9F\x98\x80\"");
  CHECK(again("{\"\\n\":\"a\\u0000b\"}") == "{\"\\n\":\"a\\u0000b\"}");
  CHECK(wire::serialize(wire::json::value(wire::json::string("\xFF raw"))) == "\"\xFF raw\"");
}

TEST_CASE("each byte at each place in a string survives") {
  for (int byte = 0; byte < 0x80; ++byte) {
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'a');
      text[place] = static_cast<char>(byte);
      std::string const written = wire::serialize(wire::json::value(wire::json::string(text)));
      auto const back = wire::parse_value(written);
      REQUIRE(back);
      REQUIRE(std::string_view(back->as_string()) == text);
      bool const escaped = byte < 0x20 || byte == '"' || byte == '\\';
      REQUIRE((written.find('\\') != std::string::npos) == escaped);
    }
  }
}

TEST_CASE("pretty keeps on one line what fits") {
  CHECK(laid_out("{}", 0) == "{}");
  CHECK(laid_out("[]", 0) == "[]");
  CHECK(laid_out("[1,2]", 80) == "[1, 2]");
  CHECK(laid_out("[1,2]", 6) == "[1, 2]");
  CHECK(laid_out("[1,2]", 5) == "[\n  1,\n  2\n]");
  CHECK(laid_out(R"({"name":"x","list":[1,2,3],"deep":{"a":{"b":1}}})", 25) ==
        "{\n  \"name\": \"x\",\n  \"list\": [1, 2, 3],\n  \"deep\": {\"a\": {\"b\": 1}}\n}");
  CHECK(laid_out(R"({"list":[1,2,3],"z":0})", 19) == "{\n  \"list\": [\n    1,\n    2,\n    3\n  ],\n  \"z\": 0\n}");
  // Columns are characters: each of these takes two bytes.
  CHECK(laid_out(R"(["éééé"])", 8) == R"(["éééé"])");
}

TEST_CASE("pretty says the same as one line") {
  std::string const text =
      R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"first","inputSchema":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}}}},{"name":"second","inputSchema":{"type":"object"}}]}})";
  auto const value = wire::parse_value(text).value();
  for (std::size_t width = 0; width < 240; width += 7) {
    std::string const lines = wire::pretty(value, width);
    auto const back = wire::parse_value(lines);
    REQUIRE(back);
    CHECK(wire::serialize(*back) == text);
  }
  CHECK(wire::pretty(value, static_cast<std::size_t>(-1)).find('\n') == std::string::npos);
}
