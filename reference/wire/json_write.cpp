// The writer: one line, or several for people to read.
#include "reference/wire/json.hpp"
#include "reference/wire/json_number.hpp"

#include <charconv>
#include <cstring>

namespace assay::wire {
namespace {

/// How many characters from the start need no escape. Eight at a time: a byte below 0x20, a quote or a backslash sets
/// its high bit in `hit`; bits above the first one set may be false alarms, so the rest is looked at one by one.
std::size_t plain_length(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t high = 0x8080808080808080u;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t w;
    std::memcpy(&w, text.data() + i, 8);
    std::uint64_t const quote = w ^ (ones * '"');
    std::uint64_t const backslash = w ^ (ones * '\\');
    std::uint64_t const hit = ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
    if (hit & high) break;
  }
  for (; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == '"' || c == '\\') break;
  }
  return i;
}

void append_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  while (true) {
    std::size_t const plain = plain_length(text);
    out.append(text.data(), plain);
    if (plain == text.size()) break;
    auto const c = static_cast<unsigned char>(text[plain]);
    text.remove_prefix(plain + 1);
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  out += '"';
}

template <class Integer>
void append_integer(std::string& out, Integer value) {
  char buffer[24];
  auto const end = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, end.ptr);
}

void append_scalar(std::string& out, json::value const& value) {
  switch (value.kind()) {
  case json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
  case json::kind::int64: append_integer(out, value.get_int64()); break;
  case json::kind::uint64: append_integer(out, value.get_uint64()); break;
  case json::kind::double_: append_double(out, value.get_double()); break;
  case json::kind::string: append_string(out, value.get_string()); break;
  default: out += "null"; break;
  }
}

/// On one line. Stops, with false, as soon as `out` is longer than `limit` bytes: a long value costs no more than a
/// short one.
bool append_flat(std::string& out, json::value const& value, std::string_view comma, std::string_view colon,
                 std::size_t limit) {
  if (out.size() > limit) return false;
  bool first = true;
  auto const separate = [&] {
    if (!first) out += comma;
    first = false;
  };
  if (auto const* object = value.if_object()) {
    out += '{';
    for (auto const& member : *object) {
      separate();
      append_string(out, member.key());
      out += colon;
      if (!append_flat(out, member.value(), comma, colon, limit)) return false;
    }
    out += '}';
  } else if (auto const* array = value.if_array()) {
    out += '[';
    for (auto const& element : *array) {
      separate();
      if (!append_flat(out, element, comma, colon, limit)) return false;
    }
    out += ']';
  } else {
    append_scalar(out, value);
  }
  return out.size() <= limit;
}

constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

/// Characters, not bytes.
std::size_t columns(std::string_view text) {
  std::size_t n = 0;
  for (char const c : text)
    n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

struct pretty_writer {
  std::string out;
  std::size_t width;
  std::string flat;

  /// `used`: columns already taken on the line; `after`: what must fit behind the value.
  void write(json::value const& value, std::size_t indent, std::size_t used, std::size_t after) {
    bool const empty =
        value.is_structured() && (value.is_object() ? value.get_object().empty() : value.get_array().empty());
    if (!value.is_structured() || empty) {
      append_flat(out, value, ", ", ": ", no_limit);
      return;
    }
    std::size_t const room = width > used + after ? width - used - after : 0;
    flat.clear();
    // A character has up to four bytes.
    if (append_flat(flat, value, ", ", ": ", room > no_limit / 4 ? no_limit : room * 4) && columns(flat) <= room) {
      out += flat;
      return;
    }
    std::size_t const inner = indent + 2;
    char const close = value.is_object() ? '}' : ']';
    std::size_t left = value.is_object() ? value.get_object().size() : value.get_array().size();
    auto const begin_line = [&] {
      out += '\n';
      out.append(inner, ' ');
    };
    auto const end_item = [&] {
      if (--left != 0) out += ',';
    };
    if (auto const* object = value.if_object()) {
      out += '{';
      for (auto const& member : *object) {
        begin_line();
        std::size_t const start = out.size();
        append_string(out, member.key());
        out += ": ";
        std::size_t const key = columns(std::string_view(out).substr(start));
        write(member.value(), inner, inner + key, left > 1 ? 1 : 0);
        end_item();
      }
    } else {
      out += '[';
      for (auto const& element : value.get_array()) {
        begin_line();
        write(element, inner, inner, left > 1 ? 1 : 0);
        end_item();
      }
    }
    out += '\n';
    out.append(indent, ' ');
    out += close;
  }
};

} // namespace

std::string serialize(json::value const& value) {
  std::string out;
  out.reserve(256);
  append_flat(out, value, ",", ":", no_limit);
  return out;
}

std::string pretty(json::value const& value, std::size_t width) {
  pretty_writer writer{{}, width, {}};
  writer.write(value, 0, 0, 0);
  return std::move(writer.out);
}

} // namespace assay::wire
