// Works on the text, since what a subject sends need not be JSON.
#include "conformance/record/redact.hpp"

#include <array>
#include <string_view>

namespace assay::record {

namespace {

constexpr std::string_view replacement = "[redacted]";
constexpr std::array<std::string_view, 8> secret_names{"access_token",     "refresh_token", "id_token",
                                                       "client_secret",    "code",          "code_verifier",
                                                       "client_assertion", "assertion"};

bool word(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

transport::http_headers redacted(transport::http_headers headers) {
  for (auto& h : headers) {
    h.value = redacted(std::move(h.value)); // a Location may carry a code
    for (std::string_view name : {"authorization", "proxy-authorization", "cookie", "set-cookie"})
      if (transport::same_name(h.name, name)) {
        auto const space = name.ends_with("authorization") ? h.value.find(' ') : std::string::npos;
        h.value = (space == std::string::npos ? "" : h.value.substr(0, space + 1)) + std::string(replacement);
      }
  }
  return headers;
}

namespace {

/// Backslashes right before a place: JSON in a string of JSON has its quotes escaped, once for each level.
std::size_t backslashes_before(std::string const& text, std::size_t at) {
  std::size_t n = 0;
  while (n < at && text[at - 1 - n] == '\\')
    ++n;
  return n;
}

/// After `name`: the place of the value's first character, when a JSON text follows; `level` is how deep it is escaped.
std::size_t json_value_after(std::string const& text, std::size_t after, std::size_t& level) {
  auto skip = [&](std::string_view any) {
    while (after < text.size() && any.find(text[after]) != std::string_view::npos)
      ++after;
  };
  skip("\\");
  if (after >= text.size() || text[after] != '"') return std::string::npos;
  ++after;
  skip(" :\t");
  skip("\\");
  if (after >= text.size() || text[after] != '"') return std::string::npos;
  level = backslashes_before(text, after);
  return after + 1;
}

} // namespace

std::string redacted(std::string text) {
  for (auto name : secret_names) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + name.size())) {
      auto const after = at + name.size();
      if ((at > 0 && word(text[at - 1])) || (after < text.size() && word(text[after]))) continue;
      if (after < text.size() && text[after] == '=') { // form
        auto const to = std::min(text.find_first_of("&\"' \n\r\t\\;", after + 1), text.size());
        text.replace(after + 1, to - after - 1, replacement);
        continue;
      }
      // RFC 6749 sends an authorization code in queries and forms alone; in JSON, `code` is what an error is called.
      if (name == "code") continue;
      // JSON: "name" : "value".
      std::size_t level = 0;
      auto const from = json_value_after(text, after, level);
      if (from == std::string::npos) continue;
      // The quote that ends it is escaped as the first one is; one that belongs to the value is escaped once more.
      auto to = text.find('"', from);
      while (to != std::string::npos && backslashes_before(text, to) % (2 * (level + 1)) != level)
        to = text.find('"', to + 1);
      to = to == std::string::npos ? text.size() : to - level;
      text.replace(from, to - from, replacement);
    }
  }
  return text;
}

} // namespace assay::record
