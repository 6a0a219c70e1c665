// Between the server without I/O and the bytes of HTTP: where a mutant has its hand. Turns actions into what is written
// for each exchange, and requests into what the server gets to see.
#pragma once

#include "reference/faults/mutant.hpp"
#include "reference/server/streamable_http.hpp"

#include <map>

namespace assay::app {

/// What is written to one exchange, in this order.
struct exchange_output {
  struct whole {
    transport::http_response_head head;
    std::string body;
  };
  struct start {
    transport::http_response_head head;
    std::string text = {}; ///< the first bytes after it
  };
  struct bytes {
    std::string text;
  };
  struct end {};
  struct nothing {}; ///< the connection is closed without an answer

  server::exchange_id to = 0;
  std::variant<whole, start, bytes, end, nothing> what;
};

class http_boundary {
public:
  explicit http_boundary(faults::mutant const& mutant) : mutant_(mutant) {}

  /// The requests that the server gets in place of this one; none when it is dropped.
  /// `connection` tells on which it came; what a mutant remembers belongs to one.
  std::vector<transport::http_request> receive(server::exchange_id id, unsigned connection,
                                               transport::http_request request);

  exchange_output send(server::http_action const& action);

  /// The exchange is over.
  void forget(server::exchange_id id) { exchanges_.erase(id); }

private:
  struct exchange {
    unsigned connection = 0;
    std::string method;
    int status = 200;
    boost::json::object headers; ///< of the response
  };

  faults::memory& passed(unsigned connection);

  faults::mutant const& mutant_;
  std::map<unsigned, faults::memory> passed_; ///< by connection
  std::map<server::exchange_id, exchange> exchanges_;
};

} // namespace assay::app
