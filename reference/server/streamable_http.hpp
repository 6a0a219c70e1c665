// Streamable HTTP without I/O, both eras on one endpoint (basic/transports/streamable-http; legacy: basic/transports):
// requests in; answers, event streams and what comes on them out. Sessions, streams and their replay live here.
#pragma once

#include "reference/server/core.hpp"
#include "reference/transport/http_message.hpp"

#include <deque>

namespace assay::server {

/// One HTTP request and its response; numbered by whoever does the I/O.
using exchange_id = std::uint64_t;

struct http_settings {
  std::uint16_t port = 0;
  std::string path = "/mcp";
  std::vector<std::string> allowed_origins = {};
  std::size_t sessions = 1000; ///< one more ends the one that was idle longest
  std::size_t streams = 32;    ///< of one session, ended ones that can be replayed included
  std::size_t history = 256;   ///< events of one stream that can be replayed
  std::size_t backlog = 100;   ///< messages that wait for a GET stream
  long retry = 100;            ///< milliseconds a client waits before it comes back
};

/// A whole response.
struct http_answer {
  exchange_id to = 0;
  int status = 200;
  transport::http_headers headers;
  std::optional<json::value> message; ///< nothing: no body
  std::shared_ptr<json::value const> request = {};
};

/// The head of an event stream.
struct stream_start {
  exchange_id to = 0;
  transport::http_headers headers;
};

struct stream_event {
  exchange_id to = 0;
  std::optional<std::string> id;
  std::optional<long> retry;
  std::optional<json::value> message; ///< nothing: empty data
  std::shared_ptr<json::value const> request = {};
  std::optional<std::string> endpoint = {}; ///< in place of a message: the address of http_sse.hpp's first event
};

struct stream_end {
  exchange_id to = 0;
};

using http_action = std::variant<http_answer, stream_start, stream_event, stream_end>;

struct http_effects {
  std::vector<http_action> actions; ///< in this order
  std::vector<timer> timers;
};

class streamable_http {
public:
  streamable_http(core& server, http_settings with) : core_(server), settings_(std::move(with)) {}

  /// The port is known only once the listener has one.
  void set_port(std::uint16_t port) { settings_.port = port; }

  http_effects request(exchange_id id, transport::http_request const& request);

  /// The client closed the connection of an exchange that was not over.
  http_effects gone(exchange_id id);

  http_effects woken(std::uint64_t timer);

  /// Ends everything.
  http_effects stop();

  std::size_t sessions() const { return sessions_.size(); }

private:
  using stream_id = std::uint64_t;

  struct stored_event {
    std::uint64_t number = 0;
    std::optional<json::value> message;
    std::shared_ptr<json::value const> request;
  };

  struct stream {
    peer_id peer = 0;
    ticket about = 0; ///< 0: a GET stream
    std::optional<exchange_id> exchange;
    bool modern = false;
    bool numbered = false; ///< its events have ids
    bool ended = false;
    std::uint64_t next_event = 1;
    std::deque<stored_event> history;
  };

  struct http_session {
    peer_id peer = 0;
    std::uint64_t last_used = 0;
    std::deque<json::value> backlog;
  };

  struct accepted {
    bool json = true;
    bool events = true;
  };

  void post(exchange_id id, transport::http_request const& request, http_effects& out);
  void get(exchange_id id, transport::http_request const& request, http_effects& out);
  void remove(exchange_id id, transport::http_request const& request, http_effects& out);
  void post_modern(exchange_id id, transport::http_request const& request, json::value const& message, accepted can,
                   http_effects& out);
  void post_legacy(exchange_id id, transport::http_request const& request, json::value const& message, accepted can,
                   http_effects& out);
  void open_session(exchange_id id, json::value const& message, http_effects& out);
  http_session* find_session(exchange_id id, transport::http_request const& request, json::value const* message,
                             http_effects& out);
  void reply(exchange_id id, peer_id peer, bool modern, effects&& done, accepted can, http_effects& out);
  void route(effects&& done, http_effects& out);
  stream_id general_stream(peer_id peer) const;
  void deliver(stream_id id, std::optional<json::value> message, std::shared_ptr<json::value const> request, bool final,
               http_effects& out);
  void end_stream(stream_id id, http_effects& out);
  void write(stream_id id, stream const& on, stored_event const& event, http_effects& out);
  stream_id open_stream(exchange_id id, peer_id peer, ticket about, bool modern, http_effects& out);
  void replay(stream_id id, std::uint64_t after, exchange_id to, http_effects& out);
  void end_session(std::string const& id, http_effects& out);
  void forget_old_streams(peer_id peer);
  bool means_modern(transport::http_request const& request, json::value const& message) const;
  void refuse(exchange_id id, int status, failure const& why, json::value const* message, http_effects& out,
              transport::http_headers headers = {});

  core& core_;
  http_settings settings_;
  std::map<std::string, http_session, std::less<>> sessions_;
  std::map<stream_id, stream> streams_;
  std::map<ticket, stream_id> by_ticket_;
  std::map<exchange_id, stream_id> by_exchange_;
  std::uint64_t clock_ = 0;
  stream_id next_stream_ = 1;
};

} // namespace assay::server
