#include "reference/server/origin.hpp"

#include "reference/transport/url.hpp"

#include <algorithm>

namespace assay::server {
namespace {

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

} // namespace

std::optional<std::string> forbidden(transport::http_headers const& headers, std::uint16_t port,
                                     std::vector<std::string> const& allowed_origins) {
  // [streamable-http.origin-validated] [streamable-http.foreign-origin-forbidden]
  for (auto const origin : transport::header_values(headers, "Origin")) {
    if (std::find(allowed_origins.begin(), allowed_origins.end(), origin) != allowed_origins.end()) continue;
    auto const address = transport::parse_url(origin);
    if (!address || !is_loopback(address->host) || address->port != port) return "this Origin is not allowed";
  }
  // A page that was rebound to us sends its own name as Host; its Origin may be missing.
  auto const hosts = transport::header_values(headers, "Host");
  if (hosts.size() > 1) return "more than one Host";
  for (auto const host : hosts) {
    auto const address = transport::parse_url("http://" + std::string(host) + "/");
    bool const known =
        address && std::any_of(allowed_origins.begin(), allowed_origins.end(), [&](std::string const& origin) {
          auto const one = transport::parse_url(origin);
          return one && one->host == address->host;
        });
    if (!address || (!is_loopback(address->host) && !known)) return "this Host is not ours";
  }
  return std::nullopt;
}

} // namespace assay::server
