// Header values of the modern era: plain visible ASCII, else =?base64?...?= over UTF-8
// (basic/transports/streamable-http, value encoding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::wire {

/// RFC 4648, section 4, with padding.
std::string base64_encode(std::string_view bytes);

/// Strict: padding and alphabet as RFC 4648 wants them, else nothing.
std::optional<std::string> base64_decode(std::string_view text);

/// Only what RFC 9110 lets a field value have without obs-text: visible ASCII, and space and tab within.
bool is_plain_header_value(std::string_view text);

/// The header value for a text: as it is when that is safe, else in the sentinel form. A tab is a control character:
/// encoded.
std::string encode_header_value(std::string_view text);

/// The text a header value stands for; nothing when it has the sentinel's form with bad Base64 or bytes that are no
/// UTF-8.
std::optional<std::string> decode_header_value(std::string_view value);

/// Well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

} // namespace assay::wire
