#include "reference/jsonschema/uri.hpp"

#include <algorithm>
#include <array>
#include <boost/url.hpp>
#include <cstdint>
#include <optional>

namespace assay::jsonschema {

namespace urls = boost::urls;

namespace {

wire::problem bad_reference(std::string_view reference, std::string why) {
  return {std::string(reference), "is not a URI reference: " + std::move(why), "write it as RFC 3986 says"};
}

// Boost.URL takes "//a:b" and "//a@b@c" for host names.
bool sound_authority(std::string_view text) {
  auto const start = text.find("//");
  if (start == std::string_view::npos || text.substr(0, start).find_first_of("/?#") != std::string_view::npos)
    return true;
  if (start != 0 && text[start - 1] != ':') return true;
  auto authority = text.substr(start + 2);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  auto const at = authority.find('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.find('@') != std::string_view::npos) return false;
  if (authority.starts_with('[')) return true;
  auto const colon = authority.find(':');
  return colon == std::string_view::npos ||
         authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

bool parses(auto const& parsed, std::string_view text) {
  return parsed.has_value() && sound_authority(text);
}

// Letters by what they may be in a URI; "%", which two digits must follow, and brackets are left to the parser.
enum class letter : std::uint8_t { none = 0, scheme = 1, host = 2, path = 4, digit = 8, alpha = 16 };

constexpr auto letters = [] {
  std::array<std::uint8_t, 256> out{};
  auto const add = [&](std::string_view text, letter kind) {
    for (auto const c : text)
      out[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(kind);
  };
  constexpr std::string_view digits = "0123456789";
  for (char c = 'a'; c <= 'z'; ++c)
    for (auto const each : {c, static_cast<char>(c - 'a' + 'A')})
      for (auto const kind : {letter::scheme, letter::host, letter::path, letter::alpha})
        add({&each, 1}, kind);
  for (auto const kind : {letter::scheme, letter::host, letter::path, letter::digit})
    add(digits, kind);
  add("+-.", letter::scheme);
  add("-._~", letter::host);
  add("-._~!$&'()*+,;=:@/?", letter::path);
  return out;
}();

bool is(char c, letter kind) {
  return (letters[static_cast<unsigned char>(c)] & static_cast<std::uint8_t>(kind)) != 0;
}

std::size_t while_is(std::string_view text, std::size_t at, letter kind) {
  while (at != text.size() && is(text[at], kind))
    ++at;
  return at;
}

// True for the URIs that most are: RFC 3986 appendix A without escapes, user information and literal addresses.
bool is_plain_uri(std::string_view text) {
  if (text.empty() || !is(text.front(), letter::alpha)) return false;
  auto at = while_is(text, 0, letter::scheme);
  if (at == text.size() || text[at] != ':') return false;
  ++at;
  if (text.substr(at, 2) == "//") {
    at = while_is(text, at + 2, letter::host);
    if (at != text.size() && text[at] == ':') at = while_is(text, at + 1, letter::digit);
    if (at != text.size() && text[at] != '/' && text[at] != '?' && text[at] != '#') return false;
  }
  at = while_is(text, at, letter::path);
  if (at != text.size() && text[at] == '#') at = while_is(text, at + 1, letter::path);
  return at == text.size();
}

// Most references between our own documents are "../basic/index.json#/$defs/X". They need no parser; loading hundreds
// of schemas would spend a fifth of its time there.
std::optional<target> resolve_plain(std::string_view base, std::string_view location, std::string_view fragment) {
  constexpr std::string_view in_fragment = "-._~!$&'()*+,;=:@/?";
  constexpr std::string_view in_path = "-._~/";
  if (!base.starts_with(local_base) || location.starts_with('/')) return std::nullopt;
  auto const only = [](std::string_view text, std::string_view allowed) {
    return std::ranges::all_of(text, [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             allowed.find(c) != std::string_view::npos;
    });
  };
  if (!only(location, in_path) || !only(fragment, in_fragment)) return std::nullopt;
  target result{std::string(base), std::string(fragment)};
  if (location.empty()) return result;
  base = base.substr(0, base.rfind('/') + 1);
  while (location.starts_with("../")) {
    location.remove_prefix(3);
    if (base.size() > local_base.size()) base = base.substr(0, base.rfind('/', base.size() - 2) + 1);
  }
  if (location.starts_with('.') || location.find("/.") != std::string_view::npos) return std::nullopt;
  result.uri = base;
  result.uri += location;
  return result;
}

} // namespace

wire::result<target> resolve(std::string_view base, std::string_view reference) {
  auto const hash = reference.find('#');
  auto const location = reference.substr(0, hash);
  auto const plain = hash == std::string_view::npos ? std::string_view() : reference.substr(hash + 1);
  if (auto found = resolve_plain(base, location, plain)) return *found;
  target result;
  if (hash != std::string_view::npos) {
    auto const fragment =
        urls::parse_uri_reference(boost::core::string_view(reference.data() + hash, reference.size() - hash));
    if (!fragment) return bad_reference(reference, fragment.error().message());
    result.fragment = fragment->fragment();
  }
  if (location.empty()) {
    result.uri = std::string(base);
    return result;
  }
  auto const parsed = urls::parse_uri_reference(boost::core::string_view(location.data(), location.size()));
  if (!parsed) return bad_reference(reference, parsed.error().message());
  auto const against = urls::parse_uri(boost::core::string_view(base.data(), base.size()));
  if (!against) return bad_reference(base, against.error().message());
  urls::url resolved;
  auto const done = urls::resolve(*against, *parsed, resolved);
  if (!done) return bad_reference(reference, done.error().message());
  auto const text = resolved.buffer();
  result.uri.assign(text.data(), text.size());
  // RFC 3986 section 5.2.4 drops the ".." that leads above the root; Boost 1.81 keeps it.
  auto const authority = result.uri.find("://");
  if (authority == std::string::npos) return result;
  auto const path = result.uri.find('/', authority + 3);
  while (path != std::string::npos && result.uri.compare(path, 4, "/../") == 0)
    result.uri.erase(path, 3);
  return result;
}

std::string_view displayed(std::string_view uri) {
  if (uri.starts_with(local_base)) uri.remove_prefix(local_base.size());
  return uri;
}

bool is_uri(std::string_view text) {
  return is_plain_uri(text) || parses(urls::parse_uri(boost::core::string_view(text.data(), text.size())), text);
}

bool is_uri_reference(std::string_view text) {
  return parses(urls::parse_uri_reference(boost::core::string_view(text.data(), text.size())), text);
}

} // namespace assay::jsonschema
