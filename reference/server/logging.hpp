// Log messages (server/utilities/logging): by session level in the legacy era, by the request's own level in the modern
// one.
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

bool is_log_level(std::string_view level);

/// logging/setLevel, legacy era.
outcome set_level(call& c);

/// notifications/message about this call, when the client wants to hear of that level.
void log(call& c, std::string_view level, json::value data);

} // namespace assay::server
