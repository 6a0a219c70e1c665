// ping of the legacy era (basic/utilities/ping).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// An empty result, at once.
// [ping.answered] [ping.result-empty]
inline outcome ping(call&) {
  return complete{};
}

} // namespace assay::server
