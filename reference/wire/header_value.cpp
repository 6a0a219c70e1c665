#include "reference/wire/header_value.hpp"

#include <algorithm>
#include <array>

namespace assay::wire {
namespace {

constexpr std::string_view prefix = "=?base64?";
constexpr std::string_view suffix = "?=";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<signed char, 256> make_digits() {
  std::array<signed char, 256> digits{};
  for (auto& d : digits)
    d = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
  return digits;
}
constexpr std::array<signed char, 256> digit_of = make_digits();

/// Starts and ends like the sentinel form; its marks may overlap ("=?base64?=").
bool looks_encoded(std::string_view text) {
  return text.starts_with(prefix) && text.ends_with(suffix);
}

} // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t const n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= n ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int held = 0;
  for (char const c : text) {
    int const digit = digit_of[static_cast<unsigned char>(c)];
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xFF);
    }
  }
  if ((bits & ((1u << held) - 1)) != 0) return std::nullopt; // bits that stand for nothing must be zero
  return out;
}

bool is_plain_header_value(std::string_view text) {
  auto const visible = [](unsigned char c) { return c >= 0x21 && c <= 0x7E; };
  if (text.empty()) return true;
  if (!visible(static_cast<unsigned char>(text.front())) || !visible(static_cast<unsigned char>(text.back())))
    return false;
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) { return visible(c) || c == ' ' || c == '\t'; });
}

// [streamable-http.name-header-encoded] [streamable-http.sentinel-lookalikes-encoded]
std::string encode_header_value(std::string_view text) {
  if (is_plain_header_value(text) && text.find('\t') == std::string_view::npos && !looks_encoded(text))
    return std::string(text);
  std::string out(prefix);
  out += base64_encode(text);
  out += suffix;
  return out;
}

std::optional<std::string> decode_header_value(std::string_view value) {
  if (!looks_encoded(value) || value.size() < prefix.size() + suffix.size()) return std::string(value);
  value.remove_prefix(prefix.size());
  value.remove_suffix(suffix.size());
  auto text = base64_decode(value);
  if (!text || !is_utf8(*text)) return std::nullopt;
  return text;
}

bool is_utf8(std::string_view bytes) {
  std::size_t i = 0;
  auto const at = [&](std::size_t k) { return k < bytes.size() ? static_cast<unsigned char>(bytes[k]) : 0u; };
  auto const within = [](unsigned c, unsigned low, unsigned high) { return c >= low && c <= high; };
  while (i < bytes.size()) {
    unsigned const c = at(i);
    if (c < 0x80) {
      ++i;
      continue;
    }
    // The second byte's range depends on the first: no overlong forms, no surrogates, nothing above U+10FFFF.
    unsigned low = 0x80;
    unsigned high = 0xBF;
    std::size_t length = 0;
    if (within(c, 0xC2, 0xDF)) {
      length = 2;
    } else if (within(c, 0xE0, 0xEF)) {
      length = 3;
      if (c == 0xE0) low = 0xA0;
      if (c == 0xED) high = 0x9F;
    } else if (within(c, 0xF0, 0xF4)) {
      length = 4;
      if (c == 0xF0) low = 0x90;
      if (c == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (!within(at(i + 1), low, high)) return false;
    for (std::size_t k = 2; k < length; ++k) {
      if (!within(at(i + k), 0x80, 0xBF)) return false;
    }
    i += length;
  }
  return true;
}

} // namespace assay::wire
