// Who may talk to a server on this machine: the checks against DNS rebinding (basic/transports, security warning).
#pragma once

#include "reference/transport/http_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::server {

/// Why the request is forbidden, if it is. An Origin has to be a loopback one on our port, or an allowed one; so has
/// the Host.
std::optional<std::string> forbidden(transport::http_headers const& headers, std::uint16_t port,
                                     std::vector<std::string> const& allowed_origins);

} // namespace assay::server
