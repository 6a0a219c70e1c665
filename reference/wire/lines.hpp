// The framing of stdio: one message a line (basic/transports/stdio; in the legacy era basic/transports).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

/// Cuts a byte stream into lines. Bounded: a line over the limit is handed out truncated and marked, the rest of it is
/// skipped.
class line_splitter {
public:
  struct line {
    std::string text;       ///< without the line feed; a carriage return before it is kept
    bool truncated = false; ///< longer than the limit
    bool ended = true;      ///< false: the stream ended within it
  };

  /// `limit` in bytes.
  explicit line_splitter(std::size_t limit = 16u << 20);

  /// The lines that are complete with these bytes.
  std::vector<line> feed(std::string_view bytes);

  /// At the end of the stream: the unfinished line, if any.
  std::vector<line> finish();

private:
  std::size_t limit_;
  std::string pending_;
  bool skipping_ = false;
};

} // namespace assay::wire
