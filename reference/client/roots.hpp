// The folders the user lets servers know of (client/roots).
#pragma once

#include "reference/client/server_requests.hpp"

namespace assay::client {

/// Those of the command line, and no other.
reply list_roots(state const& c);

} // namespace assay::client
