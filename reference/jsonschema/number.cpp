#include "reference/jsonschema/number.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace assay::jsonschema {

namespace json = boost::json;

namespace {

__extension__ typedef unsigned __int128 wide;

constexpr double two_63 = 9223372036854775808.0;
constexpr double two_64 = 18446744073709551616.0;

int order(auto left, auto right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

// An integer against a double, without rounding the integer.
int compare_int(std::int64_t left, double right) {
  if (right >= two_63) return -1;
  if (right < -two_63) return 1;
  auto const whole = std::floor(right);
  auto const by_whole = order(left, static_cast<std::int64_t>(whole));
  return by_whole != 0 ? by_whole : (right > whole ? -1 : 0);
}

int compare_uint(std::uint64_t left, double right) {
  if (right >= two_64) return -1;
  if (right < 0) return 1;
  auto const whole = std::floor(right);
  auto const by_whole = order(left, static_cast<std::uint64_t>(whole));
  return by_whole != 0 ? by_whole : (right > whole ? -1 : 0);
}

// digits * 10^exponent, digits without trailing zeros; the sign is of no interest here.
struct decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

decimal to_decimal(json::value const& number) {
  decimal result;
  if (number.is_uint64()) {
    result.digits = number.get_uint64();
  } else if (number.is_int64()) {
    auto const value = number.get_int64();
    result.digits = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  } else {
    // The shortest text of a double is what its author wrote, up to 17 digits: "7.5e-03".
    char text[40];
    auto const end =
        std::to_chars(text, text + sizeof text, std::fabs(number.get_double()), std::chars_format::scientific).ptr;
    auto const* at = text;
    for (; at != end && *at != 'e'; ++at) {
      if (*at == '.') continue;
      result.digits = result.digits * 10 + static_cast<std::uint64_t>(*at - '0');
      if (at != text) --result.exponent;
    }
    if (at != end) {
      ++at;
      if (at != end && *at == '+') ++at;
      int written = 0;
      std::from_chars(at, end, written);
      result.exponent += written;
    }
  }
  while (result.digits != 0 && result.digits % 10 == 0) {
    result.digits /= 10;
    ++result.exponent;
  }
  return result;
}

std::size_t mix(std::size_t seed, std::size_t next) {
  return (seed ^ next) * 0x9E3779B97F4A7C15ull + (seed >> 29);
}

std::size_t hash_value(json::value const& value, int depth) {
  switch (value.kind()) {
  case json::kind::null: return 11;
  case json::kind::bool_: return value.get_bool() ? 13 : 17;
  case json::kind::int64: return std::hash<double>{}(static_cast<double>(value.get_int64()));
  case json::kind::uint64: return std::hash<double>{}(static_cast<double>(value.get_uint64()));
  case json::kind::double_: return std::hash<double>{}(value.get_double() == 0 ? 0.0 : value.get_double());
  case json::kind::string: return std::hash<std::string_view>{}(std::string_view(value.get_string()));
  case json::kind::array: {
    std::size_t result = 19 + value.get_array().size();
    if (depth > 0)
      for (auto const& item : value.get_array())
        result = mix(result, hash_value(item, depth - 1));
    return result;
  }
  case json::kind::object: {
    std::size_t result = 23 + value.get_object().size();
    if (depth > 0)
      for (auto const& member : value.get_object()) // a sum: the order of members does not matter
        result += mix(std::hash<std::string_view>{}(member.key()), hash_value(member.value(), depth - 1));
    return result;
  }
  }
  return 0;
}

} // namespace

bool integral(json::value const& number) {
  if (number.is_double()) return std::floor(number.get_double()) == number.get_double();
  return number.is_number();
}

int compare(json::value const& left, json::value const& right) {
  if (left.is_double()) {
    if (right.is_double()) return order(left.get_double(), right.get_double());
    return -compare(right, left);
  }
  if (left.is_int64()) {
    if (right.is_int64()) return order(left.get_int64(), right.get_int64());
    if (right.is_double()) return compare_int(left.get_int64(), right.get_double());
    return left.get_int64() < 0 ? -1 : order(static_cast<std::uint64_t>(left.get_int64()), right.get_uint64());
  }
  if (right.is_uint64()) return order(left.get_uint64(), right.get_uint64());
  if (right.is_double()) return compare_uint(left.get_uint64(), right.get_double());
  return right.get_int64() < 0 ? 1 : order(left.get_uint64(), static_cast<std::uint64_t>(right.get_int64()));
}

bool multiple_of(json::value const& number, json::value const& divisor) {
  if (number.is_double() && !std::isfinite(number.get_double())) return false;
  auto const dividend = to_decimal(number);
  auto const by = to_decimal(divisor);
  if (dividend.digits == 0) return true;
  if (by.digits == 0) return false;
  auto shift = dividend.exponent - by.exponent;
  if (shift >= 0) {
    // (digits * 10^shift) mod by.digits, by repeated squaring
    wide const modulus = by.digits;
    wide remainder = dividend.digits % modulus;
    wide power = 10 % modulus;
    for (; shift != 0; shift >>= 1) {
      if ((shift & 1) != 0) remainder = remainder * power % modulus;
      power = power * power % modulus;
    }
    return remainder == 0;
  }
  // The divisor has fewer decimals: it must be scaled up, and soon exceeds any 20 digits.
  wide scaled = by.digits;
  for (; shift != 0; ++shift) {
    scaled *= 10;
    if (scaled > dividend.digits) return false;
  }
  return dividend.digits % scaled == 0;
}

bool same(json::value const& left, json::value const& right) {
  if (left.is_number()) return right.is_number() && compare(left, right) == 0;
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
  case json::kind::string: return left.get_string() == right.get_string();
  case json::kind::bool_: return left.get_bool() == right.get_bool();
  case json::kind::array: {
    auto const& a = left.get_array();
    auto const& b = right.get_array();
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same);
  }
  case json::kind::object: {
    auto const& a = left.get_object();
    auto const& b = right.get_object();
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](auto const& member) {
             auto const* other = b.if_contains(member.key());
             return other != nullptr && same(member.value(), *other);
           });
  }
  default: return true;
  }
}

std::size_t hash_of(json::value const& value) {
  return hash_value(value, 64);
}

} // namespace assay::jsonschema
