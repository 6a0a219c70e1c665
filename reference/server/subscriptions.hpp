// subscriptions/listen (basic/patterns/subscriptions): a request that stays open, and what is told on it.
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// Acknowledges what of the filter is honoured and leaves the request open; the state it leaves is the filter.
outcome listen(call& c);

/// The notification a listener with that state gets of a change; nothing when it did not ask for it.
std::optional<json::value> tell_listener(json::value const& listener, json::value const& id, change const& what);

/// The same for a legacy session.
std::optional<json::value> tell_session(session::legacy const& session, change const& what);

} // namespace assay::server
