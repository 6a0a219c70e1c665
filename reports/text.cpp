// Small functions without a home elsewhere.
#include "reports/text.hpp"

namespace assay::reports {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (char c : text)
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    case '\'': out += "&#39;"; break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n')
        out += "\xEF\xBF\xBD";
      else
        out += c;
    }
  return out;
}

std::string markdown_line(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    if (std::string_view("\\`*_[]<>|#~!").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

std::string shortened(std::string_view text, std::size_t length) {
  if (text.size() <= length) return std::string(text);
  auto cut = length > 3 ? length - 3 : 0;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
    --cut;
  return std::string(text.substr(0, cut)) + "...";
}

std::string plural(std::size_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

std::string joined(std::vector<std::string> const& parts, std::string_view separator) {
  std::string out;
  for (auto const& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string plain(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto const u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u != 0x7F) {
      out += c;
      continue;
    }
    static char const* digits = "0123456789abcdef";
    out += "\\x";
    out += digits[u >> 4];
    out += digits[u & 15];
  }
  return out;
}

std::string slug(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool const kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    out += kept ? c : '-';
  }
  return out;
}

} // namespace assay::reports
