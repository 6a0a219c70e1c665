#include "reference/client/icons.hpp"

#include "reference/transport/url.hpp"

#include <algorithm>

namespace assay::client {

// [basic.icon-schemes-checked]
bool is_safe_icon(state const& c, std::string_view address) {
  constexpr std::string_view data = "data:";
  bool const is_data =
      address.size() > data.size() && std::equal(data.begin(), data.end(), address.begin(), [](char wanted, char one) {
        return wanted == (one >= 'A' && one <= 'Z' ? one - 'A' + 'a' : one);
      });
  if (is_data) return true;
  auto const url = transport::parse_url(address);
  // A server over stdio has no origin.
  return url && url->scheme == "https" && over_http(c) && transport::origin(*url) == c.options.origin;
}

// [basic.icons-handled-safely]
void drop_unsafe_icons(state& c, json::value& from) {
  auto* const object = from.if_object();
  auto* const icons = object ? object->if_contains("icons") : nullptr;
  if (!icons) return;
  json::array kept;
  if (auto const* const all = icons->if_array()) {
    for (auto const& icon : *all) {
      auto const* const source = wire::find(icon, "/src");
      if (source && source->is_string() && is_safe_icon(c, source->get_string()))
        kept.push_back(icon);
      else
        warn(c, "left out an icon: " + (source ? wire::serialize(*source) : std::string("it has no address")));
    }
  }
  if (kept.empty())
    object->erase("icons");
  else
    *icons = std::move(kept);
}

} // namespace assay::client
