// notifications/progress (basic/utilities/progress; modern: basic/patterns/progress).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// Tells how far the call is, when its request carried a token. The caller lets `progress` only grow.
void report_progress(call& c, double progress, double total, std::string_view message);

/// The request's token; null when there is none. Fails when it is neither string nor integer.
std::variant<json::value, failure> read_progress_token(json::object const& params);

} // namespace assay::server
