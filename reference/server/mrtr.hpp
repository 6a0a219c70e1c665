// Multi round-trip requests (basic/patterns/mrtr): the state that goes through the client, and the result that asks for
// input.
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// What comes back with a retry: the client's answers and our own state.
struct retry {
  json::object inputs;
  json::value state = nullptr;
};

/// Reads inputResponses and requestState. State that is not ours, has lapsed, or belongs to another
/// request or principal fails.
std::variant<retry, failure> read_retry(settings const& with, std::string_view method, json::object const& params,
                                        std::string_view principal);

/// The interim result: the requests and, unless it is null, the state, sealed for this request.
json::object input_required_result(settings const& with, std::string_view method, json::object const& params,
                                   std::string_view principal, input_required const& wanted);

/// -32021 when the client did not declare what one of these requests needs.
std::optional<failure> undeclared(json::object const& client_capabilities, json::object const& requests);

/// The three methods whose result may ask for input.
bool may_ask_for_input(std::string_view method);

} // namespace assay::server
