// Secrets never reach a record: RFC 6750 tokens, cookies, OAuth codes and secrets, and what people put on command
// lines.
#pragma once

#include "reference/transport/http_message.hpp"

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace assay::record {

/// Header fields with the values of Authorization, Proxy-Authorization, Cookie, Set-Cookie and of those whose name
/// speaks of a token, a secret, a password or an API key replaced, and secrets in the others (a Location with a code).
transport::http_headers redacted(transport::http_headers headers);

/// A text with the values replaced of access_token, client_secret, code, password and their like as members (JSON, also
/// JSON within a string of JSON) or parameters (form, query), of what stands behind "Bearer", of JWTs, and of passwords
/// in URLs.
std::string redacted(std::string text);

/// A shell command likewise, and with the values replaced of variables (API_KEY=...) and options (--token ...) whose
/// name speaks of a secret.
std::string redacted_command(std::string text);

/// The text begins with a pointer to a member that holds a secret: "/result/access_token to be absent".
bool names_secret(std::string_view text);

/// Every string in it, and the members that hold secrets.
void redact(boost::json::value& value);

} // namespace assay::record
