// Hears of changes: one long request in the modern era (basic/patterns/subscriptions), resource subscriptions and the
// open connection before (server/resources, subscriptions).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// Prints notifications until `count` have come (0: until stopped) or the server ends the stream. An empty text, or why
/// it failed.
task<std::string> listen(state& c, unsigned count, std::vector<std::string> uris);

} // namespace assay::client
