// The one layout of a failure, for every text report.
#pragma once

#include "reports/model.hpp"

#include <string>

namespace assay::reports {

struct text_style {
  bool colour = false;
  std::size_t width = 120; ///< columns
};

/// The failure with its place in the specification, expected and actual, the transcript and how to run it again.
std::string failure_text(model const& m, failed_requirement const& of, failure const& f, text_style const& style);

} // namespace assay::reports
