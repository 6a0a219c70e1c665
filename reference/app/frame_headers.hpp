// Header fields where a mutant looks at a frame and changes it; the same at the server's boundary and at the client's.
#pragma once

#include "reference/faults/mutant.hpp"
#include "reference/transport/http_message.hpp"

#include <vector>

namespace assay::app {

/// The fields as a frame has them: by name in small letters; of repeated ones the last.
boost::json::object as_object(transport::http_headers const& headers);

/// Sets, or removes, the fields that a mutant names.
void change(transport::http_headers& headers, std::vector<faults::header_change> const& changes);

} // namespace assay::app
