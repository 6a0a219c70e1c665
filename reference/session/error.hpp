// What a request fails with: the codes of JSON-RPC 2.0 and of the specification (basic/index, error codes), and the
// HTTP status where a page fixes one.
#pragma once

#include "reference/wire/json.hpp"

#include <optional>
#include <string>

namespace assay::session {

namespace json = boost::json;

// [basic.reserved-error-codes-defined] [basic.legacy-error-codes-unused] [basic.own-error-codes-outside-reserved]
namespace code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int resource_not_found = -32002;       ///< legacy era only
inline constexpr int url_elicitation_required = -32042; ///< one legacy revision only
inline constexpr int header_mismatch = -32020;          ///< modern era only, as the next two
inline constexpr int missing_client_capability = -32021;
inline constexpr int unsupported_version = -32022;
} // namespace code

/// A JSON-RPC error to be, without its id.
struct failure {
  int code = code::internal_error;
  std::string message;
  std::optional<json::value> data = {};
  int http_status = 200; ///< over HTTP; ordinary errors travel with 200
};

/// The parameters of a request are not what its method takes; `what` tells the client which, and why.
inline failure invalid_params(std::string what) {
  return {code::invalid_params, std::move(what)};
}

} // namespace assay::session
