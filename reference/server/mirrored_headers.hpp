// The headers in which a modern HTTP request repeats what its body says (basic/transports/streamable-http, request
// metadata).
#pragma once

#include "reference/server/settings.hpp"
#include "reference/session/error.hpp"
#include "reference/transport/http_message.hpp"

#include <optional>

namespace assay::server {

/// -32020 for a header that is missing, cannot be read, or says something else than the body.
std::optional<session::failure> header_mismatch(settings const& with, transport::http_headers const& headers,
                                                boost::json::value const& message);

} // namespace assay::server
