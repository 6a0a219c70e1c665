// Number texts to doubles and back.
#include "cmake/catch.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/json_number.hpp"
#include "reference/wire/test/show_result.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace assay::wire;

namespace {

/// What the parser makes of one number: its value and whether it was noted.
struct seen {
  json::value value;
  bool noted = false;
};

seen number(std::string const& text) {
  auto const parsed = parse(text);
  REQUIRE(parsed);
  if (!parsed->inexact_numbers.empty()) {
    CHECK(parsed->inexact_numbers.size() == 1);
    CHECK(parsed->inexact_numbers[0].text == text);
    CHECK(parsed->inexact_numbers[0].pointer.empty());
  }
  return {parsed->root, !parsed->inexact_numbers.empty()};
}

std::string shown(double value) {
  std::string out;
  append_double(out, value);
  return out;
}

constexpr double largest = std::numeric_limits<double>::max();

} // namespace

TEST_CASE("integers keep their value up to 64 bits") {
  CHECK(number("0").value.as_int64() == 0);
  CHECK(number("9007199254740993").value.as_int64() == 9007199254740993);
  CHECK(number("-9223372036854775808").value.as_int64() == INT64_MIN);
  CHECK(number("9223372036854775808").value.as_uint64() == 9223372036854775808u);
  CHECK(number("18446744073709551615").value.as_uint64() == UINT64_MAX);
  CHECK_FALSE(number("18446744073709551615").noted);
}

TEST_CASE("integers beyond 64 bits become the nearest double and are noted") {
  auto const two_64 = number("18446744073709551616");
  CHECK(two_64.value.as_double() == 18446744073709551616.0);
  CHECK(two_64.noted);
  auto const below = number("-9223372036854775809");
  CHECK(below.value.as_double() == -9223372036854775808.0);
  CHECK(below.noted);
  auto const forty = number("1234567890123456789012345678901234567890");
  CHECK(forty.value.as_double() == 1.2345678901234568e39);
  CHECK(forty.noted);
}

TEST_CASE("what no double reaches becomes the largest or zero and is noted") {
  CHECK(number("1e400").value.as_double() == largest);
  CHECK(number("1e400").noted);
  CHECK(number("-1e400").value.as_double() == -largest);
  CHECK(number("1e-400").value.as_double() == 0.0);
  CHECK(number("1e-400").noted);
  CHECK(number("-1e-400").noted);
  CHECK(std::signbit(number("-1e-400").value.as_double()));
  CHECK(number(std::string(400, '9')).value.as_double() == largest);
}

TEST_CASE("exponents of any length are numbers, as the grammar has it") {
  CHECK(number("1e99999999999999999999").value.as_double() == largest);
  CHECK(number("-1E+99999999999999999999").value.as_double() == -largest);
  CHECK(number("1e-99999999999999999999").value.as_double() == 0.0);
  CHECK(number("0e99999999999999999999").value.as_double() == 0.0);
  CHECK_FALSE(number("0e99999999999999999999").noted);
  CHECK(number("1e1000000000000").value.as_double() == largest);
  CHECK(number("1e00000000000000000002").value.as_double() == 100.0);
  CHECK_FALSE(number("1e00000000000000000002").noted);
  auto const mixed = parse(R"({"e1234567":"\"e99999999999","n":[1e99999999999]})");
  REQUIRE(mixed);
  CHECK(mixed->root.at("e1234567").as_string() == "\"e99999999999");
  REQUIRE(mixed->inexact_numbers.size() == 1);
  CHECK(mixed->inexact_numbers[0].pointer == "/n/0");
  CHECK(mixed->inexact_numbers[0].text == "1e99999999999");
  std::string const zeros = "0." + std::string(100'000, '0') + "1e100001";
  CHECK(number(zeros).value.as_double() == 1.0);
  CHECK_FALSE(number(zeros).noted);
}

TEST_CASE("digits that a double does not hold are noted") {
  CHECK_FALSE(number("0.1").noted);
  CHECK_FALSE(number("0.10000000000000001").noted); // 17 digits, as printf writes it
  CHECK_FALSE(number("0.1000000000000000055511151231257827").noted);
  CHECK_FALSE(number("0.10000000000000000000000000").noted);
  CHECK_FALSE(number("5e-324").noted);
  CHECK_FALSE(number("4.9406564584124654e-324").noted);
  CHECK(number("1.23456789e-322").noted);
  CHECK(number("9007199254740993.0").noted);
  CHECK(number("0.12345678901234567890123").noted);
  CHECK(number("1." + std::string(2000, '3')).noted);
  CHECK_FALSE(number("0.0").noted);
  CHECK_FALSE(number("0e5").noted);
}

TEST_CASE("1.0 and -0 are doubles") {
  CHECK(number("1.0").value.is_double());
  CHECK(number("1e2").value.as_double() == 100.0);
  CHECK(number("-0").value.is_double());
  CHECK(std::signbit(number("-0").value.as_double()));
  CHECK_FALSE(number("-0").noted);
  CHECK(std::signbit(number("-0.0").value.as_double()));
  // Long enough behind it for the parser's fast path.
  auto const array = parse("[-0,                                                      1]");
  REQUIRE(array);
  CHECK(array->root.at(0).is_double());
}

TEST_CASE("texts that are no JSON numbers are refused") {
  for (char const* text : {"01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "1_000",
                           "--1", "00", "1.e5", "-01"}) {
    CAPTURE(text);
    CHECK_FALSE(parse(text));
    CHECK_FALSE(parse("[" + std::string(text) + "                                               ]"));
  }
}

TEST_CASE("numbers are printed as JavaScript prints them") {
  CHECK(shown(22.5) == "22.5");
  CHECK(shown(0.1) == "0.1");
  CHECK(shown(1.0) == "1");
  CHECK(shown(-1.0) == "-1");
  CHECK(shown(100.0) == "100");
  CHECK(shown(123456789012345680000.0) == "123456789012345680000");
  CHECK(shown(1e21) == "1e+21");
  CHECK(shown(1.5e300) == "1.5e+300");
  CHECK(shown(0.000001) == "0.000001");
  CHECK(shown(1e-7) == "1e-7");
  CHECK(shown(-1.25e-9) == "-1.25e-9");
  CHECK(shown(5e-324) == "5e-324");
  CHECK(shown(largest) == "1.7976931348623157e+308");
  CHECK(shown(0.0) == "0");
  CHECK(shown(-0.0) == "-0");
  CHECK(shown(std::numeric_limits<double>::infinity()) == "null");
  CHECK(shown(std::nan("")) == "null");
}

TEST_CASE("random doubles survive writing and parsing") {
  std::mt19937_64 random(20240607);
  int full_range = 0;
  for (int i = 0; i < 10'000; ++i) {
    double value = 0;
    if (i % 2 == 0) {
      std::uint64_t const bits = random();
      std::memcpy(&value, &bits, sizeof value);
      if (!std::isfinite(value)) continue;
      ++full_range;
    } else {
      value = std::uniform_real_distribution<double>(-1000, 1000)(random);
    }
    std::string const text = shown(value);
    auto const back = parse(text);
    REQUIRE(back);
    CAPTURE(text);
    REQUIRE(back->root.to_number<double>() == value);
    // The same with 17 digits, as many C programs print it.
    char digits[40];
    auto const end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific, 16);
    auto const again = parse(std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)));
    REQUIRE(again);
    REQUIRE(again->root.as_double() == value);
    REQUIRE(again->inexact_numbers.empty());
  }
  CHECK(full_range > 4000);
}
