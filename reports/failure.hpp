// The one layout of a failure, for every text report.
#pragma once

#include "conformance/record/record.hpp"

#include <string>
#include <vector>

namespace assay::reports {

/// Failures of one check that say the same, in one or more permutations.
struct failure_group {
  std::vector<judge::check_run const*> runs; ///< at least one; the first is shown
};

/// The failed checks of a record, MUST before SHOULD before MAY, then by requirement and scenario.
std::vector<failure_group> group_failures(record::record const& r);

struct text_style {
  bool colour = false;
  std::size_t width = 120; ///< columns
};

/// The failure with its place in the specification, expected and actual, the transcript and how to run it again.
std::string failure_text(record::record const& r, failure_group const& group, text_style const& style);

/// "mcp-assay server --only '...' --stdio '...'"
std::string again(record::record const& r, judge::check_run const& run);

/// One line about a frame: "tools/list  id 3  cursor \"never-issued\"".
std::string frame_line(std::string const& text);

} // namespace assay::reports
