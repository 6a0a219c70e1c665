// Works on the text, since what a subject sends need not be JSON.
#include "conformance/record/redact.hpp"

#include <algorithm>
#include <array>
#include <boost/url/grammar/ci_string.hpp>
#include <string_view>

namespace assay::record {

namespace {

constexpr std::string_view replacement = "[redacted]";
constexpr std::array<std::string_view, 20> secret_names{
    "access_token",  "refresh_token", "id_token",      "subject_token", "actor_token",      "token",
    "client_secret", "code",          "code_verifier", "assertion",     "client_assertion", "registration_access_token",
    "password",      "passwd",        "secret",        "api_key",       "apikey",           "apiKey",
    "authorization", "Authorization"};

/// Parts of the names of variables, options and header fields that hold a secret.
constexpr std::array<std::string_view, 10> telling{"token",  "secret",  "password",   "passwd",     "api-key",
                                                   "apikey", "api_key", "credential", "access-key", "private-key"};

bool word(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// `name` in lower case, with dashes for underscores, has a part that tells of a secret.
bool tells(std::string_view name) {
  std::string low;
  for (char c : name)
    low += c == '_' ? '-' : boost::urls::grammar::to_lower(c);
  if (low.find("max-token") != std::string::npos) return false; // a number of a language model's
  return std::any_of(telling.begin(), telling.end(), [&](auto part) { return low.find(part) != std::string::npos; });
}

/// What a token may have in it (RFC 6750, b64token), and the dots of a JWT.
bool of_token(char c) {
  return word(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/';
}

std::size_t token_end(std::string_view text, std::size_t at) {
  while (at < text.size() && of_token(text[at]))
    ++at;
  return at;
}

/// What stands behind "Bearer" or "Basic"; not the parameters of a challenge (realm="...").
void redact_credentials(std::string& text) {
  for (std::string_view scheme : {"Bearer ", "bearer ", "Basic "})
    for (auto at = text.find(scheme); at != std::string::npos; at = text.find(scheme, at + 1)) {
      if (at > 0 && word(text[at - 1])) continue;
      auto const from = at + scheme.size(), to = token_end(text, from);
      bool const parameter = to + 1 < text.size() && text[to] == '=' && text[to + 1] != '=' &&
                             (text[to + 1] == '"' || text[to + 1] == '\\');
      bool const prose =
          std::none_of(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
      if (to - from >= 6 && !parameter && !prose) text.replace(from, to - from, replacement);
    }
}

/// Three parts of base64url, the first of which opens a JSON object.
void redact_jwts(std::string& text) {
  for (auto at = text.find("eyJ"); at != std::string::npos; at = text.find("eyJ", at + 1)) {
    if (at > 0 && of_token(text[at - 1])) continue;
    auto const to = token_end(text, at);
    if (std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(to),
                   '.') >= 2)
      text.replace(at, to - at, replacement);
  }
}

/// https://user:password@host
void redact_passwords(std::string& text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    auto const end = std::min(text.find_first_of("/?# \"'\\\n\r\t<>", at + 3), text.size());
    auto const sign = text.find('@', at + 3), colon = text.find(':', at + 3);
    if (sign < end && colon < sign) text.replace(colon + 1, sign - colon - 1, replacement);
  }
}

} // namespace

transport::http_headers redacted(transport::http_headers headers) {
  for (auto& h : headers) {
    h.value = redacted(std::move(h.value)); // a Location may carry a code
    if (tells(h.name)) h.value = std::string(replacement);
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
  redact_credentials(text);
  redact_jwts(text);
  redact_passwords(text);
  return text;
}

std::string redacted_command(std::string text) {
  text = redacted(std::move(text));
  // Word by word, as a shell would split them, quotes and all.
  std::string out;
  bool value_follows = false;
  for (std::size_t i = 0; i < text.size();) {
    auto const space = text.find_first_not_of(" \t\n", i);
    out.append(text, i, std::min(space, text.size()) - i);
    if (space == std::string::npos) break;
    std::size_t end = space;
    for (char quote = 0; end < text.size() && (quote || (text[end] != ' ' && text[end] != '\t' && text[end] != '\n'));
         ++end)
      if (text[end] == quote)
        quote = 0;
      else if (!quote && (text[end] == '\'' || text[end] == '"'))
        quote = text[end];
    auto piece = text.substr(space, end - space);
    auto const sign = piece.find('=');
    auto const name = std::string_view(piece).substr(0, sign);
    bool const named = name.find_first_of("'\"") == std::string_view::npos && tells(name);
    bool const option = piece.starts_with('-');
    if (value_follows && !option)
      piece = std::string(replacement);
    else if (sign != std::string::npos && named)
      piece = piece.substr(0, sign + 1) + std::string(replacement);
    value_follows = option && sign == std::string::npos && named;
    out += piece;
    i = end;
  }
  return out;
}

bool names_secret(std::string_view text) {
  if (!text.starts_with('/')) return false;
  text = text.substr(0, text.find(' '));
  text.remove_prefix(text.rfind('/') + 1);
  return text != "code" && std::find(secret_names.begin(), secret_names.end(), text) != secret_names.end();
}

void redact(boost::json::value& value) {
  if (auto* text = value.if_string())
    *text = redacted(std::string(*text));
  else if (auto* list = value.if_array())
    for (auto& one : *list)
      redact(one);
  else if (auto* object = value.if_object())
    for (auto& [name, member] : *object) {
      bool const secret =
          member.is_string() && name != "code" &&
          std::find(secret_names.begin(), secret_names.end(), std::string_view(name)) != secret_names.end();
      if (secret)
        member = boost::json::string(replacement);
      else
        redact(member);
    }
}

} // namespace assay::record
