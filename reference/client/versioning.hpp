// Which revision to speak, and saying so in every request (2026-07-28: basic/versioning; the probing order is on the
// pages basic/transports/stdio and basic/transports/streamable-http, backward compatibility).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// The params with the per-request fields in _meta; what _meta had already stays.
json::object with_metadata(state const& c, json::object params);

/// An error that only a modern server sends. Nothing else tells the era: other codes are used by both.
bool is_modern_error(answer const& got);

/// The newest revision among these names that we and the transport know, a modern one before any legacy one; null when
/// there is none.
revision::revision const* choose_revision(state const& c, json::array const& names);

/// The `supported` versions of an unsupported-version error, or nullptr.
json::array const* supported_versions(answer const& got);

/// Finds out or settles what is spoken, and opens a session where the era has one. An empty text, or why it failed.
task<std::string> connect(state& c);

} // namespace assay::client
