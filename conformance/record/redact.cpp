// Works on the text, since what a subject sends need not be JSON.
#include "conformance/record/redact.hpp"

#include <array>
#include <string_view>

namespace assay::record {

namespace {

constexpr std::string_view replacement = "[redacted]";
constexpr std::array<std::string_view, 7> secret_names{"access_token", "refresh_token", "id_token",      "client_secret",
                                                       "code",         "code_verifier", "client_assertion"};

bool word(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

} // namespace

transport::http_headers redacted(transport::http_headers headers) {
  for (auto& h : headers)
    for (std::string_view name : {"authorization", "proxy-authorization", "cookie", "set-cookie"})
      if (transport::same_name(h.name, name)) {
        auto const space = name.ends_with("authorization") ? h.value.find(' ') : std::string::npos;
        h.value = (space == std::string::npos ? "" : h.value.substr(0, space + 1)) + std::string(replacement);
      }
  return headers;
}

std::string redacted(std::string text) {
  for (auto name : secret_names) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + name.size())) {
      auto after = at + name.size();
      if ((at > 0 && word(text[at - 1])) || (after < text.size() && word(text[after])))
        continue;
      if (after < text.size() && text[after] == '=') { // form
        auto const from = after + 1;
        auto to = from;
        while (to < text.size() && text[to] != '&' && text[to] != '"' && text[to] != ' ' && text[to] != '\n')
          ++to;
        text.replace(from, to - from, replacement);
        continue;
      }
      // JSON: "name" : "value"; the error member `code` is a number and stays.
      if (after >= text.size() || text[after] != '"')
        continue;
      ++after;
      while (after < text.size() && (text[after] == ' ' || text[after] == ':'))
        ++after;
      if (after >= text.size() || text[after] != '"')
        continue;
      auto const from = after + 1;
      auto to = from;
      while (to < text.size() && text[to] != '"')
        to += text[to] == '\\' ? 2 : 1;
      if (to > text.size())
        to = text.size();
      text.replace(from, to - from, replacement);
    }
  }
  return text;
}

} // namespace assay::record
