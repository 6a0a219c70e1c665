// Server-Sent Events (WHATWG HTML, section 9.2): parse and write. What EventSource would not dispatch is handed out
// too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

struct sse_event {
  std::string event;             ///< "" means "message"
  std::optional<std::string> id; ///< present when the block had an id field (without NUL), "" included
  std::optional<long> retry;     ///< milliseconds
  std::string data;              ///< the data fields joined by line feeds
  bool has_data = false;         ///< a data field was there, maybe empty
};

/// Incremental; bytes may be cut anywhere, also inside a UTF-8 sequence or CR LF. A BOM at the start is skipped.
class sse_parser {
public:
  /// `limit` bytes for one event; what is longer is dropped and `overflowed` tells so.
  explicit sse_parser(std::size_t limit = 16u << 20);

  /// Events that a blank line completed. Comments are skipped, also towards the limit. A block with only an id, retry
  /// or event field is an event with has_data false; an id with NUL, a retry that is no number and unknown fields do
  /// not count as fields.
  std::vector<sse_event> feed(std::string_view bytes);

  bool overflowed() const { return overflowed_; }

private:
  void append(std::string_view bytes);
  void end_of_line(std::vector<sse_event>& out);

  std::size_t limit_;
  std::string line_;
  sse_event current_;
  bool any_field_ = false;
  bool line_is_empty_ = true; ///< the line itself; line_ is also empty while an event is dropped
  bool dropping_ = false;     ///< over the limit, until the blank line
  bool after_cr_ = false;
  bool at_start_ = true;
  bool overflowed_ = false;
  std::size_t size_ = 0;
};

/// The event as a block with its blank line; each line of data becomes a data field. Line breaks in id and event are
/// left out.
std::string write_sse(sse_event const& event);

} // namespace assay::wire
