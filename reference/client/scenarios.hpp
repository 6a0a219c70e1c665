// The tasks that conformance suites set a client by name (environment MCP_CONFORMANCE_SCENARIO). Each is what an
// ordinary client would do with such a server.
#pragma once

#include "reference/client/state.hpp"

#include <span>

namespace assay::client {

/// Connects and does the task. `context` is the suite's data for it. 0, or 1 after a warning.
task<int> run_scenario(state& c, std::string name, json::object context);

/// Their names.
std::span<std::string_view const> scenario_names();

} // namespace assay::client
