// Requests that take several rounds because the server needs something of the client first (2026-07-28:
// basic/patterns/mrtr; result types: basic/index).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// "complete" where a result has no type: older servers have none. Text of another type than string becomes "".
std::string result_type(json::object const& result);

/// An answer to each of these requests, {key: {"method", "params"}}. A problem when one cannot be had.
task<wire::result<json::object>> input_responses(state& c, json::object requests);

/// The params to retry a request with after an input-required result: those of the first time, the inputs that were
/// asked for, the state exactly as it came. A problem when an input cannot be had.
task<wire::result<json::object>> retry_params(state& c, json::object params, json::object result);

/// Sends and retries until the result is complete, or is a task that goes on. Only tools/call, prompts/get and
/// resources/read may take rounds.
task<answer> request_in_rounds(state& c, std::string method, json::object params, transport::http_headers headers);

} // namespace assay::client
