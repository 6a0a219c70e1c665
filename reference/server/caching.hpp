// How long a result may be kept and by whom (server/utilities/caching).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// Adds ttlMs and cacheScope to a complete result of the operations that carry them.
void add_caching_hints(std::string_view method, json::object& result);

} // namespace assay::server
