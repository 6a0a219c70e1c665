// Texts that are known beforehand, names above all, compared and hashed in a few instructions: by their ends, which is
// the whole of a short one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace assay::jsonschema {

/// The first and the last bytes of a text: texts of the same size, up to 16, are equal exactly when these are.
struct text_ends {
  std::uint64_t head = 0, tail = 0;

  text_ends() = default;
  text_ends(char const* text, std::size_t size) {
    if (size >= 8) {
      std::memcpy(&head, text, 8);
      std::memcpy(&tail, text + size - 8, 8);
    } else if (size >= 4) {
      std::uint32_t first = 0, last = 0;
      std::memcpy(&first, text, 4);
      std::memcpy(&last, text + size - 4, 4);
      head = first | std::uint64_t{last} << 32;
    } else if (size != 0) {
      auto const letter = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(text[i])}; };
      head = letter(0) | letter(size / 2) << 8 | letter(size - 1) << 16;
    }
  }
  bool operator==(text_ends const&) const = default;

  /// A number whose upper bits tell texts apart; the multiplier is odd.
  std::uint64_t mixed(std::size_t size, std::uint64_t multiplier = golden) const {
    return (head ^ size) * multiplier + tail * golden;
  }
  static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;
};

/// A text that others are compared with.
struct known_text {
  std::string_view text;
  text_ends ends;

  known_text() = default;
  known_text(std::string_view of) : text(of), ends(of.data(), of.size()) {}

  bool is(char const* other, std::size_t size) const { return is(other, size, {other, size}); }
  bool is(char const* other, std::size_t size, text_ends const& ends_of_other) const {
    return size == text.size() && ends_of_other == ends && (size <= 16 || std::memcmp(text.data(), other, size) == 0);
  }
};

} // namespace assay::jsonschema
