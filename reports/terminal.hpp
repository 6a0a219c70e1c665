// The report for people at a terminal or in a log.
#pragma once

#include "reports/failure.hpp"

namespace assay::reports {

/// The failures, then what was blocked, then a table of revisions, then the verdict in one sentence.
std::string terminal(model const& m, text_style const& style);

} // namespace assay::reports
