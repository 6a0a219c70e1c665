// The address of an endpoint, http or https: what a client needs to connect and to write its request line (RFC 3986).
#pragma once

#include "reference/wire/problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::transport {

struct url {
  std::string scheme;     ///< "http" or "https"
  std::string host;       ///< lower case; an IPv6 address without brackets
  std::uint16_t port = 0; ///< the scheme's own port when none was given
  std::string target;     ///< path and query as written, "/" when empty; no fragment
};

/// An absolute http or https address; credentials in it are refused.
wire::result<url> parse_url(std::string_view text);

/// The value of a Host header: the port only when it is not the scheme's own.
std::string authority(url const& address);

/// scheme://host[:port]
std::string origin(url const& address);

/// scheme://host[:port]/target
std::string to_string(url const& address);

/// A reference as it stands in a document or header at `base` (RFC 3986, section 5): absolute, or relative to it.
wire::result<url> resolve_url(url const& base, std::string_view reference);

} // namespace assay::transport
