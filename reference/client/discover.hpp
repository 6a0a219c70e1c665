// Asks a modern server what it is (server/discover).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// One server/discover request, in the words of the state's revision, with no retry.
task<answer> ask_discover(state& c);

/// A result with a list of versions. A legacy server may answer anything with something.
bool is_discover_result(answer const& got);

/// Remembers capabilities, server and instructions.
void take_discover_result(state& c, answer const& got);

} // namespace assay::client
