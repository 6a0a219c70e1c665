#include "reference/server/settings.hpp"

namespace assay::server {

revision::revision const* settings::find(std::string_view name) const {
  for (auto const* one : revisions)
    if (one->name == name) return one;
  return nullptr;
}

revision::revision const* settings::newest(std::string_view era) const {
  revision::revision const* found = nullptr;
  for (auto const* one : revisions)
    if (one->era == era) found = one;
  return found;
}

} // namespace assay::server
