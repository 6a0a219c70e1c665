// Runs the client without I/O on a real transport: a child process, an HTTP server, or our own standard streams.
#pragma once

#include "reference/app/client_options.hpp"
#include "reference/client/state.hpp"

namespace assay::app {

/// Starts `main` and does what the client wants until it is finished. Its code, or why there is no transport.
wire::result<int> drive_client(client::state& c, client::task<int> main, client_options const& options);

} // namespace assay::app
