// A TCP connection, plain or under TLS, behind one type: the HTTP client and server are written once, and not as
// templates. Internal to this folder.
#pragma once

#include "reference/wire/problem.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <string>

namespace assay::transport {

namespace asio = boost::asio;

/// What a read or write came to. A class with a constructor: g++ 12 handles those well around co_await.
struct io_result {
  boost::system::error_code error;
  std::size_t size = 0;
  io_result(boost::system::error_code e, std::size_t n) : error(e), size(n) {}
};

/// Errors come as values, except that a cancelled coroutine throws operation_aborted: cancellation is never mistaken
/// for an answer.
class stream {
public:
  explicit stream(asio::ip::tcp::socket socket);
  stream(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls);

  asio::awaitable<boost::system::error_code> handshake_as_server();
  /// `host` is sent as the server's name and, when `verify` is set, must be in its certificate.
  asio::awaitable<boost::system::error_code> handshake_as_client(std::string host, bool verify);

  asio::awaitable<io_result> read_some(asio::mutable_buffer room);
  /// Acknowledges at once what was read. Systems put that off, up to 40 ms, and a peer that has small writes wait for
  /// it (Nagle's algorithm) would keep back what it has said: streams would seem to be in another order than they are.
  void acknowledge();
  /// Writes everything.
  asio::awaitable<io_result> write(asio::const_buffer bytes);
  asio::awaitable<io_result> write(asio::const_buffer first, asio::const_buffer second);

  /// Tells the peer that no more will come; reading goes on (TLS: without the goodbye of its own).
  void end_output();
  /// TLS: says goodbye and waits for the peer's; nothing without TLS.
  asio::awaitable<void> goodbye();

  /// Ends everything that is pending. Twice is fine.
  void close();
  /// The same with a reset instead of an orderly end.
  void reset();
  bool is_open() const;

  /// On an idle connection: whether the peer closed it or sent something that nobody asked for.
  bool is_stale();

  asio::ip::tcp::socket& socket();
  asio::ip::tcp::socket const& socket() const;
  bool is_tls() const { return tls_stream_ != nullptr; }

private:
  std::shared_ptr<asio::ssl::context> tls_; ///< outlives the stream
  std::unique_ptr<asio::ip::tcp::socket> plain_;
  std::unique_ptr<asio::ssl::stream<asio::ip::tcp::socket>> tls_stream_;
};

/// How a connection ended, for messages.
enum class stream_end { orderly, reset, cancelled, other };
stream_end classify(boost::system::error_code const& error);

/// A context for servers. Files in PEM.
wire::result<std::shared_ptr<asio::ssl::context>> server_tls(std::string const& certificate_file,
                                                             std::string const& key_file);
/// A context for clients: the system's authorities, or those of `ca_file`.
wire::result<std::shared_ptr<asio::ssl::context>> client_tls(std::string const& ca_file, bool verify);

} // namespace assay::transport
