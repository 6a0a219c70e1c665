#include "reference/jsonschema/format.hpp"

#include "reference/jsonschema/uri.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace assay::jsonschema {

namespace {

constexpr bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool hex_digit(char c) {
  return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool alphanumeric(char c) {
  return digit(c) || alpha(c);
}

// Two digits at a place, or -1.
int two(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !digit(text[at]) || !digit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

bool within(int value, int low, int high) {
  return value >= low && value <= high;
}

// RFC 4648 section 4, with padding; what "byte" means where OpenAPI and MCP say it.
bool byte(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  auto const padding = text.ends_with("==") ? 2u : (text.ends_with('=') ? 1u : 0u);
  text.remove_suffix(padding);
  static constexpr auto wrong = [] {
    std::array<std::uint8_t, 256> out{};
    for (std::size_t c = 0; c != out.size(); ++c)
      out[c] = alphanumeric(static_cast<char>(c)) || c == '+' || c == '/' ? 0 : 1;
    return out;
  }();
  std::uint8_t any = 0; // long texts mostly, and good ones: no branch for each letter
  for (auto const c : text)
    any |= wrong[static_cast<unsigned char>(c)];
  return any == 0;
}

// RFC 3339 section 5.6.
bool date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  auto const century = two(text, 0);
  auto const in_century = two(text, 2);
  auto const month = two(text, 5);
  auto const day = two(text, 8);
  if (century < 0 || in_century < 0 || !within(month, 1, 12)) return false;
  auto const year = century * 100 + in_century;
  auto const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return within(day, 1, month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)]);
}

bool time(std::string_view text) {
  if (text.size() < 9 || text[2] != ':' || text[5] != ':') return false;
  auto const hour = two(text, 0);
  auto const minute = two(text, 3);
  auto const second = two(text, 6);
  if (!within(hour, 0, 23) || !within(minute, 0, 59) || !within(second, 0, 60)) return false;
  std::size_t at = 8;
  if (text[at] == '.') {
    auto const start = ++at;
    while (at < text.size() && digit(text[at]))
      ++at;
    if (at == start) return false;
  }
  if (at == text.size()) return false;
  auto offset = 0;
  if (text[at] == 'Z' || text[at] == 'z') {
    if (at + 1 != text.size()) return false;
  } else {
    if ((text[at] != '+' && text[at] != '-') || text.size() != at + 6 || text[at + 3] != ':') return false;
    auto const hours = two(text, at + 1);
    auto const minutes = two(text, at + 4);
    if (!within(hours, 0, 23) || !within(minutes, 0, 59)) return false;
    offset = (hours * 60 + minutes) * (text[at] == '+' ? -1 : 1);
  }
  // A leap second comes at the end of a day in UTC only.
  return second != 60 || (hour * 60 + minute + offset + 2 * 1440) % 1440 == 1439;
}

bool date_time(std::string_view text) {
  return text.size() > 11 && (text[10] == 'T' || text[10] == 't') && date(text.substr(0, 10)) && time(text.substr(11));
}

bool ipv4(std::string_view text) {
  for (auto part = 0; part != 4; ++part) {
    auto value = 0;
    std::size_t length = 0;
    while (length < text.size() && length < 4 && digit(text[length]))
      value = value * 10 + (text[length++] - '0');
    if (length == 0 || length > 3 || value > 255 || (length > 1 && text[0] == '0')) return false;
    text.remove_prefix(length);
    if (part != 3) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

// RFC 4291 section 2.2.
bool ipv6(std::string_view text) {
  auto groups = 0;
  auto gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
  } else if (text.starts_with(':')) {
    return false;
  }
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && hex_digit(text[length]))
      ++length;
    if (length < text.size() && text[length] == '.') {
      if (!ipv4(text)) return false;
      groups += 2;
      text = {};
      break;
    }
    if (length == 0 || length > 4) return false;
    ++groups;
    text.remove_prefix(length);
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (gap) return false;
      gap = true;
      text.remove_prefix(2);
    } else if (text.starts_with(':') && text.size() > 1) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

bool uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i != text.size(); ++i)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !hex_digit(text[i])) return false;
  return true;
}

// Labels of letters, digits and inner hyphens.
bool host(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    auto const dot = std::min(text.find('.'), text.size());
    auto const label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::ranges::all_of(label, [](char c) { return alphanumeric(c) || c == '-'; })) return false;
    if (dot == text.size()) return true;
    text.remove_prefix(dot + 1);
  }
}

// RFC 5321 section 4.1.2, mailbox.
bool email(std::string_view text) {
  auto const at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  auto const local = text.substr(0, at);
  auto const domain = text.substr(at + 1);
  if (local.size() >= 2 && local.starts_with('"') && local.ends_with('"')) {
    auto escaped = false;
    for (auto const c : local.substr(1, local.size() - 2)) {
      if (c < ' ' || c > '~') return false;
      if (!escaped && c == '"') return false;
      escaped = !escaped && c == '\\';
    }
    if (escaped) return false;
  } else {
    if (local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos) return false;
    constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~.";
    for (auto const c : local)
      if (!alphanumeric(c) && others.find(c) == std::string_view::npos) return false;
  }
  if (domain.starts_with('[') && domain.ends_with(']')) {
    auto const address = domain.substr(1, domain.size() - 2);
    return address.starts_with("IPv6:") ? ipv6(address.substr(5)) : ipv4(address);
  }
  return host(domain);
}

// RFC 6570 section 2.
bool uri_template(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !hex_digit(text[i + 1]) || !hex_digit(text[i + 2])) return false;
      i += 2;
    } else if (c == '{') {
      auto const close = text.find('}', i);
      if (close == std::string_view::npos) return false;
      auto variables = text.substr(i + 1, close - i - 1);
      if (!variables.empty() && std::string_view("+#./;?&=,!@|").find(variables.front()) != std::string_view::npos)
        variables.remove_prefix(1);
      while (true) {
        auto const comma = std::min(variables.find(','), variables.size());
        auto name = variables.substr(0, comma);
        if (name.ends_with('*')) {
          name.remove_suffix(1);
        } else if (auto const colon = name.find(':'); colon != std::string_view::npos) {
          auto const length = name.substr(colon + 1);
          if (length.empty() || length.size() > 4 || length.front() == '0' || !std::ranges::all_of(length, digit))
            return false;
          name = name.substr(0, colon);
        }
        if (name.empty() || name.starts_with('.') || name.ends_with('.') || name.find("..") != std::string_view::npos)
          return false;
        for (auto const letter : name)
          if (!alphanumeric(letter) && letter != '_' && letter != '.' && letter != '%') return false;
        if (comma == variables.size()) break;
        variables.remove_prefix(comma + 1);
      }
      i = close;
    } else if (c == '}' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '|' ||
               (c >= 0 && c <= ' ') || c == '\x7f') {
      return false;
    }
  }
  return true;
}

bool json_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t i = 0; i != text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  return true;
}

struct named_check {
  std::string_view name;
  format_check check;
};
constexpr auto checks = std::to_array<named_check>({
    {"byte", byte},
    {"date", date},
    {"date-time", date_time},
    {"email", email},
    {"ipv4", ipv4},
    {"ipv6", ipv6},
    {"json-pointer", json_pointer},
    {"time", time},
    {"uri", is_uri},
    {"uri-reference", is_uri_reference},
    {"uri-template", uri_template},
    {"uuid", uuid},
});

} // namespace

format_check find_format(std::string_view name) {
  for (auto const& entry : checks)
    if (entry.name == name) return entry.check;
  return nullptr;
}

} // namespace assay::jsonschema
