// A server sends the user to a page (client/elicitation, URL mode). The client shows the address and asks; it fetches
// nothing, opens nothing, and accepts only what the user said yes to.
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// Where there is somebody to ask, in the revisions that have this.
bool may_visit_pages(settings const& options, revision::revision const& revision);

/// What the user is shown before anything else: who asks, why, the whole address, its host, and what is odd about it. A
/// problem when the address is none that a browser should be given.
wire::result<std::string> describe_page(std::string_view server, std::string_view message, std::string_view address);

/// The user's answer to one elicitation.
task<reply> visit_page(state& c, json::object params);

/// After -32042: asks for each page that the error lists, and waits until the server or the user says that they are
/// done. True when the request can be made again.
task<bool> visit_required_pages(state& c, json::object error_data);

/// notifications/elicitation/complete.
void take_completion(state& c, json::value const& notification);

} // namespace assay::client
