#include "reference/wire/json_number.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace assay::wire {
namespace {

/// More significant digits than any double has in its exact decimal expansion.
constexpr std::size_t most_digits = 800;

/// A decimal number as 0.DIGITS times ten to a power, without zeros at either end of the digits.
struct decimal {
  std::string digits;
  bool more_digits = false; ///< there were more than most_digits
  long long exponent = 0;
};

decimal decompose(std::string_view text) {
  decimal out;
  long long before_point = 0;
  long long zeros = 0; // pending: they count only when another digit follows
  bool point = false;
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    char const c = text[at];
    if (c == '.') {
      point = true;
      continue;
    }
    bool const leading = out.digits.empty();
    if (c == '0' && leading) {
      if (point) --before_point;
      continue;
    }
    if (!point) ++before_point;
    if (c == '0') {
      ++zeros;
      continue;
    }
    if (out.digits.size() + static_cast<std::size_t>(zeros) >= most_digits) {
      out.more_digits = true;
      continue;
    }
    out.digits.append(static_cast<std::size_t>(zeros), '0');
    zeros = 0;
    out.digits += c;
  }
  long long exponent = 0;
  if (at < text.size()) {
    ++at;
    bool const negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    for (; at < text.size(); ++at) {
      // Saturates far beyond what the digits of any text that fits memory could make up for.
      if (exponent < 1'000'000'000'000'000) exponent = exponent * 10 + (text[at] - '0');
    }
    if (negative) exponent = -exponent;
  }
  out.exponent = before_point + exponent;
  return out;
}

/// Whether the value, printed with as many digits, shows the digits of the text again.
bool holds(double value, decimal const& said) {
  if (said.digits.empty()) return value == 0;
  if (said.more_digits || value == 0) return false;
  char buffer[most_digits + 16];
  auto const end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific,
                                 static_cast<int>(said.digits.size()) - 1);
  if (end.ec != std::errc()) return false;
  decimal const shown = decompose({buffer, static_cast<std::size_t>(end.ptr - buffer)});
  return shown.digits == said.digits && shown.exponent == said.exponent;
}

} // namespace

double_reading read_double(std::string_view text) {
  double_reading out;
  double value = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || std::isinf(value)) {
    bool const negative = text[0] == '-';
    decimal const said = decompose(text);
    double const magnitude = said.exponent > 0 && !said.digits.empty() ? std::numeric_limits<double>::max() : 0.0;
    out.value = negative ? -magnitude : magnitude;
    out.inexact = !said.digits.empty();
    return out;
  }
  out.value = value;
  if (text.find_first_of(".eE") == std::string_view::npos) {
    out.inexact = true; // an integer beyond 64 bits
    return out;
  }
  // Up to 15 digits survive in every normal double: the usual case ends here.
  if (text.size() <= 16 && std::fabs(value) >= std::numeric_limits<double>::min()) return out;
  char buffer[40];
  auto const shortest = std::to_chars(buffer, buffer + sizeof buffer, value);
  if (text == std::string_view(buffer, static_cast<std::size_t>(shortest.ptr - buffer))) return out;
  out.inexact = !holds(value, decompose(text));
  return out;
}

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (std::signbit(value)) out += '-';
  if (value == 0) {
    out += '0';
    return;
  }
  char buffer[40];
  auto const end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific);
  std::string_view const shortest(buffer, static_cast<std::size_t>(end.ptr - buffer));
  auto const e = shortest.find('e');
  char digits[20];
  int count = 0;
  for (char const c : shortest.substr(0, e)) {
    if (c != '.') digits[count++] = c;
  }
  int exponent = 0;
  auto const sign = shortest[e + 1];
  std::from_chars(shortest.data() + e + 2, shortest.data() + shortest.size(), exponent);
  if (sign == '-') exponent = -exponent;

  int const point = exponent + 1; // digits before the decimal point
  auto const all = static_cast<std::size_t>(count);
  if (point >= count && point <= 21) {
    out.append(digits, all);
    out.append(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    out.append(digits, static_cast<std::size_t>(point));
    out += '.';
    out.append(digits + point, static_cast<std::size_t>(count - point));
  } else if (point > -6 && point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-point), '0');
    out.append(digits, all);
  } else {
    out += digits[0];
    if (count > 1) {
      out += '.';
      out.append(digits + 1, all - 1);
    }
    out += 'e';
    out += exponent < 0 ? '-' : '+';
    out += std::to_string(exponent < 0 ? -exponent : exponent);
  }
}

} // namespace assay::wire
