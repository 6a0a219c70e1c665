#include "reference/server/discover.hpp"

#include "reference/server/capabilities.hpp"

namespace assay::server {

// [versioning.discover-implemented]
// [discover.implemented] [discover.result-shape]
outcome discover(call& c) {
  json::array versions;
  for (auto const* one : c.settings.revisions)
    versions.emplace_back(one->name);
  return complete{{{"supportedVersions", std::move(versions)},
                   {"capabilities", capabilities(c.revision)},
                   {"instructions", instructions()}}};
}

} // namespace assay::server
