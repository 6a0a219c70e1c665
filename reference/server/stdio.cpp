#include "reference/server/stdio.hpp"

#include <algorithm>

namespace assay::server {

effects stdio_channel::receive(wire::line_splitter::line const& line) {
  if (line.truncated) return core_.receive_unreadable(peer_, "the line is too long");
  // A blank line carries no message; some clients write one at their end.
  if (line.text.find_first_not_of(" \t\r") == std::string::npos) return {};
  auto const parsed = wire::parse(line.text);
  if (!parsed) return core_.receive_unreadable(peer_, parsed.error().where + ", " + parsed.error().what);
  return core_.receive(peer_, parsed->root);
}

} // namespace assay::server
