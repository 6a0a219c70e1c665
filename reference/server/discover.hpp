// server/discover (server/discover).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

outcome discover(call& c);

} // namespace assay::server
