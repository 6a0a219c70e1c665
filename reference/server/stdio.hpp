// The server at the end of a pipe (basic/transports/stdio; legacy: basic/transports): lines in, lines out, without I/O.
#pragma once

#include "reference/server/core.hpp"
#include "reference/wire/lines.hpp"

namespace assay::server {

class stdio_channel {
public:
  explicit stdio_channel(core& server) : core_(server), peer_(server.connect()) {}

  /// One line without its line feed. A bad one is answered or ignored; it never ends the channel.
  effects receive(wire::line_splitter::line const& line);

private:
  core& core_;
  peer_id peer_;
};

} // namespace assay::server
