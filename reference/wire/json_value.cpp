// Questions about JSON values that Boost.JSON answers differently: equality and integrality go by value, not by C++
// type.
#include "reference/wire/json.hpp"

#include <cmath>

namespace assay::wire {
namespace {

constexpr double two_63 = 9223372036854775808.0;
constexpr double two_64 = 18446744073709551616.0;

/// An integer and a double, compared without rounding the integer.
bool same(std::int64_t integer, double d) {
  return d >= -two_63 && d < two_63 && d == std::trunc(d) && static_cast<std::int64_t>(d) == integer;
}
bool same(std::uint64_t integer, double d) {
  return d >= 0 && d < two_64 && d == std::trunc(d) && static_cast<std::uint64_t>(d) == integer;
}

bool same_number(json::value const& left, json::value const& right) {
  if (right.is_double() && !left.is_double()) return same_number(right, left);
  if (left.is_double()) {
    double const d = left.get_double();
    if (right.is_double()) return d == right.get_double();
    return right.is_int64() ? same(right.get_int64(), d) : same(right.get_uint64(), d);
  }
  if (left.is_int64() && right.is_int64()) return left.get_int64() == right.get_int64();
  if (left.is_uint64() && right.is_uint64()) return left.get_uint64() == right.get_uint64();
  std::int64_t const with_sign = left.is_int64() ? left.get_int64() : right.get_int64();
  std::uint64_t const without = left.is_int64() ? right.get_uint64() : left.get_uint64();
  return with_sign >= 0 && static_cast<std::uint64_t>(with_sign) == without;
}

bool same_array(json::array const& left, json::array const& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!equal(left[i], right[i])) return false;
  }
  return true;
}

bool same_object(json::object const& left, json::object const& right) {
  if (left.size() != right.size()) return false;
  for (auto const& member : left) {
    auto const* other = right.if_contains(member.key());
    if (!other || !equal(member.value(), *other)) return false;
  }
  return true;
}

} // namespace

bool equal(json::value const& left, json::value const& right) {
  if (left.is_number() && right.is_number()) return same_number(left, right);
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
  case json::kind::bool_: return left.get_bool() == right.get_bool();
  case json::kind::string: return left.get_string() == right.get_string();
  case json::kind::array: return same_array(left.get_array(), right.get_array());
  case json::kind::object: return same_object(left.get_object(), right.get_object());
  default: return true; // null
  }
}

bool is_integer(json::value const& value) {
  if (value.is_int64()) return true;
  if (value.is_uint64()) return value.get_uint64() <= static_cast<std::uint64_t>(INT64_MAX);
  if (!value.is_double()) return false;
  double const d = value.get_double();
  return d >= -two_63 && d < two_63 && d == std::trunc(d);
}

} // namespace assay::wire
