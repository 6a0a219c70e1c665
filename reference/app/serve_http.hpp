// Runs the server over HTTP until a signal comes (basic/transports/streamable-http).
#pragma once

#include "reference/app/server_options.hpp"
#include "reference/server/core.hpp"

namespace assay::app {

/// The exit status.
int serve_http(server::core& server, server_options const& options);

} // namespace assay::app
