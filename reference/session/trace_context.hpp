// The trace that a request is a part of, in _meta (basic/index, OpenTelemetry trace context): W3C Trace Context and
// Baggage.
#pragma once

#include <string_view>

namespace assay::session {

/// version-trace-parent-flags, in lower-case hex; neither id is zero.
bool is_traceparent(std::string_view text);

/// A list of at most 32 `key=value`.
bool is_tracestate(std::string_view text);

/// A list of `name=value`, each with properties after semicolons.
bool is_baggage(std::string_view text);

} // namespace assay::session
