// Builds JSON-RPC messages and judges the shape of those that come in (basic/index; 2024-11-05: basic/messages).
#pragma once

#include "reference/revision/revision.hpp"
#include "reference/session/error.hpp"
#include "reference/wire/message.hpp"

#include <optional>
#include <string_view>

namespace assay::session {

json::value make_response(json::value const& id, json::object result);
json::value make_notification(std::string_view method, json::object params);
json::value make_request(json::value const& id, std::string_view method, json::object params);

/// An error with the id of the request it answers.
json::value make_error(json::value const& id, failure const& why);

/// An error for a message whose id could not be read: without id where the revision allows that, else with null.
json::value make_error_without_id(failure const& why, revision::revision const* revision);

/// A string or an integer.
bool is_valid_id(json::value const* id);

/// Text that differs when the ids differ: 1 and "1" are two ids.
std::string id_key(json::value const& id);

/// Why a request is none, if so: jsonrpc, id, method and params have the shape that JSON-RPC and the specification
/// want.
std::optional<failure> request_fault(json::object const& message);

/// The params of a message; an empty object where there are none.
json::object const& params_of(json::value const& message);

} // namespace assay::session
