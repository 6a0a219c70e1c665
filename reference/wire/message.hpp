// What kind of JSON-RPC 2.0 message a JSON value is, by its members alone; basic/index (first revision:
// basic/messages).
#pragma once

#include "reference/wire/json.hpp"

namespace assay::wire {

enum class message_kind {
  request,      ///< method and id
  notification, ///< method, no id
  response,     ///< result, no method, no error
  error,        ///< error, no method, no result
  batch,        ///< an array
  invalid       ///< anything else: no object, none of method, result and error, or more than one of them
};

/// Only the members decide, not their types: {"id":null,"method":"x"} is a request (with an id that no request may
/// have).
message_kind classify(json::value const& message);

/// "request", "notification", ...
std::string_view to_string(message_kind kind);

/// The id member, or nullptr.
json::value const* id_of(json::value const& message);

/// The method, or "" where there is none or it is no string.
std::string_view method_of(json::value const& message);

} // namespace assay::wire
