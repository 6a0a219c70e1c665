// What was on the wire, a line an entry, for the failure that it shows.
#pragma once

#include "conformance/record/record.hpp"

#include <string>
#include <vector>

namespace assay::reports {

/// Who a line of a transcript comes from; `nobody`: the time that was waited in vain.
enum class side { subject, suite, nobody };

struct transcript_line {
  side from = side::suite;
  double at = 0;    ///< milliseconds since the session began
  std::string text; ///< "tools/list  id 3  cursor "never-issued""
  std::string raw;  ///< the message as it was, bounded; empty when the entry carries none
  bool here = false;
};

/// "<-" from the subject, "->" to it, "--" neither.
std::string_view arrow(side from);

/// The entries that show what a failed check is about; at most `most` of them. Of a message that never came these are
/// what was sent for it, what came instead, and when the waiting ended.
std::vector<transcript_line> transcript(record::record const& r, judge::check_run const& run, std::size_t most = 12);

/// One line about a message: "tools/list  id 3  cursor "never-issued"".
std::string frame_line(std::string const& text);

/// A message laid out, with the value at the pointer between `begin` and `end`; at most about `lines` lines around it.
/// `escape` is applied to all the text. A text that is no JSON stays as it is.
std::string laid_out(std::string const& raw, std::string const& pointer, std::string const& begin,
                     std::string const& end, std::string (*escape)(std::string_view), std::size_t lines);

} // namespace assay::reports
