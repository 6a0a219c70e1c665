#include "reference/wire/lines.hpp"

namespace assay::wire {

line_splitter::line_splitter(std::size_t limit) : limit_(limit) {}

std::vector<line_splitter::line> line_splitter::feed(std::string_view bytes) {
  std::vector<line> out;
  while (!bytes.empty()) {
    std::size_t const end = bytes.find('\n');
    bool const ends = end != std::string_view::npos;
    std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(ends ? end + 1 : bytes.size());
    if (!skipping_) {
      std::size_t const room = limit_ - pending_.size();
      bool const too_long = piece.size() > room;
      if (too_long) piece = piece.substr(0, room);
      pending_.append(piece);
      if (too_long || ends) {
        out.push_back({std::move(pending_), too_long, true});
        pending_.clear();
      }
      skipping_ = too_long;
    }
    if (ends) skipping_ = false;
  }
  return out;
}

std::vector<line_splitter::line> line_splitter::finish() {
  std::vector<line> out;
  if (!pending_.empty()) out.push_back({std::move(pending_), false, false});
  pending_.clear();
  skipping_ = false;
  return out;
}

} // namespace assay::wire
