// The handshake that opens a legacy session (2024-11-05 to 2025-11-25: basic/lifecycle).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// initialize with this revision proposed, then notifications/initialized. An empty text, or why there is no session.
task<std::string> initialize(state& c, std::string proposed);

} // namespace assay::client
