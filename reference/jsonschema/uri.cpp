#include "reference/jsonschema/uri.hpp"

#include <boost/url.hpp>

namespace assay::jsonschema {

namespace urls = boost::urls;

namespace {

wire::problem bad_reference(std::string_view reference, std::string why) {
  return {std::string(reference), "is not a URI reference: " + std::move(why), "write it as RFC 3986 says"};
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
  return urls::parse_uri(boost::core::string_view(text.data(), text.size())).has_value();
}

bool is_uri_reference(std::string_view text) {
  return urls::parse_uri_reference(boost::core::string_view(text.data(), text.size())).has_value();
}

} // namespace assay::jsonschema
