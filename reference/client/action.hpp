// What the client wants done by whoever has the sockets, pipes and clocks. The client itself does no input or output.
#pragma once

#include "reference/transport/http_message.hpp"

#include <chrono>
#include <string>
#include <variant>

namespace assay::client {

/// A message to the server's standard input, without the line feed.
struct send_line {
  std::string text;
};

/// An HTTP request; what comes back is reported with the same number.
struct send_http {
  int exchange = 0;
  transport::http_request request;
};

/// Close the connection of that exchange; nothing more is reported of it.
struct drop_http {
  int exchange = 0;
};

/// Report this number when the time has passed.
struct start_timer {
  int timer = 0;
  std::chrono::milliseconds after{};
};

/// Show this to the user; a yes, a no, or that nobody answers is reported with the same number.
struct question {
  int number = 0;
  std::string text;
};

/// The answer to that question is not wanted any more.
struct drop_question {
  int number = 0;
};

/// The server's process has ended: start another one.
struct restart_server {};

/// The client is done: end the transport in its order and exit with this code.
struct finish {
  int code = 0;
};

using action =
    std::variant<send_line, send_http, drop_http, start_timer, question, drop_question, restart_server, finish>;

} // namespace assay::client
