// Is the other side still there (2024-11-05 to 2025-11-25: basic/utilities/ping).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// The answer to the server's ping: an empty result, at once. [ping.answered]
inline json::object answer_ping() {
  return {};
}

/// Ours; the modern era has none.
task<answer> ping(state& c);

/// Pings from now on, as often as the settings say, if they do. One that is not answered in time is the end of the
/// connection.
void keep_pinging(state& c);

} // namespace assay::client
