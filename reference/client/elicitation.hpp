// A server asks the user for data in a form (client/elicitation). The user of this client takes every default and fills
// the rest with the first thing that fits.
#pragma once

#include "reference/client/server_requests.hpp"

namespace assay::client {

/// Accepts with a filled form; declines what it cannot fill; refuses every other mode (see url_elicitation.hpp).
reply elicit(json::object const& params);

/// A value that the schema of one field allows; nothing when it is no schema of a form.
std::optional<json::value> fill_field(json::object const& schema);

} // namespace assay::client
