// SHA-256, for certificates and for the one script that a report's page may run.
#pragma once

#include <string>
#include <string_view>

namespace assay::reports {

/// The 32 bytes.
std::string sha256(std::string_view text);

/// In lower-case hex.
std::string hex(std::string_view bytes);

/// Base64; with the alphabet of URLs and no padding where `url` is set (RFC 4648, sections 4 and 5).
std::string base64(std::string_view bytes, bool url = false);

} // namespace assay::reports
