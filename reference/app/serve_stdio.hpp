// Runs the server on standard input and output until the input ends or a signal comes (basic/transports/stdio,
// shutdown).
#pragma once

#include "reference/faults/mutant.hpp"
#include "reference/server/core.hpp"

namespace assay::app {

/// The exit status.
int serve_stdio(server::core& server, faults::mutant const& mutant);

} // namespace assay::app
