// One message a line, over a pipe (basic/transports/stdio; to 2025-11-25: basic/transports). Starting the server and
// the order of its end are with whoever has the process.
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// To the server's standard input. The writer never puts a line feed into a message.
void write_line(state& c, json::value const& message);

/// Bytes from the server's standard output.
void on_input(state& c, std::string_view bytes);

/// The server closed its output: no answer will come any more, unless its process can be started again. That is done in
/// the modern era: there is no session that would be lost.
void on_input_end(state& c, std::string why);

} // namespace assay::client
