// The parser: what it refuses, what it notes, what it is bounded by.
#include "cmake/catch.hpp"
#include "reference/wire/header_value.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/test/show_result.hpp"

#include <random>

using namespace assay::wire;
using names = std::vector<std::string>;

namespace {

std::string where(std::string_view text) {
  auto const parsed = parse(text);
  REQUIRE_FALSE(parsed);
  CHECK_FALSE(parsed.error().what.empty());
  return parsed.error().where;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string quoted(std::string_view bytes) {
  return "\"" + std::string(bytes) + "\"";
}

} // namespace

TEST_CASE("a text becomes a tree") {
  auto const parsed = parse(R"( {"a":[1,2.5,"x\u00e9",null,true,{}],"b":{"c":[]}} )");
  REQUIRE(parsed);
  CHECK(assay::wire::serialize(parsed->root) == R"({"a":[1,2.5,"xé",null,true,{}],"b":{"c":[]}})");
  CHECK(parsed->duplicate_names.empty());
  CHECK(parsed->inexact_numbers.empty());
  for (char const* text : {"null", "true", "false", "\"\"", "0", "[]", "{}", " \t\r\n[ ] \t\r\n"}) {
    CAPTURE(text);
    CHECK(parse(text));
  }
}

TEST_CASE("a problem says where") {
  CHECK(where("") == "byte 0");
  CHECK(where("   ") == "byte 3");
  CHECK(where("{\"a\":}") == "byte 5");
  CHECK(where("[1,2") == "byte 4");
  CHECK(where("{} x") == "byte 3");
  CHECK(where("{}{}") == "byte 2");
  CHECK(where("[1,]") == "byte 3");
  CHECK(where("{\"a\":1,}") == "byte 7");
  CHECK(where("\"a\nb\"") == "byte 2");
  CHECK(where("nul") == "byte 3");
  CHECK(where("[1] // c") == "byte 4");
  CHECK(where("\xEF\xBB\xBF{}") == "byte 0");
  CHECK(parse("\xEF\xBB\xBF{}").error().what.find("byte order mark") != std::string::npos);
  CHECK(parse("{}{}").error().what.find("follows") != std::string::npos);
}

TEST_CASE("repeated names are noted, the last member stays") {
  auto const parsed = parse(R"({"a":1,"b":{"x":1,"x":2,"x":3},"a":2,"c":[{"k":0},{"k":0,"k":1}]})");
  REQUIRE(parsed);
  CHECK(parsed->duplicate_names == names{"/b/x", "/a", "/c/1/k"});
  CHECK(parsed->root.at("a") == 2);
  CHECK(parsed->root.at("b").at("x") == 3);
  CHECK(parsed->root.as_object().size() == 3);
}

TEST_CASE("names are compared after unescaping, and escaped in pointers") {
  CHECK(parse(R"({"a":1,"\u0061":2})")->duplicate_names == names{"/a"});
  CHECK(parse(R"({"/~":1,"\/\u007e":2})")->duplicate_names == names{"/~1~0"});
  CHECK(parse(R"({"":1,"":2})")->duplicate_names == names{"/"});
  CHECK(parse("{\"\\u0000\":1,\"\\u0000\":2}")->duplicate_names == names{std::string("/\0", 2)});
  CHECK(parse(R"({"\u00e9":1,"é":2})")->duplicate_names == names{"/é"});
  CHECK(parse(R"({"a":1,"A":2})")->duplicate_names.empty());
}

TEST_CASE("members of a value that a later one displaces still count") {
  auto const parsed = parse(R"({"a":{"b":1,"b":2,"n":1e400},"a":3})");
  REQUIRE(parsed);
  CHECK(parsed->duplicate_names == names{"/a/b", "/a"});
  REQUIRE(parsed->inexact_numbers.size() == 1);
  CHECK(parsed->inexact_numbers[0].pointer == "/a/n");
}

TEST_CASE("large objects have their repeated names found too") {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i)
    text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  text += "\"k500\":-1}";
  auto const parsed = parse(text);
  REQUIRE(parsed);
  CHECK(parsed->duplicate_names == names{"/k500"});
  CHECK(parsed->root.at("k500") == -1);
  CHECK(parsed->root.as_object().size() == 1000);
}

TEST_CASE("inexact numbers are found where they are") {
  auto const parsed = parse(R"({"a":[0,[],{},"x",1e400,{"b/c":18446744073709551616}]})");
  REQUIRE(parsed);
  REQUIRE(parsed->inexact_numbers.size() == 2);
  CHECK(parsed->inexact_numbers[0].pointer == "/a/4");
  CHECK(parsed->inexact_numbers[1].pointer == "/a/5/b~1c");
  CHECK(parsed->inexact_numbers[1].text == "18446744073709551616");
}

TEST_CASE("nesting is bounded, never a crash") {
  CHECK(parse(nested(256)));
  CHECK_FALSE(parse(nested(257)));
  CHECK(parse(nested(257)).error().what.find("256") != std::string::npos);
  CHECK_FALSE(parse(nested(100'000)));
  CHECK_FALSE(parse(std::string(100'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  CHECK_FALSE(parse(objects));
  CHECK(parse(nested(3), {3}));
  CHECK_FALSE(parse(nested(4), {3}));
  CHECK_FALSE(parse(nested(100'000), {1'000'000}));
  CHECK(parse(nested(1000), {1'000'000}));
  CHECK(parse("1", {0}));
  CHECK_FALSE(parse("[]", {0}));
}

TEST_CASE("what the tree hides is noted within bounds") {
  std::string many = "[";
  for (int i = 0; i < 30'000; ++i)
    many += "1e400,";
  many += "0]";
  auto const counted = parse(many);
  REQUIRE(counted);
  CHECK(counted->inexact_numbers.size() == 10'000);

  std::string const name(200'000, 'n');
  std::string const far = "{\"" + name + "\":" + many + "}";
  auto const weighed = parse(far);
  REQUIRE(weighed);
  CHECK(weighed->inexact_numbers.size() >= 1);
  CHECK(weighed->inexact_numbers.size() < 10);
}

TEST_CASE("only well-formed UTF-8 is JSON") {
  for (std::string_view bytes : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE0\x9F\xBF",
                                 "\xED\xA0\x80", "\xED\xBF\xBF", "\xE2\x82", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
                                 "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xF0\x9F\x98"}) {
    CAPTURE(bytes.size());
    CHECK_FALSE(parse(quoted(bytes)));
    CHECK_FALSE(parse(quoted("some text before the bytes " + std::string(bytes) + " and some behind them")));
    CHECK_FALSE(parse("{" + quoted(bytes) + ":1}"));
  }
  for (std::string_view bytes : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
                                 "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F"}) {
    auto const parsed = parse(quoted(bytes));
    REQUIRE(parsed);
    CHECK(parsed->root.as_string() == bytes);
  }
}

TEST_CASE("the parser and is_utf8 agree on random bytes") {
  std::mt19937 random(7);
  static constexpr unsigned char likely[] = {0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED,
                                             0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xEF, 0xC3};
  int well_formed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (auto n = random() % 24; n > 0; --n)
      bytes += static_cast<char>(likely[random() % sizeof likely]);
    bool const good = is_utf8(bytes);
    well_formed += good;
    REQUIRE(bool(parse(quoted(bytes))) == good);
  }
  CHECK(well_formed > 500);
}

TEST_CASE("surrogates come in pairs") {
  for (char const* text :
       {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\n")", R"("\ud800\ud800")", R"("\udc00\ud800")",
        R"({"\ud83d":1})", R"("\ud83d\u0041")", R"("\u12g4")", R"("\u12")", R"("\x41")"}) {
    CAPTURE(text);
    CHECK_FALSE(parse(text));
  }
  CHECK(parse(R"("\ud83d\ude00")")->root.as_string() == "\xF0\x9F\x98\x80");
  CHECK(parse("\"\\u0000\"")->root.as_string().size() == 1);
}

TEST_CASE("every prefix of a text is refused, without reading beyond it") {
  std::string const text = R"({"a\u0041":[1.5e3,-0,"\ud83d\ude00é",true,false,null,{"b":18446744073709551616}]})";
  REQUIRE(parse(text));
  for (std::size_t n = 0; n < text.size(); ++n) {
    std::vector<char> const exact(text.begin(), text.begin() + static_cast<long>(n));
    CAPTURE(n);
    CHECK_FALSE(parse({exact.data(), exact.size()}));
  }
}

TEST_CASE("random damage never breaks the parser") {
  std::string const text =
      R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"x","n":1e5,"inputSchema":{"type":"object"}}]}})";
  std::mt19937 random(11);
  parser reused;
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = text;
    for (auto n = random() % 4 + 1; n > 0; --n)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    auto const once = parse(damaged);
    auto const again = reused.parse(damaged);
    REQUIRE(bool(once) == bool(again));
    if (once) {
      REQUIRE(equal(once->root, (*again)->root));
      REQUIRE(once->duplicate_names == (*again)->duplicate_names);
      auto const back = parse(assay::wire::serialize(once->root));
      REQUIRE(back);
      REQUIRE(equal(back->root, once->root));
    } else {
      REQUIRE(once.error().where == again.error().where);
    }
  }
}

TEST_CASE("a reused parser starts afresh each time") {
  parser reused;
  auto first = reused.parse(R"({"a":1,"a":1e400})");
  REQUIRE(first);
  CHECK((*first)->duplicate_names == names{"/a"});
  CHECK((*first)->inexact_numbers.size() == 1);
  json::value const kept((*first)->root, json::storage_ptr());
  CHECK_FALSE(reused.parse(R"({"a":[1,2,"three)"));
  auto const second = reused.parse(R"({"b":[")" + std::string(300'000, 'x') + R"("]})");
  REQUIRE(second);
  CHECK((*second)->duplicate_names.empty());
  CHECK((*second)->inexact_numbers.empty());
  CHECK((*second)->root.at("b").at(0).as_string().size() == 300'000);
  json::value const copied((*second)->root, json::storage_ptr());
  REQUIRE(reused.parse("[]"));
  CHECK(copied.at("b").at(0).as_string().size() == 300'000);
  CHECK(kept.at("a").is_double());
  CHECK_FALSE(parser(parse_limits{2}).parse("[[[]]]"));
  parser moved = std::move(reused);
  CHECK(moved.parse("{}"));
}

TEST_CASE("parse_value gives the tree alone") {
  CHECK(parse_value("[1]")->as_array().size() == 1);
  CHECK_FALSE(parse_value("["));
}
