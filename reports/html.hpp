// The report as one HTML page: no network, complete without its script, light and dark, printable.
#pragma once

#include "reports/model.hpp"

namespace assay::reports {

/// Verdict, matrix, failures, what was not tested and why.
std::string html(model const& m);

} // namespace assay::reports
