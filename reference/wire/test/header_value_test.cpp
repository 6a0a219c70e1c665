// Header values, Base64 and UTF-8.
#include "cmake/catch.hpp"
#include "reference/wire/header_value.hpp"

#include <random>

using namespace assay::wire;

TEST_CASE("Base64 both ways") {
  static constexpr std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                              {"f", "Zg=="},
                                                                              {"fo", "Zm8="},
                                                                              {"foo", "Zm9v"},
                                                                              {"foob", "Zm9vYg=="},
                                                                              {"fooba", "Zm9vYmE="},
                                                                              {"foobar", "Zm9vYmFy"}};
  for (auto const& [bytes, text] : vectors) {
    CHECK(base64_encode(bytes) == text);
    REQUIRE(base64_decode(text));
    CHECK(*base64_decode(text) == bytes);
  }
  std::mt19937 random(5);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes;
    for (auto n = random() % 50; n > 0; --n)
      bytes += static_cast<char>(random());
    REQUIRE(base64_decode(base64_encode(bytes)) == bytes);
  }
}

TEST_CASE("Base64 that is nearly right is refused") {
  for (char const* text : {"Z", "Zg", "Zg=", "Zm8", "Z===", "====", "=", "Zg==Zg==", "Zm9v=", "Zm9v====", "Zm9-",
                           "Zm9_", "Zm 9v", "Zm9v\n", "Zh==", "Zm9=", "Zg=A", "=Zg="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text));
  }
}

TEST_CASE("safe texts stay as they are") {
  for (char const* text : {"", "us-west1", "a b", "file:///a%20b?c=1#d", "~!@#$%^&*()", "=?base64?", "?=", "=?base64?x",
                           "x=?base64?eA==?=", "=?BASE64?eA==?=", "=?utf-8?B?eA==?="}) {
    CAPTURE(text);
    CHECK(encode_header_value(text) == text);
    CHECK(decode_header_value(text) == text);
  }
}

TEST_CASE("all other texts are encoded, and come back") {
  for (std::string_view text :
       {std::string_view(" a"), std::string_view("a "), std::string_view("\ta"), std::string_view("a\tb"),
        std::string_view("a\nb"), std::string_view("a\r\nX-Injected: 1"), std::string_view("\x7F"),
        std::string_view("a\0b", 3), std::string_view("\x1F"), std::string_view("\xC3\xA9"),
        std::string_view("\xF0\x9F\x98\x80"), std::string_view("=?base64?eA==?="),
        std::string_view("=?base64?"
                         "?="),
        std::string_view("=?base64?="), std::string_view(" ")}) {
    std::string const value = encode_header_value(text);
    CAPTURE(value);
    CHECK(value.starts_with("=?base64?"));
    CHECK(value.ends_with("?="));
    CHECK(is_plain_header_value(value));
    REQUIRE(decode_header_value(value));
    CHECK(*decode_header_value(value) == text);
  }
  CHECK(encode_header_value("\xC3\xA9t\xC3\xA9") == "=?base64?w6l0w6k=?=");
}

TEST_CASE("sentinel values that stand for nothing") {
  CHECK_FALSE(decode_header_value("=?base64?eA=?="));
  CHECK_FALSE(decode_header_value("=?base64?eA?="));
  CHECK_FALSE(decode_header_value("=?base64?e A==?="));
  CHECK_FALSE(decode_header_value("=?base64?!!!!?="));
  CHECK_FALSE(decode_header_value("=?base64?/w==?=")); // the byte FF
  CHECK_FALSE(decode_header_value("=?base64?7aCA?=")); // a surrogate
  CHECK(decode_header_value("=?base64?"
                            "?=") == "");
  CHECK(decode_header_value("=?base64?=") == "=?base64?="); // no room for both marks
}

TEST_CASE("plain header values") {
  CHECK(is_plain_header_value("a\tb c"));
  CHECK(is_plain_header_value(""));
  CHECK_FALSE(is_plain_header_value(" a"));
  CHECK_FALSE(is_plain_header_value("a\t"));
  CHECK_FALSE(is_plain_header_value("a\x80"));
  CHECK_FALSE(is_plain_header_value("a\x01z"));
  CHECK_FALSE(is_plain_header_value("\x7F"));
}

TEST_CASE("UTF-8 at its edges") {
  for (std::string_view good :
       {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    CHECK(is_utf8(good));
  CHECK(is_utf8(std::string_view("\0", 1)));
  for (std::string_view bad : {"\x80", "\xC0\xAF", "\xC1\x80", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE1\x80",
                               "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC3", "\xC3\xC3"})
    CHECK_FALSE(is_utf8(bad));
}
