#include "reference/server/caching.hpp"

#include <algorithm>
#include <array>

namespace assay::server {

void add_caching_hints(std::string_view method, json::object& result) {
  // [caching.hints-given]
  static constexpr std::array<std::string_view, 6> cacheable{
      "server/discover", "tools/list", "prompts/list", "resources/list", "resources/read", "resources/templates/list"};
  if (std::find(cacheable.begin(), cacheable.end(), method) == cacheable.end()) return;
  // [caching.ttl-not-negative] [caching.same-scope-on-all-pages]
  // Nothing here depends on who asks, so anyone may keep it; the same scope holds for all pages of a list.
  result["ttlMs"] = method == "resources/read" ? 1000 : 60000;
  result["cacheScope"] = "public";
}

} // namespace assay::server
