#include "reference/client/roots.hpp"

namespace assay::client {

// [roots.file-uris]
reply list_roots(state const& c) {
  json::array roots;
  for (auto const& uri : c.options.roots) {
    json::object root;
    root["uri"] = uri;
    roots.push_back(std::move(root));
  }
  json::object result;
  result["roots"] = std::move(roots);
  return result;
}

} // namespace assay::client
