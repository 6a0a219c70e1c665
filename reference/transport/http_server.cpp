// The accept loop, the loop of a connection, and the responder. Deadlines are kept by one sweep over all connections
// instead of a timer per read: a request then costs no timer at all.
#include "reference/transport/http_server.hpp"

#include "reference/transport/deadline.hpp"
#include "reference/transport/event.hpp"
#include "reference/transport/http_parser.hpp"
#include "reference/transport/input_buffer.hpp"
#include "reference/transport/stream.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace assay::transport {

using asio::ip::tcp;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

struct http_server::state {
  state(asio::any_io_executor const& e, http_server_options o, http_handler h)
      : executor(e), options(std::move(o)), handler(std::move(h)), acceptor(e), sweeper(e), backoff(e), drained(e) {}

  asio::any_io_executor executor;
  http_server_options options;
  http_handler handler;
  std::shared_ptr<asio::ssl::context> tls;
  tcp::acceptor acceptor;
  asio::steady_timer sweeper;
  asio::steady_timer backoff;
  event drained; ///< stopping, and the last connection has ended
  std::unordered_set<http_responder::channel*> open;
  unsigned accepted = 0;
  std::uint16_t port = 0;
  bool stopping = false;
  std::time_t date_second = 0;
  std::string date;

  std::string const& http_date();
  void close_all();
  void stop_listening();
};

struct http_responder::channel {
  channel(std::shared_ptr<http_server::state> s, stream socket)
      : server(std::move(s)), io(std::move(socket)), in(std::max<std::size_t>(server->options.head_limit, 64u << 10)),
        parser(http_parser::kind::request, http_parse_limits{server->options.head_limit, server->options.body_limit}),
        gone(server->executor), arrived(server->executor) {
    server->open.insert(this);
  }
  ~channel() {
    server->open.erase(this);
    if (!server->stopping || !server->open.empty()) return;
    server->drained.set();
    server->sweeper.cancel();
  }

  void mark_gone() {
    if (gone.is_set()) return;
    gone.set();
    auto const callback = std::exchange(when_gone, nullptr);
    if (callback) callback();
  }
  void close() {
    io.close();
    mark_gone();
  }

  std::shared_ptr<http_server::state> server;
  stream io;
  input_buffer in;
  http_parser parser;
  clock::time_point deadline = clock::time_point::max(); ///< the sweep closes the connection then
  event gone;
  event arrived; ///< the watch read something or ended
  std::function<void()> when_gone;
  error_code input_error;
  unsigned number = 0;
  bool watching = false; ///< a read runs beside the handler
  bool idle = true;      ///< between requests

  // The response under way.
  enum class progress { none, streaming, complete, raw };
  progress sent = progress::none;
  bool chunked = false;
  bool without_body = false; ///< answers HEAD
  bool keep_alive = true;
  bool broken = false; ///< a write failed or abort() was called
};

namespace {

using channel_ptr = std::shared_ptr<http_responder::channel>;
using state_ptr = std::shared_ptr<http_server::state>;
using progress = http_responder::channel::progress;

/// The write deadline as a guard, so that it ends with the write however that ends.
struct write_limit {
  http_responder::channel& c;
  explicit write_limit(http_responder::channel& conn) : c(conn) {
    c.deadline = clock::now() + c.server->options.write_time;
  }
  ~write_limit() { c.deadline = clock::time_point::max(); }
};

asio::awaitable<bool> send_bytes(channel_ptr c, std::string bytes) {
  if (c->broken) co_return false;
  write_limit const limit(*c);
  io_result const done = co_await c->io.write(asio::buffer(bytes));
  if (done.error) c->broken = true;
  co_return !done.error;
}

asio::awaitable<bool> send_both(channel_ptr c, std::string head, std::string body) {
  constexpr std::size_t small = 16u << 10; // copying this much is cheaper than a second buffer, and one TLS record
  if (body.size() <= small || c->io.is_tls()) {
    head += body;
    co_return co_await send_bytes(std::move(c), std::move(head));
  }
  if (c->broken) co_return false;
  write_limit const limit(*c);
  io_result const done = co_await c->io.write(asio::buffer(head), asio::buffer(body));
  if (done.error) c->broken = true;
  co_return !done.error;
}

/// A field on its line; no line break can be smuggled in.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  auto const append = [&out](std::string_view text) {
    auto const from = out.size();
    out += text;
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(from), out.end(),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  };
  append(name);
  out += ": ";
  append(value);
  out += "\r\n";
}

bool has_no_body(int status) {
  return status / 100 == 1 || status == 204 || status == 304;
}

/// Status line and fields. `length`: of a whole body; without it the body is streamed.
std::string write_head(http_responder::channel& c, http_response_head const& head, std::optional<std::size_t> length) {
  if (c.server->stopping) c.keep_alive = false;
  std::string out;
  out.reserve(256);
  out += "HTTP/1.1 ";
  out += std::to_string(head.status);
  out += ' ';
  for (char const ch : head.reason.empty() ? usual_reason(head.status) : std::string_view(head.reason))
    out += ch == '\r' || ch == '\n' ? ' ' : ch;
  out += "\r\n";
  for (auto const& header : head.headers)
    append_field(out, header.name, header.value);
  if (!find_header(head.headers, "Date")) append_field(out, "Date", c.server->http_date());
  bool const framed = find_header(head.headers, "Content-Length") || find_header(head.headers, "Transfer-Encoding");
  if (!framed && length && !has_no_body(head.status)) append_field(out, "Content-Length", std::to_string(*length));
  if (!framed && !length && c.chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (auto const* said = find_header(head.headers, "Connection")) {
    if (same_name(*said, "close")) c.keep_alive = false;
  } else if (!c.keep_alive) {
    append_field(out, "Connection", "close");
  } else if (c.parser.request.version == 10) {
    append_field(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  return out;
}

/// Reads beside a handler, so that the peer's end is noticed. What comes (pipelined requests) waits in the buffer; when
/// that is full the watch ends, for nothing more may be read.
asio::awaitable<void> watch(channel_ptr c) {
  for (;;) {
    asio::mutable_buffer const room = c->in.prepare();
    if (room.size() == 0 || !c->io.is_open()) break;
    io_result const got = co_await c->io.read_some(room);
    c->in.commit(got.size);
    if (got.error) {
      c->input_error = got.error;
      c->mark_gone();
      break;
    }
    c->arrived.set();
  }
}

void start_watch(channel_ptr const& c) {
  if (c->watching || c->input_error || c->broken) return;
  c->watching = true;
  auto const ended = [c](std::exception_ptr) {
    c->watching = false;
    c->arrived.set();
  };
  asio::co_spawn(c->server->executor, watch(c), ended);
}

/// More bytes into the buffer, by reading or from the watch that is reading already.
asio::awaitable<error_code> fill(channel_ptr c) {
  std::size_t const before = c->in.size();
  while (c->watching && c->in.size() == before) {
    c->arrived.reset();
    co_await c->arrived.wait();
  }
  if (c->in.size() != before) co_return error_code();
  if (c->input_error) co_return c->input_error;
  asio::mutable_buffer const room = c->in.prepare();
  if (room.size() == 0) co_return make_error_code(boost::system::errc::no_buffer_space);
  io_result const got = co_await c->io.read_some(room);
  c->in.commit(got.size);
  if (got.error) {
    c->input_error = got.error;
    c->mark_gone();
  }
  co_return got.error;
}

/// Closes so that the peer can still read our answer: our side first, then what it sends is thrown away, within limits.
asio::awaitable<void> linger(channel_ptr c) {
  constexpr std::size_t most = 4u << 20;
  if (!c->io.is_open()) co_return;
  c->deadline = clock::now() + std::min<clock::duration>(c->server->options.request_time, std::chrono::seconds(2));
  if (!c->input_error) co_await c->io.goodbye();
  c->io.end_output();
  std::size_t drained = 0;
  while (!c->input_error && drained < most) {
    drained += c->in.size();
    c->in.consume(c->in.size());
    error_code const ec = co_await fill(c);
    if (ec) break;
  }
  c->close();
}

/// An answer of the server itself, after which the connection ends.
asio::awaitable<void> refuse(channel_ptr c, int status, std::string text) {
  c->keep_alive = false;
  c->without_body = false;
  http_response_head head;
  head.status = status;
  head.headers.push_back(http_header{"Content-Type", "text/plain"});
  text += '\n';
  std::string bytes = write_head(*c, head, text.size());
  co_await send_both(c, std::move(bytes), std::move(text));
}

enum class got { request, end, refused };

/// What is wrong with a head that parses: 0 or a status.
int judge_head(http_parser const& parser, std::string& why) {
  auto const& request = parser.request;
  auto const hosts = header_values(request.headers, "Host");
  if (hosts.size() > 1 || (hosts.empty() && request.version == 11)) {
    why = "there must be one Host field";
    return 400;
  }
  if (find_header(request.headers, "Transfer-Encoding") && (!parser.chunked() || request.version == 10)) {
    why = "the only transfer coding is chunked, in HTTP/1.1";
    return 501;
  }
  return 0;
}

asio::awaitable<got> read_request(channel_ptr c) {
  auto const& options = c->server->options;
  c->parser.restart();
  c->idle = true;
  c->keep_alive = false; // for what refuse() says; decided after the head
  c->deadline = clock::now() + options.idle_time;
  bool head_seen = false;
  bool continue_sent = false;
  for (;;) {
    if (c->in.size() > 0 && c->idle) {
      c->idle = false;
      c->deadline = clock::now() + options.request_time;
    }
    std::size_t const taken = c->parser.feed(c->in.view());
    c->in.consume(taken);
    if (c->parser.head_done() && !head_seen) {
      head_seen = true;
      std::string why;
      int const status = judge_head(c->parser, why);
      if (status != 0) {
        co_await refuse(c, status, std::move(why));
        co_return got::refused;
      }
    }
    if (c->parser.error() != http_parse_error::none) {
      int status = 400;
      if (c->parser.error() == http_parse_error::head_limit) status = 431;
      if (c->parser.error() == http_parse_error::body_limit) status = 413;
      std::string why = c->parser.error_text();
      co_await refuse(c, status, std::move(why));
      co_return got::refused;
    }
    if (c->parser.done()) break;
    if (head_seen && !continue_sent && c->in.size() == 0) {
      continue_sent = true;
      auto const length = c->parser.content_length();
      auto const* expect = find_header(c->parser.request.headers, "Expect");
      if (length && options.body_limit != 0 && *length > options.body_limit) {
        std::string why = "the body is longer than the limit";
        co_await refuse(c, 413, std::move(why));
        co_return got::refused;
      }
      if (expect && same_name(*expect, "100-continue") && c->parser.request.version == 11) {
        std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
        auto const deadline = c->deadline;
        co_await send_bytes(c, std::move(interim));
        c->deadline = deadline;
      }
    }
    error_code const ec = co_await fill(c);
    if (!ec) continue;
    if (ec == boost::system::errc::no_buffer_space) {
      std::string why = "a line is longer than the limit";
      co_await refuse(c, head_seen ? 400 : 431, std::move(why));
      co_return got::refused;
    }
    if (classify(ec) == stream_end::orderly && c->parser.started()) {
      // Its side is closed, but it may still be reading.
      std::string why = "the stream ended within the request";
      co_await refuse(c, 400, std::move(why));
      co_return got::refused;
    }
    co_return got::end;
  }
  c->deadline = clock::time_point::max();
  c->idle = false;
  co_return got::request;
}

/// Runs the handler; true when the connection can carry another request.
asio::awaitable<bool> answer(channel_ptr c) {
  c->sent = progress::none;
  c->chunked = false;
  c->without_body = c->parser.request.method == "HEAD";
  c->keep_alive = c->parser.keep_alive() && !c->server->stopping;
  http_responder responder(c);
  std::string failure;
  try {
    co_await c->server->handler(c->parser.request, responder);
  } catch (std::exception const& e) {
    failure = e.what();
    if (failure.empty()) failure = "exception";
  }
  c->when_gone = nullptr;
  if (c->broken) co_return false;
  if (c->sent == progress::none) {
    std::string why = "the handler gave no answer";
    if (!failure.empty()) why = "the handler failed";
    co_await refuse(c, 500, std::move(why));
    co_await linger(c);
    co_return false;
  }
  if (c->sent == progress::streaming) co_return false;
  if (c->sent == progress::raw || !c->keep_alive || c->server->stopping) {
    co_await linger(c);
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> serve(channel_ptr c) {
  c->deadline = clock::now() + c->server->options.request_time;
  error_code const ec = co_await c->io.handshake_as_server();
  if (ec) {
    c->close();
    co_return;
  }
  for (;;) {
    got const what = co_await read_request(c);
    if (what == got::refused) co_await linger(c);
    if (what != got::request) break;
    bool const more = co_await answer(c);
    if (!more) break;
  }
  c->close();
}

/// Over the limit: says so if that can be said without waiting, and closes.
void turn_away(tcp::socket socket, bool tls) {
  error_code ignored;
  if (!tls) {
    constexpr std::string_view text =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }
  socket.close(ignored);
}

asio::awaitable<void> accept(state_ptr server) {
  while (server->acceptor.is_open()) {
    error_code ec;
    tcp::socket socket(server->executor);
    co_await server->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
    if (!server->acceptor.is_open()) break;
    if (ec) {
      // Out of descriptors, most likely: let some connections end before the next try.
      server->backoff.expires_after(std::chrono::milliseconds(50));
      error_code ignored;
      co_await server->backoff.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      continue;
    }
    ++server->accepted;
    if (server->open.size() >= server->options.connection_limit) {
      turn_away(std::move(socket), server->tls != nullptr);
      continue;
    }
    channel_ptr c;
    if (server->tls) {
      stream secured(std::move(socket), server->tls);
      c = std::make_shared<http_responder::channel>(server, std::move(secured));
    } else {
      stream plain(std::move(socket));
      c = std::make_shared<http_responder::channel>(server, std::move(plain));
    }
    c->number = server->accepted;
    auto const ended = [c](std::exception_ptr) { c->close(); };
    asio::co_spawn(server->executor, serve(c), ended);
  }
}

asio::awaitable<void> sweep(state_ptr server) {
  auto const& options = server->options;
  clock::duration const shortest = std::min({options.idle_time, options.request_time, options.write_time});
  clock::duration const period =
      std::clamp<clock::duration>(shortest / 4, std::chrono::milliseconds(5), std::chrono::seconds(1));
  // A weak hold on the connections is enough: they leave the set themselves.
  while (!(server->stopping && server->open.empty())) {
    server->sweeper.expires_after(period);
    error_code ec;
    co_await server->sweeper.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    auto const now = clock::now();
    std::vector<http_responder::channel*> late;
    for (auto* c : server->open)
      if (c->deadline <= now) late.push_back(c);
    for (auto* c : late)
      if (server->open.contains(c)) c->close();
  }
}

asio::awaitable<bool> respond_whole(channel_ptr c, http_response_head head, std::string body) {
  if (c->sent != progress::none) co_return false;
  c->sent = progress::complete;
  std::string bytes = write_head(*c, head, body.size());
  if (c->without_body || has_no_body(head.status)) body.clear();
  co_return co_await send_both(std::move(c), std::move(bytes), std::move(body));
}

asio::awaitable<bool> respond_start(channel_ptr c, http_response_head head) {
  if (c->sent != progress::none) co_return false;
  c->sent = progress::streaming;
  c->chunked = c->parser.request.version == 11 && !has_no_body(head.status) &&
               !find_header(head.headers, "Content-Length") && !find_header(head.headers, "Transfer-Encoding");
  if (c->parser.request.version == 10) c->keep_alive = false;
  start_watch(c);
  std::string bytes = write_head(*c, head, std::nullopt);
  co_return co_await send_bytes(std::move(c), std::move(bytes));
}

asio::awaitable<bool> respond_part(channel_ptr c, std::string bytes) {
  if (c->sent != progress::streaming) co_return false;
  if (c->without_body || bytes.empty()) co_return !c->broken;
  if (c->chunked) {
    char digits[16];
    auto const end = std::to_chars(digits, digits + sizeof digits - 2, bytes.size(), 16).ptr;
    end[0] = '\r';
    end[1] = '\n';
    bytes.insert(0, digits, static_cast<std::size_t>(end - digits) + 2);
    bytes += "\r\n";
  }
  co_return co_await send_bytes(std::move(c), std::move(bytes));
}

asio::awaitable<bool> respond_end(channel_ptr c) {
  if (c->sent != progress::streaming) co_return false;
  c->sent = progress::complete;
  if (!c->chunked || c->without_body) co_return !c->broken;
  std::string last = "0\r\n\r\n";
  co_return co_await send_bytes(std::move(c), std::move(last));
}

asio::awaitable<bool> respond_raw(channel_ptr c, std::string bytes) {
  c->sent = progress::raw;
  co_return co_await send_bytes(std::move(c), std::move(bytes));
}

asio::awaitable<void> wait_until_gone(channel_ptr c) {
  start_watch(c);
  co_await c->gone.wait();
}

asio::awaitable<void> stop_server(state_ptr server, clock::duration patience) {
  server->stop_listening();
  auto const connections = std::vector<http_responder::channel*>(server->open.begin(), server->open.end());
  for (auto* c : connections)
    if (server->open.contains(c) && c->idle) c->close();
  if (server->open.empty()) co_return;
  bool const in_time = co_await with_deadline(server->drained.wait(), patience);
  if (in_time) co_return;
  server->close_all();
  if (!server->open.empty()) co_await with_deadline(server->drained.wait(), patience);
}

} // namespace

std::string const& http_server::state::http_date() {
  std::time_t const now = std::time(nullptr);
  if (now != date_second) {
    // Not strftime: its names follow the locale.
    static constexpr std::array<char const*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<char const*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    gmtime_r(&now, &t);
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[static_cast<std::size_t>(t.tm_wday)],
                  t.tm_mday, months[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min,
                  t.tm_sec);
    date = text;
    date_second = now;
  }
  return date;
}

void http_server::state::close_all() {
  auto const connections = std::vector<http_responder::channel*>(open.begin(), open.end());
  for (auto* c : connections) {
    if (!open.contains(c)) continue;
    c->broken = true;
    c->close();
  }
}

void http_server::state::stop_listening() {
  stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  sweeper.cancel();
  backoff.cancel();
  if (open.empty()) drained.set();
}

http_responder::http_responder(std::shared_ptr<channel> c) : channel_(std::move(c)) {}
asio::awaitable<bool> http_responder::respond(http_response_head head, std::string body) {
  return respond_whole(channel_, std::move(head), std::move(body));
}
asio::awaitable<bool> http_responder::start(http_response_head head) {
  return respond_start(channel_, std::move(head));
}
asio::awaitable<bool> http_responder::write(std::string bytes) {
  return respond_part(channel_, std::move(bytes));
}
asio::awaitable<bool> http_responder::finish() {
  return respond_end(channel_);
}
asio::awaitable<bool> http_responder::write_raw(std::string bytes) {
  return respond_raw(channel_, std::move(bytes));
}
void http_responder::abort(bool reset) {
  channel_->broken = true;
  if (reset) channel_->io.reset();
  channel_->close();
}
asio::awaitable<void> http_responder::disconnected() {
  return wait_until_gone(channel_);
}
void http_responder::on_disconnect(std::function<void()> callback) {
  if (gone()) {
    callback();
    return;
  }
  channel_->when_gone = std::move(callback);
  start_watch(channel_);
}
bool http_responder::gone() const {
  return channel_->gone.is_set();
}
bool http_responder::started() const {
  return channel_->sent != progress::none;
}
unsigned http_responder::connection() const {
  return channel_->number;
}
std::string http_responder::peer() const {
  error_code ec;
  auto const endpoint = channel_->io.socket().remote_endpoint(ec);
  return ec ? std::string() : endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

wire::result<http_server> http_server::listen(asio::any_io_executor executor, http_server_options options,
                                              http_handler handler) {
  auto s = std::make_shared<state>(executor, std::move(options), std::move(handler));
  std::string const where = s->options.address + ":" + std::to_string(s->options.port);
  if (!s->options.certificate_file.empty() || !s->options.key_file.empty()) {
    auto tls = server_tls(s->options.certificate_file, s->options.key_file);
    if (!tls) return tls.error();
    s->tls = *tls;
  }
  error_code ec;
  auto const address = asio::ip::make_address(s->options.address, ec);
  if (ec) return wire::problem{where, "this is no IP address", "for example 127.0.0.1"};
  tcp::endpoint const endpoint(address, s->options.port);
  s->acceptor.open(endpoint.protocol(), ec);
  if (!ec) s->acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) s->acceptor.bind(endpoint, ec);
  if (!ec) s->acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return wire::problem{where, "cannot listen: " + ec.message(), "choose another port, or 0 for any"};
  s->port = s->acceptor.local_endpoint().port();
  auto const ended = [](std::exception_ptr) {};
  asio::co_spawn(executor, accept(s), ended);
  asio::co_spawn(executor, sweep(s), ended);
  return http_server(std::move(s));
}

http_server::http_server(std::shared_ptr<state> s) : state_(std::move(s)) {}
http_server::http_server(http_server&&) noexcept = default;
http_server& http_server::operator=(http_server&& other) noexcept {
  if (this != &other) {
    http_server old(std::move(*this));
    state_ = std::move(other.state_);
  }
  return *this;
}
http_server::~http_server() {
  if (!state_) return;
  state_->stop_listening();
  state_->close_all();
}

std::uint16_t http_server::port() const {
  return state_->port;
}
url http_server::address() const {
  return url{state_->tls ? "https" : "http", state_->options.address, state_->port, "/"};
}
std::size_t http_server::open_connections() const {
  return state_->open.size();
}
unsigned http_server::connections() const {
  return state_->accepted;
}
asio::awaitable<void> http_server::stop(std::chrono::steady_clock::duration patience) {
  return stop_server(state_, patience);
}

} // namespace assay::transport
