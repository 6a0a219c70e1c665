// Secrets never reach a record: RFC 6750 tokens, cookies, OAuth codes and secrets.
#pragma once

#include "reference/transport/http_message.hpp"

#include <string>

namespace assay::record {

/// Header fields with the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie replaced, and secrets in
/// the others (a Location with a code).
transport::http_headers redacted(transport::http_headers headers);

/// A text with the values of access_token, refresh_token, id_token, client_secret, code, code_verifier and assertion
/// members (JSON, also JSON within a string of JSON) or parameters (form) replaced.
std::string redacted(std::string text);

} // namespace assay::record
