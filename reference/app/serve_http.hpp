// Runs the server over HTTP until a signal comes: Streamable HTTP (basic/transports/streamable-http), and beside it
// HTTP with SSE for the revisions that carry that one (basic/transports, HTTP with SSE).
#pragma once

#include "reference/app/server_options.hpp"
#include "reference/server/core.hpp"

namespace assay::app {

/// The exit status. Each core speaks the revisions of its transport; without any, its address is not there.
int serve_http(server::core& streamable, server::core& sse, server_options const& options);

} // namespace assay::app
