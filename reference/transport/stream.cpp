// Reads, writes and TLS handshakes; the only translation unit that instantiates Asio's composed socket operations.
#include "reference/transport/stream.hpp"

#include <array>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace assay::transport {

using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Tells "we were cancelled" from "someone closed the socket under us".
void throw_if_cancelled(asio::cancellation_state const& state) {
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

} // namespace

stream::stream(tcp::socket socket) : plain_(new tcp::socket(std::move(socket))) {
  error_code ignored;
  plain_->set_option(tcp::no_delay(true), ignored);
}

stream::stream(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls)
    : tls_(std::move(tls)), tls_stream_(new asio::ssl::stream<tcp::socket>(std::move(socket), *tls_)) {
  error_code ignored;
  tls_stream_->next_layer().set_option(tcp::no_delay(true), ignored);
}

tcp::socket& stream::socket() {
  return tls_stream_ ? tls_stream_->next_layer() : *plain_;
}
tcp::socket const& stream::socket() const {
  return tls_stream_ ? tls_stream_->next_layer() : *plain_;
}
bool stream::is_open() const {
  return socket().is_open();
}

asio::awaitable<error_code> stream::handshake_as_server() {
  error_code ec;
  if (tls_stream_)
    co_await tls_stream_->async_handshake(asio::ssl::stream_base::server,
                                          asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
  co_return ec;
}

asio::awaitable<error_code> stream::handshake_as_client(std::string host, bool verify) {
  error_code ec;
  if (!tls_stream_) co_return ec;
  error_code no_address;
  asio::ip::make_address(host, no_address);
  // A server name is a name: addresses are not sent as one (RFC 6066, section 3).
  if (no_address) SSL_set_tlsext_host_name(tls_stream_->native_handle(), host.c_str());
  if (verify) {
    tls_stream_->set_verify_mode(asio::ssl::verify_peer, ec);
    tls_stream_->set_verify_callback(asio::ssl::host_name_verification(host), ec);
  } else {
    tls_stream_->set_verify_mode(asio::ssl::verify_none, ec);
  }
  co_await tls_stream_->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
  co_return ec;
}

asio::awaitable<io_result> stream::read_some(asio::mutable_buffer room) {
  error_code ec;
  std::size_t size = 0;
  if (tls_stream_)
    size = co_await tls_stream_->async_read_some(room, asio::redirect_error(asio::use_awaitable, ec));
  else
    size = co_await plain_->async_read_some(room, asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
  co_return io_result(ec, size);
}

void stream::acknowledge() {
  // The system goes back to putting it off: no setting for good.
  int const now = 1;
  ::setsockopt(socket().native_handle(), IPPROTO_TCP, TCP_QUICKACK, &now, sizeof now);
}

asio::awaitable<io_result> stream::write(asio::const_buffer bytes) {
  error_code ec;
  std::size_t size = 0;
  if (tls_stream_)
    size = co_await asio::async_write(*tls_stream_, bytes, asio::redirect_error(asio::use_awaitable, ec));
  else
    size = co_await asio::async_write(*plain_, bytes, asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
  co_return io_result(ec, size);
}

asio::awaitable<io_result> stream::write(asio::const_buffer first, asio::const_buffer second) {
  error_code ec;
  std::size_t size = 0;
  std::array<asio::const_buffer, 2> both = {first, second};
  if (tls_stream_)
    size = co_await asio::async_write(*tls_stream_, both, asio::redirect_error(asio::use_awaitable, ec));
  else
    size = co_await asio::async_write(*plain_, both, asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
  co_return io_result(ec, size);
}

void stream::end_output() {
  error_code ignored;
  socket().shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> stream::goodbye() {
  error_code ignored;
  if (tls_stream_ && is_open())
    co_await tls_stream_->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
}

void stream::close() {
  error_code ignored;
  socket().close(ignored);
}

void stream::reset() {
  error_code ignored;
  socket().set_option(asio::socket_base::linger(true, 0), ignored);
  socket().close(ignored);
}

bool stream::is_stale() {
  if (!is_open()) return true;
  char byte = 0;
  auto const count = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  // Under TLS 1.3 an idle peer may have sent session tickets: bytes are no sign there, an end is.
  return count == 0 || !tls_stream_;
}

stream_end classify(error_code const& error) {
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) return stream_end::orderly;
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe ||
      error == asio::error::connection_aborted)
    return stream_end::reset;
  if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) return stream_end::cancelled;
  return stream_end::other;
}

wire::result<std::shared_ptr<asio::ssl::context>> server_tls(std::string const& certificate_file,
                                                             std::string const& key_file) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code ec;
  context->use_certificate_chain_file(certificate_file, ec);
  if (ec) return wire::problem{certificate_file, "cannot read the certificate: " + ec.message(), "give a PEM file"};
  context->use_private_key_file(key_file, asio::ssl::context::pem, ec);
  if (ec)
    return wire::problem{key_file, "cannot use the private key: " + ec.message(),
                         "give the PEM key of the certificate"};
  return context;
}

wire::result<std::shared_ptr<asio::ssl::context>> client_tls(std::string const& ca_file, bool verify) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code ec;
  if (!ca_file.empty()) {
    context->load_verify_file(ca_file, ec);
    if (ec)
      return wire::problem{ca_file, "cannot read the certificate authorities: " + ec.message(), "give a PEM file"};
  } else if (verify) {
    context->set_default_verify_paths(ec);
  }
  return context;
}

} // namespace assay::transport
