// HTTP with SSE without I/O, the transport that Streamable HTTP replaced (basic/transports, HTTP with SSE): a GET opens
// the one stream of a session, whose first event tells where to POST; every answer comes on the stream.
#pragma once

#include "reference/server/streamable_http.hpp"

namespace assay::server {

struct http_sse_settings {
  std::uint16_t port = 0;
  std::string stream_path = "/sse";
  std::string post_path = "/message";
  std::vector<std::string> allowed_origins = {};
  std::size_t sessions = 1000; ///< each is a connection that stays open; one more is refused
};

class http_sse {
public:
  /// `server` speaks revisions that carry this transport, and no others.
  http_sse(core& server, http_sse_settings with) : core_(server), settings_(std::move(with)) {}

  /// The port is known only once the listener has one.
  void set_port(std::uint16_t port) { settings_.port = port; }

  /// One of the two addresses is meant. Any other is not found.
  bool owns(std::string_view target) const;

  http_effects request(exchange_id id, transport::http_request const& request);

  /// The client closed the connection of an exchange: with its stream a session ends.
  http_effects gone(exchange_id id);

  http_effects woken(std::uint64_t timer);

  /// Ends everything.
  http_effects stop();

  /// The stream that belongs to a request with this target; 0 when there is none.
  exchange_id stream_of(std::string_view target) const;

  std::size_t sessions() const { return sessions_.size(); }

private:
  struct session {
    peer_id peer = 0;
    exchange_id stream = 0;
  };

  void open(exchange_id id, http_effects& out);
  void post(exchange_id id, transport::http_request const& request, http_effects& out);
  void route(effects&& done, http_effects& out);

  core& core_;
  http_sse_settings settings_;
  std::map<std::string, session, std::less<>> sessions_;
  std::map<peer_id, exchange_id> streams_;
};

} // namespace assay::server
