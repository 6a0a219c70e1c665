// An HTTP/1.1 server (and HTTPS): one coroutine per connection, one handler for all requests. It is strict about what
// it takes (400, 413, 431, 501) and lets a handler say anything, also what is wrong, because mutants and null peers
// speak through it. One io_context thread or strand.
#pragma once

#include "reference/transport/http_message.hpp"
#include "reference/transport/url.hpp"
#include "reference/wire/problem.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace assay::transport {

namespace asio = boost::asio;

struct http_server_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0; ///< 0: chosen by the system
  std::size_t head_limit = 64u << 10;
  std::uint64_t body_limit = 16u << 20;
  std::size_t connection_limit = 4096;                                      ///< one more is answered 503
  std::chrono::steady_clock::duration idle_time = std::chrono::seconds(60); ///< between requests
  std::chrono::steady_clock::duration request_time =
      std::chrono::seconds(30); ///< from the first byte of a request to its last
  std::chrono::steady_clock::duration write_time =
      std::chrono::seconds(30); ///< for one write that the peer does not take
  std::string certificate_file; ///< PEM; with key_file: HTTPS
  std::string key_file;
};

/// The answer to one request. Valid until the handler returns. Everything returns false once the connection is gone.
class http_responder {
public:
  /// The whole response. Content-Length, Date and Connection are added where the head lacks them.
  asio::awaitable<bool> respond(http_response_head head, std::string body);

  /// The head of a response whose body comes in parts (chunked for HTTP/1.1, until the close for HTTP/1.0).
  asio::awaitable<bool> start(http_response_head head);
  /// One part, sent at once: put together what is ready.
  asio::awaitable<bool> write(std::string bytes);
  /// The end of the body. A handler that returns without it cuts the connection.
  asio::awaitable<bool> finish();

  /// These bytes and nothing else, whatever they are; the connection closes when the handler returns.
  asio::awaitable<bool> write_raw(std::string bytes);

  /// Closes the connection at once; `reset`: with a TCP reset.
  void abort(bool reset = false);

  /// Returns when the peer ended its side or the connection broke.
  asio::awaitable<void> disconnected();
  /// The same as a call, once; at once when it is gone already. Dropped when the handler returns.
  void on_disconnect(std::function<void()> callback);
  bool gone() const;

  bool started() const;        ///< something was sent
  unsigned connection() const; ///< number, from 1
  std::string peer() const;    ///< address:port

  struct channel;
  explicit http_responder(std::shared_ptr<channel> c);

private:
  std::shared_ptr<channel> channel_;
};

/// Answers one request. The request is the handler's to move from. An exception becomes a 500 when nothing was sent
/// yet.
using http_handler = std::function<asio::awaitable<void>(http_request& request, http_responder& responder)>;

class http_server {
public:
  /// Listens and serves from now on.
  static wire::result<http_server> listen(asio::any_io_executor executor, http_server_options options,
                                          http_handler handler);

  http_server(http_server&&) noexcept;
  http_server& operator=(http_server&&) noexcept;
  /// Stops listening and closes every connection at once.
  ~http_server();

  std::uint16_t port() const;
  url address() const; ///< with target "/"

  std::size_t open_connections() const;
  unsigned connections() const; ///< accepted so far

  /// Graceful: no new connections; requests under way may end within `patience`, then everything is closed.
  /// Returns when all handlers have returned, or one more `patience` later.
  asio::awaitable<void> stop(std::chrono::steady_clock::duration patience);

  struct state;

private:
  explicit http_server(std::shared_ptr<state> s);
  std::shared_ptr<state> state_;
};

} // namespace assay::transport
