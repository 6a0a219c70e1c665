// Asks for reports of progress and takes them (basic/patterns/progress; before, basic/utilities/progress), which also
// put the end of the waiting off (basic/lifecycle, timeouts).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// The params with a token of their own in _meta, when the user wants reports; what _meta had already stays.
json::object with_progress_token(state& c, json::object params);

/// The token in a request's params; null when there is none.
json::value progress_token_of(json::object const& params);

/// Prints a report of a request that is under way, and gives that request its time again. Any other is ignored.
void take_progress(state& c, json::value const& notification);

} // namespace assay::client
