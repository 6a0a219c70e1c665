// Icons are somebody else's addresses (basic/index, icons). This client shows none and fetches none; it hands on only
// those that whoever does so may fetch.
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// An address with the scheme data:, or https: at the server's own origin.
bool is_safe_icon(state const& c, std::string_view address);

/// Leaves the others out of what has icons: a tool, a prompt, a resource, a server.
void drop_unsafe_icons(state& c, json::value& from);

} // namespace assay::client
