#include "reference/jsonschema/uri.hpp"

#include <boost/url.hpp>

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

} // namespace

wire::result<target> resolve(std::string_view base, std::string_view reference) {
  auto const hash = reference.find('#');
  auto const location = reference.substr(0, hash);
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
  return result;
}

std::string_view displayed(std::string_view uri) {
  if (uri.starts_with(local_base)) uri.remove_prefix(local_base.size());
  return uri;
}

bool is_uri(std::string_view text) {
  return parses(urls::parse_uri(boost::core::string_view(text.data(), text.size())), text);
}

bool is_uri_reference(std::string_view text) {
  return parses(urls::parse_uri_reference(boost::core::string_view(text.data(), text.size())), text);
}

} // namespace assay::jsonschema
