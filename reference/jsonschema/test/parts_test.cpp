// The parts on their own: expressions, URIs, numbers, formats and the table of properties.
#include "cmake/catch.hpp"
#include "reference/jsonschema/node.hpp"
#include "reference/jsonschema/schema.hpp"

#include <cstdlib>
#include <new>

using namespace assay;
using namespace assay::jsonschema;

namespace {

match find(std::string_view expression, std::string_view text) {
  auto const compiled = pattern::compile(expression);
  if (!compiled) FAIL(to_string(compiled.error()));
  return (*compiled)->find(text);
}

bool found(std::string_view expression, std::string_view text) {
  return find(expression, text) == match::yes;
}

bool refused(std::string_view expression) {
  auto const compiled = pattern::compile(expression);
  if (compiled.has_value()) return false;
  CHECK(compiled.error().where == expression);
  return true;
}

std::string resolved(std::string_view base, std::string_view reference) {
  auto const result = resolve(base, reference);
  return result ? result->uri + (result->fragment.empty() ? "" : "#" + result->fragment) : to_string(result.error());
}

bool form(std::string_view name, std::string_view text) {
  auto const check = find_format(name);
  REQUIRE(check != nullptr);
  return check(text);
}

} // namespace

TEST_CASE("expressions mean what ECMA-262 says") {
  CHECK(found("a", "cat"));
  CHECK_FALSE(found("^a", "cat"));
  CHECK_FALSE(found("^a$", "a\n"));
  CHECK(found("^.$", "\xF0\x9F\x90\xB2"));
  CHECK_FALSE(found("^.$", "\xE2\x80\xA8")); // U+2028 ends a line
  CHECK(found(R"(^\u{1F432}$)", "\xF0\x9F\x90\xB2"));
  CHECK(found(R"(^\uD83D\uDC32$)", "\xF0\x9F\x90\xB2"));
  CHECK(found(R"(^[\uD83D\uDC32]$)", "\xF0\x9F\x90\xB2"));
  CHECK(found(R"(^\x41\0$)", std::string_view("A\0", 2)));
  CHECK(found(R"(^\/\-\.$)", "/-."));
  CHECK(found(R"(^[[:alpha:]]$)", ":]"));
  CHECK(found(R"(^[\w-.]+$)", "a-.b"));
  CHECK(found(R"(^[+-\d]+$)", "+-5"));
  CHECK(found(R"(^[\s-a]+$)", "a- "));
  CHECK(found(R"(^[\S]$)", "x"));
  CHECK_FALSE(found(R"(^[\S]$)", "\xC2\xA0"));
  CHECK(found(R"(^[^]$)", "\n"));
  CHECK_FALSE(found("[]", "a"));
  CHECK(found(R"(^(?:a|(b))\1c$)", "ac")); // a group that took no part matches nothing
  CHECK(found(R"(^(?<x>a)\k<x>$)", "aa"));
  CHECK(found("(?<=a)b(?=c)(?!d)", "abc"));
  CHECK(found("^a{2}b{1,}c{0,1}?$", "aab"));
  CHECK(found("^a{,2}$", "a{,2}"));
  CHECK(found("^{}]$", "{}]"));
  CHECK(found(R"(^\p{Lu}\p{Script=Greek}\P{L}$)", "A\xCE\xB1"
                                                  "1"));
  CHECK(found(R"(^[\p{Uppercase_Letter}\d]+$)", "A1"));
  CHECK(find("^(a+)+$", std::string(50, 'a') + "!") == match::gave_up);
}

TEST_CASE("what PCRE2 would take otherwise is refused") {
  for (std::string_view const expression : {R"(\a)",
                                            R"(\A)",
                                            R"(\Z)",
                                            R"(\Qa\E)",
                                            R"(\h)",
                                            R"(\K)",
                                            "a++",
                                            "a**",
                                            "(?i)a",
                                            "(?>a)",
                                            "(*UTF)a",
                                            "(?#x)a",
                                            "(",
                                            ")",
                                            "[a",
                                            "[b-a]",
                                            "*a",
                                            R"(\)",
                                            R"(\u12)",
                                            R"(\u{110000})",
                                            R"(\uD800)",
                                            R"(\p{No=Where})",
                                            R"(\p{Nonsense})",
                                            R"(\c1)",
                                            R"(\x1)",
                                            R"(\01)",
                                            "(?<=a*)b",
                                            "(?<>a)",
                                            R"(\k<x>)"}) {
    INFO(expression);
    CHECK(refused(expression));
  }
  CHECK(pattern::compile(std::string(100'000, 'a')).has_error());
  CHECK(pattern::compile(std::string(10'000, '(')).has_error());
}

TEST_CASE("references are resolved as RFC 3986 says") {
  CHECK(resolved("http://a/b/c.json", "d.json") == "http://a/b/d.json");
  CHECK(resolved("http://a/b/c.json", "../d.json#/x%25y") == "http://a/d.json#/x%y");
  CHECK(resolved("http://a/b/c.json", "#x") == "http://a/b/c.json#x");
  CHECK(resolved("http://a/b/c.json", "../../../d.json") == "http://a/d.json");
  CHECK(resolved("urn:uuid:1", "#/x") == "urn:uuid:1#/x");
  CHECK(resolved("http://a/b", "urn:x:y") == "urn:x:y");
  CHECK(resolved(local_base, "server/tools.json") == "assay:///server/tools.json");
  CHECK(resolved("assay:///server/utilities/p.json", "../../basic/index.json#/$defs/X") ==
        "assay:///basic/index.json#/$defs/X");
  CHECK(resolved("assay:///a/b.json", "./c.json") == "assay:///a/c.json");
  CHECK(resolved("assay:///a/b.json", "x/../c.json") == "assay:///a/c.json");
  CHECK(resolved("assay:///a/b.json", "../../c.json") == "assay:///c.json");
  CHECK(resolved("assay:///a/b.json", "/c.json") == "assay:///c.json");
  CHECK(resolved("assay:///a/b.json", "c%20d.json#%41") == "assay:///a/c%20d.json#A");
  CHECK(displayed("assay:///server/tools.json") == "server/tools.json");
  CHECK(resolve("http://a/", "http://[").has_error());
  CHECK(resolve("http://a/", "a b").has_error());
  CHECK(resolve("http://a/", "#a b").has_error());
}

TEST_CASE("numbers compare exactly across their types") {
  json::value const big = std::uint64_t{18446744073709551615u};
  CHECK(compare(big, 18446744073709551616.0) < 0);
  CHECK(compare(18446744073709551616.0, big) > 0);
  CHECK(compare(-1, big) < 0);
  CHECK(compare(big, -1) > 0);
  CHECK(compare(1, 1.5) < 0);
  CHECK(compare(-1, -1.5) > 0);
  CHECK(compare(std::int64_t{9007199254740993}, 9007199254740992.0) > 0);
  CHECK(compare(1, -1e300) > 0);
  CHECK(same(1, 1.0));
  CHECK(hash_of(1) == hash_of(1.0));
  CHECK(hash_of(0.0) == hash_of(-0.0));
  CHECK(multiple_of(1e308, 0.5));
  CHECK(multiple_of(0, 7));
  CHECK(multiple_of(-4.5, 1.5));
  CHECK(multiple_of(std::numeric_limits<std::int64_t>::min(), 2));
  CHECK_FALSE(multiple_of(1, 1e300));
  CHECK_FALSE(multiple_of(1, 3));
  CHECK_FALSE(multiple_of(1e-300, 1));
}

TEST_CASE("a table of properties finds each and nothing else") {
  for (std::size_t const size : {0u, 1u, 2u, 5u, 40u, 500u}) {
    std::vector<std::string> names;
    std::vector<property> entries;
    for (std::size_t i = 0; i != size; ++i)
      names.push_back(i == 0 ? "" : "p" + std::to_string(i));
    for (auto const& name : names)
      entries.push_back({name, nullptr, true, false});
    property_table table;
    table.assign(entries);
    for (auto const& name : names) {
      REQUIRE(table.find(name) != nullptr);
      CHECK(table.find(name)->name == name);
    }
    CHECK(table.find("other") == nullptr);
  }
}

TEST_CASE("names that differ where a table does not look at first are told apart") {
  std::vector<std::string> const names{"",
                                       std::string("\0", 1),
                                       std::string("\0\0", 2),
                                       "aXb",
                                       "aYb",
                                       "abcdefghijklmnop",
                                       "abcdefgh-ijklmnop",
                                       "abcdefgh+ijklmnop",
                                       "abcdefgh ijklmnop"};
  std::vector<property> entries;
  for (auto const& name : names)
    entries.push_back({name, nullptr, true, false});
  for (auto const without_similar : {true, false}) {
    auto some = entries;
    if (without_similar) some.resize(7);
    property_table table;
    table.assign(some);
    CHECK(table.apart() == without_similar);
    for (std::size_t i = 0; i != names.size(); ++i) {
      auto const* found = table.find(names[i]);
      REQUIRE((found != nullptr) == (i < some.size()));
      if (found != nullptr) CHECK(found->name == names[i]);
    }
    for (auto const* other : {"aZb", "abc", "abcd", "abcdefgh", "abcdefgh*ijklmnop", "abcdefghijklmnoq"})
      CHECK(table.find(other) == nullptr);
  }
  property_table empty;
  CHECK(empty.find("") == nullptr);
  CHECK(empty.find("a") == nullptr);
  CHECK(known_text("abcdefgh-ijklmnop").is("abcdefgh-ijklmnop", 17));
  CHECK_FALSE(known_text("abcdefgh-ijklmnop").is("abcdefgh+ijklmnop", 17));
}

TEST_CASE("formats") {
  CHECK(form("byte", "YQ=="));
  CHECK(form("byte", ""));
  CHECK_FALSE(form("byte", "YQ"));
  CHECK_FALSE(form("byte", "Y-=="));
  CHECK_FALSE(form("byte", "===="));
  CHECK(form("date", "2024-02-29"));
  CHECK_FALSE(form("date", "2023-02-29"));
  CHECK(form("date-time", "1998-12-31T15:59:60.123-08:00"));
  CHECK_FALSE(form("date-time", "1998-12-31T22:59:60Z"));
  CHECK(form("uri", "https://a.b:8080/c?d#e"));
  CHECK_FALSE(form("uri", "//a.b"));
  CHECK_FALSE(form("uri", "http://a:b"));
  for (auto const* good :
       {"a:", "file:///x/y.txt", "http://a.b-c_d~e:80/?q=1#f", "urn:isbn:0-395-36341-1", "a+b-c.1:x@y", "http://a:/b",
        "x:#", "http://", "a:b:c//d", "http://u@a/%20", "http://[::1]:8/"})
    CHECK(form("uri", good));
  for (auto const* bad : {"", ":", "1a:b", "a", "a b:c", "a:b c", "http://a:8x/", "a:#b#c", "a:%2", "a:\"",
                          "http://a[b", "http://a<b>", "a:\xc3\xa9", "http://a@b@c"})
    CHECK_FALSE(form("uri", bad));
  CHECK_FALSE(form("byte", "YQ==YQ=="));
  CHECK_FALSE(form("byte", "YQ\x80="));
  CHECK(form("uri-template", "file:///{+path}{?a,b*,c:3}"));
  CHECK_FALSE(form("uri-template", "{a"));
  CHECK(find_format("unheard-of") == nullptr);
}
