// Between the client without I/O and the bytes: where a mutant has its hand. Without a mutant everything passes as it
// is.
#pragma once

#include "reference/client/state.hpp"
#include "reference/faults/mutant.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::app {

namespace json = boost::json;

class client_boundary {
public:
  client_boundary(client::state& c, faults::mutant const& mutant) : client_(c), mutant_(mutant) {}

  /// The bytes to write for a line.
  std::string line_out(std::string const& text);

  /// Bytes that were read.
  void input(std::string_view bytes);

  /// The requests to send for one: none, it, or it several times. Where none is sent, the client is told what it would
  /// have expected at best.
  std::vector<transport::http_request> request_out(int exchange, transport::http_request request);

  void head(int exchange, transport::http_response_head head);
  void body(int exchange, std::string bytes);
  void end(int exchange);
  void failure(int exchange, std::string what);

private:
  struct exchange_view {
    std::string method;
    json::value request;
    transport::http_response_head head;
    bool is_stream = false;
    std::string body;
    wire::sse_parser events;
  };

  faults::frame incoming(exchange_view const& of) const;
  void line_in(std::string text);

  client::state& client_;
  faults::mutant const& mutant_;
  faults::memory passed_;
  wire::line_splitter lines_;
  std::map<std::string, json::value> requests_; ///< over stdio, by id, until answered
  std::map<int, exchange_view> exchanges_;
};

} // namespace assay::app
