// Which method is answered by which handler, in which revisions.
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// The handler's outcome; -32601 for a method the revision does not have.
outcome dispatch(call& c);

} // namespace assay::server
