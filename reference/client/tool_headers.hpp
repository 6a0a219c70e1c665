// Parameters of tools that are mirrored into HTTP headers, and which annotations are wrong (basic/transports/
// streamable-http, custom headers from tool parameters).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// The mirrored parameters of an inputSchema. A problem when an annotation breaks a rule: such a tool is not offered.
wire::result<std::vector<mirrored_parameter>> read_annotations(json::value const& input_schema);

/// The header fields for a call with these arguments. A problem when a value can stand in no header.
wire::result<transport::http_headers> mirror(std::vector<mirrored_parameter> const& parameters,
                                             json::object const& arguments);

} // namespace assay::client
