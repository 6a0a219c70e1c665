// What happens to a scenario, and what it wants done: the only ways in and out of the engine. No I/O here.
#pragma once

#include "reference/transport/http_message.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay::engine {

/// An HTTP request with its response; 0: no HTTP (stdio).
using exchange_id = int;

using header_list = transport::http_headers;

/// A message (or what should have been one) arrived from the subject: a line, a JSON body, an SSE event's data.
struct frame_received {
  exchange_id exchange = 0;
  std::string text;
  bool truncated = false; ///< it was longer than the limit
};

/// An SSE event, with or without data.
struct stream_event_received {
  exchange_id exchange = 0;
  std::string event;
  std::optional<std::string> id;
  std::optional<long> retry;
  bool has_data = false;
  std::string data; ///< of an event that holds no message (the address, over HTTP with SSE)
};

/// The status line and headers of a response to us.
struct head_received {
  exchange_id exchange = 0;
  int status = 0;
  header_list headers;
};

/// The response ended. `body` is its text when it was no event stream.
struct exchange_ended {
  exchange_id exchange = 0;
  std::string body;
  std::string problem; ///< why it ended before its end; empty: it is whole
};

/// An HTTP request arrived from the subject (we play the server).
struct request_received {
  exchange_id exchange = 0;
  std::string method;
  std::string target;
  header_list headers;
  std::string body;
};

/// The subject's process ended.
struct subject_exited {
  std::optional<int> code;
  std::optional<int> signal;
};

/// Nothing more can come: the subject did not start, refused the connection, or overran a limit.
struct connection_failed {
  std::string what;
};

using event = std::variant<frame_received, stream_event_received, head_received, exchange_ended, request_received,
                           subject_exited, connection_failed>;

/// Write a line to the subject's input (or output, when it is a client). The line feed is added.
struct send_line {
  std::string text;
};

/// Send an HTTP request to the subject.
struct send_http {
  exchange_id exchange = 0;
  std::string method;
  std::string path; ///< empty: the endpoint's own
  header_list headers;
  std::string body;
};

/// Answer an HTTP request of the subject.
struct reply_http {
  exchange_id exchange = 0;
  int status = 200;
  header_list headers;
  std::string body;
  bool open = false; ///< an event stream that goes on: the body is its next events
};

/// Drop the connection of an exchange.
struct cut_exchange {
  exchange_id exchange = 0;
};

/// Close the subject's input.
struct close_input {};

/// Start the client under test with this task.
struct start_subject {
  std::string goal;
};

using action = std::variant<send_line, send_http, reply_http, cut_exchange, close_input, start_subject>;

} // namespace assay::engine
