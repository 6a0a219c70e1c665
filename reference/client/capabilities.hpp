// What this client can do for a server, as the revision lets it be said (basic/lifecycle, capability negotiation;
// 2026-07-28: basic/index, per-request protocol fields).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

json::object client_capabilities(settings const& options, revision::revision const& revision);

/// The capability that a server must declare before `method` is sent to it and that is not in `declared`, as
/// "resources.subscribe"; empty when nothing is missing.
std::string missing_capability(revision::revision const& revision, json::object const& declared,
                               std::string_view method);

/// Name and version of this program.
json::object client_info(revision::revision const& revision);

} // namespace assay::client
