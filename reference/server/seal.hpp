// Text that goes through the client's hands and comes back: readable to us, and recognisably ours (HMAC-SHA256).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::server {

/// The text with its authentication code, in letters, digits, '-' and '_'.
std::string seal(std::string_view key, std::string_view text);

/// The text again; nothing when any character differs from what seal() gave out.
std::optional<std::string> unseal(std::string_view key, std::string_view sealed);

/// SHA-256 in hex.
std::string digest(std::string_view text);

} // namespace assay::server
