// Results that stay fresh for a while, by the hints of their server (server/utilities/caching). One client has one
// authorization, so what is private and what is public are kept alike.
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// The kept answer to exactly this request, while it is fresh.
std::optional<answer> fresh_answer(state const& c, std::string const& method, json::object const& params);

/// Keeps a complete result as long as its time to live says.
void keep_answer(state& c, std::string const& method, json::object const& params, answer const& got);

/// Drops what a notification says has changed.
void drop_changed(state& c, json::value const& notification);

/// Drops all that is kept of a method; false when there was nothing.
bool drop_kept(state& c, std::string_view method);

} // namespace assay::client
