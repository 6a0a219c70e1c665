// completion/complete (server/utilities/completion).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

outcome complete_argument(call& c);

} // namespace assay::server
