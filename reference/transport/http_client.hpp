// An HTTP/1.1 client to one origin (http or https) for people who test servers: it sends what it is told, also what is
// wrong, and says exactly what came back: which connection, which end. No redirects, no cookies, no retries but one
// (see below). One io_context thread or strand. Every coroutine honours cancellation; deadlines are the caller's
// (deadline.hpp).
#pragma once

#include "reference/transport/http_message.hpp"
#include "reference/transport/url.hpp"
#include "reference/wire/problem.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace assay::transport {

namespace asio = boost::asio;

/// What kind of failure an exchange met.
enum class http_failure {
  connect,    ///< no connection: resolved nothing, refused, unreachable
  tls,        ///< the TLS handshake failed
  ended,      ///< the server closed the connection before the message was complete
  reset,      ///< the connection broke
  malformed,  ///< what came is not HTTP/1
  over_limit, ///< head or body over our limits
  closed,     ///< we closed the connection
};

/// A problem with its kind. Converts to wire::problem.
struct http_problem : wire::problem {
  http_failure kind = http_failure::closed;
  http_problem() = default;
  http_problem(http_failure k, std::string where, std::string what, std::string hint = {});
};

template <class T>
using http_result = boost::system::result<T, http_problem>;

struct http_client_options {
  std::string ca_file;     ///< PEM; empty: the system's authorities
  bool verify_peer = true; ///< https: check the certificate and its name
  std::size_t head_limit = 64u << 10;
  std::uint64_t body_limit = 64u << 20; ///< per response; 0 means none
  std::size_t idle_connections = 32;    ///< at most so many are kept for reuse
};

/// The next part of a request body; "" ends it.
using http_body_source = std::function<asio::awaitable<std::string>()>;

struct http_send_options {
  bool add_host = true; ///< unless the request has a Host field, first in order
  bool add_framing =
      true; ///< Content-Length (or Transfer-Encoding for `stream`), unless the request has either; last in order
  bool fresh_connection = false; ///< do not reuse one
  bool retry_stale = true;       ///< once, when a reused connection broke before any byte of a response
  http_body_source stream;       ///< a body sent in chunks as it comes, after request.body
};

/// Response in progress. Dropping it before its end closes the connection.
class http_exchange {
public:
  http_exchange(http_exchange&&) noexcept;
  http_exchange& operator=(http_exchange&&) noexcept;
  ~http_exchange();

  http_response_head const& head() const;

  /// The next bytes of the body as they arrive, "" at its end. One reader at a time; a cancelled read loses nothing.
  asio::awaitable<http_result<std::string>> read();

  /// The rest of the body.
  asio::awaitable<http_result<std::string>> read_all();

  /// Fields after a chunked body; complete at its end.
  http_headers const& trailers() const;

  /// Number of the connection, from 1, counted per client.
  unsigned connection() const;
  bool reused() const;  ///< it had carried an exchange before
  bool retried() const; ///< a stale connection was given up for this one

  /// After the end of the body: true when the server closes the connection, false when it sends more instead. Waits for
  /// either. Takes the connection out of the pool when it went back there; closed when someone else is using it by now.
  asio::awaitable<http_result<bool>> closed_by_server();

  /// On a raw connection, after the end of a body: the next response (pipelining).
  asio::awaitable<http_result<void>> next();

  struct state;
  explicit http_exchange(std::shared_ptr<state> s);

private:
  std::shared_ptr<state> state_;
};

class http_client {
public:
  /// Does not connect yet. Fails for a CA file that cannot be read.
  static wire::result<http_client> open(asio::any_io_executor executor, url const& origin,
                                        http_client_options options = {});

  http_client(http_client&&) noexcept;
  http_client& operator=(http_client&&) noexcept;
  /// Closes the idle connections; exchanges under way go on.
  ~http_client();

  /// Returns when the head of the response is there. Method, target and header fields go out as they are.
  /// Cancelled or failed, it leaves no connection behind. (Two overloads: g++ 12 mishandles `= {}` in a co_await
  /// expression.)
  asio::awaitable<http_result<http_exchange>> send(http_request request);
  asio::awaitable<http_result<http_exchange>> send(http_request request, http_send_options options);

  /// Writes these bytes on a connection of its own and reads a response. `half_close` ends our side after them.
  asio::awaitable<http_result<http_exchange>> send_raw(std::string bytes, bool half_close = false);

  /// Connections opened so far.
  unsigned connections() const;

  struct state;

private:
  explicit http_client(std::shared_ptr<state> s);
  std::shared_ptr<state> state_;
};

} // namespace assay::transport
