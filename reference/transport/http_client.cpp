// Connections, their pool, and exchanges. Coroutines are free functions that share ownership of what they use, so that
// an exchange or the client may be dropped while they wait.
#include "reference/transport/http_client.hpp"

#include "reference/transport/event.hpp"
#include "reference/transport/http_parser.hpp"
#include "reference/transport/input_buffer.hpp"
#include "reference/transport/stream.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace assay::transport {

using asio::ip::tcp;
using boost::system::error_code;

http_problem::http_problem(http_failure k, std::string where, std::string what, std::string hint)
    : wire::problem{std::move(where), std::move(what), std::move(hint)}, kind(k) {}

namespace {

constexpr std::size_t inline_write = 64u << 10; ///< more than this is written while the response is already being read
constexpr unsigned interim_responses = 32;      ///< responses with a 1xx status before the real one

struct connection {
  connection(stream s, asio::any_io_executor const& executor, http_client_options const& options)
      : io(std::move(s)), in(std::max<std::size_t>(options.head_limit, 64u << 10)),
        parser(http_parser::kind::response, http_parse_limits{options.head_limit, options.body_limit}),
        written(executor) {}

  stream io;
  input_buffer in;
  http_parser parser;
  event written; ///< the writer that runs beside the reader has ended
  unsigned number = 0;
  unsigned uses = 0;
  bool writing = false;
  bool write_failed = false;
  bool peer_ended = false;
};

using connection_ptr = std::shared_ptr<connection>;

} // namespace

struct http_client::state {
  asio::any_io_executor executor;
  url origin;
  http_client_options options;
  std::shared_ptr<asio::ssl::context> tls;
  std::vector<connection_ptr> idle;
  unsigned connections = 0;
  bool open = true;

  std::string where() const { return transport::origin(origin); }
};

struct http_exchange::state {
  std::shared_ptr<http_client::state> client;
  connection_ptr conn;
  http_response_head head;
  http_headers trailers;
  std::optional<http_problem> failure;
  unsigned number = 0;
  unsigned use = 0; ///< which use of the connection this is: tells whether it still is ours in the pool
  bool reused = false;
  bool retried = false;
  bool raw = false;
  bool ended = false;
  bool pooled = false;

  ~state() {
    if (conn && !pooled) conn->io.close();
  }
};

namespace {

using client_ptr = std::shared_ptr<http_client::state>;
using exchange_ptr = std::shared_ptr<http_exchange::state>;
using endpoints = std::vector<tcp::endpoint>;

http_problem stream_problem(std::string const& where, error_code const& ec, std::string const& when) {
  switch (classify(ec)) {
  case stream_end::orderly: return http_problem(http_failure::ended, where, "the server closed the connection " + when);
  case stream_end::reset: return http_problem(http_failure::reset, where, "the connection was reset " + when);
  case stream_end::cancelled: return http_problem(http_failure::closed, where, "we closed the connection " + when);
  default: return http_problem(http_failure::reset, where, "the connection broke " + when + ": " + ec.message());
  }
}

http_problem parse_problem(std::string const& where, http_parser const& parser) {
  switch (parser.error()) {
  case http_parse_error::head_limit:
  case http_parse_error::body_limit: return http_problem(http_failure::over_limit, where, parser.error_text());
  case http_parse_error::truncated:
    return http_problem(http_failure::ended, where, "the server closed the connection within the response");
  default: return http_problem(http_failure::malformed, where, "the response is not HTTP/1.1: " + parser.error_text());
  }
}

/// What a resolver finds. It runs beside the coroutine that asked, because getaddrinfo cannot be cancelled.
struct lookup {
  tcp::resolver resolver;
  event done;
  error_code error;
  endpoints found;
  explicit lookup(asio::any_io_executor const& executor) : resolver(executor), done(executor) {}
};

asio::awaitable<endpoints> resolve(asio::any_io_executor executor, url address, error_code& ec) {
  endpoints out;
  auto const literal = asio::ip::make_address(address.host, ec);
  if (!ec) {
    out.emplace_back(literal, address.port);
    co_return out;
  }
  auto asked = std::make_shared<lookup>(executor);
  auto const answer = [asked](error_code const& error, tcp::resolver::results_type const& results) {
    asked->error = error;
    for (auto const& entry : results)
      asked->found.push_back(entry.endpoint());
    asked->done.set();
  };
  std::string const service = std::to_string(address.port);
  asked->resolver.async_resolve(address.host, service, tcp::resolver::numeric_service, answer);
  co_await asked->done.wait();
  ec = asked->error;
  out = std::move(asked->found);
  co_return out;
}

asio::awaitable<http_result<connection_ptr>> connect(client_ptr client) {
  error_code ec;
  endpoints const candidates = co_await resolve(client->executor, client->origin, ec);
  if (ec || candidates.empty())
    co_return http_problem(http_failure::connect, client->where(), "the host name does not resolve: " + ec.message(),
                           "check the address");
  tcp::socket socket(client->executor);
  for (auto const& endpoint : candidates) {
    socket = tcp::socket(client->executor);
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) break;
    if (ec == asio::error::operation_aborted)
      throw boost::system::system_error(ec); // only a cancellation does that here
  }
  if (ec)
    co_return http_problem(http_failure::connect, client->where(), "cannot connect: " + ec.message(),
                           "is the server running and the port right?");
  connection_ptr conn;
  if (client->tls) {
    stream secured(std::move(socket), client->tls);
    conn = std::make_shared<connection>(std::move(secured), client->executor, client->options);
    ec = co_await conn->io.handshake_as_client(client->origin.host, client->options.verify_peer);
    if (ec)
      co_return http_problem(http_failure::tls, client->where(), "the TLS handshake failed: " + ec.message(),
                             "give the CA file of the server's certificate, or do not verify");
  } else {
    stream plain(std::move(socket));
    conn = std::make_shared<connection>(std::move(plain), client->executor, client->options);
  }
  conn->number = ++client->connections;
  co_return conn;
}

connection_ptr take_idle(http_client::state& client) {
  while (!client.idle.empty()) {
    connection_ptr conn = std::move(client.idle.back());
    client.idle.pop_back();
    if (!conn->io.is_stale()) return conn;
    conn->io.close();
  }
  return nullptr;
}

/// Request line and fields; the body is not part of it.
std::string write_head(http_client::state const& client, http_request const& request,
                       http_send_options const& options) {
  std::string out;
  out.reserve(256);
  out += request.method;
  out += ' ';
  out += request.target;
  out += request.version == 10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  auto const field = [&out](std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  if (options.add_host && !find_header(request.headers, "Host")) field("Host", authority(client.origin));
  for (auto const& header : request.headers)
    field(header.name, header.value);
  bool const framed =
      find_header(request.headers, "Content-Length") || find_header(request.headers, "Transfer-Encoding");
  if (options.add_framing && !framed) {
    bool const expects_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (options.stream)
      field("Transfer-Encoding", "chunked");
    else if (!request.body.empty() || expects_body)
      field("Content-Length", std::to_string(request.body.size()));
  }
  out += "\r\n";
  return out;
}

std::string as_chunk(std::string_view bytes) {
  char digits[16];
  auto const end = std::to_chars(digits, digits + sizeof digits, bytes.size(), 16).ptr;
  std::string out(digits, end);
  out.reserve(out.size() + bytes.size() + 4);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
  return out;
}

asio::awaitable<void> write_beside(connection_ptr conn, std::string bytes, http_body_source source, bool chunked,
                                   bool half_close) {
  io_result done = co_await conn->io.write(asio::buffer(bytes));
  while (!done.error && source) {
    std::string const part = co_await source();
    std::string out = part;
    if (chunked && part.empty())
      out = "0\r\n\r\n";
    else if (chunked)
      out = as_chunk(part);
    if (!out.empty()) done = co_await conn->io.write(asio::buffer(out));
    if (part.empty()) break;
  }
  if (half_close) conn->io.end_output();
  conn->write_failed = bool(done.error);
}

/// Writes beside the reader: a server may answer before it has read everything, or never read it.
void start_writing(asio::any_io_executor const& executor, connection_ptr const& conn, std::string bytes,
                   http_body_source source, bool chunked, bool half_close) {
  conn->writing = true;
  conn->written.reset();
  auto const ended = [conn](std::exception_ptr failure) {
    if (failure) conn->write_failed = true;
    conn->writing = false;
    conn->written.set();
  };
  asio::co_spawn(executor, write_beside(conn, std::move(bytes), std::move(source), chunked, half_close), ended);
}

/// Feeds the parser until `enough` says so or the message cannot go on.
template <class Enough>
asio::awaitable<std::optional<http_problem>> advance(connection_ptr conn, std::string where, Enough enough) {
  std::optional<http_problem> failure;
  for (;;) {
    std::size_t const taken = conn->parser.feed(conn->in.view());
    conn->in.consume(taken);
    if (enough(conn->parser)) break;
    if (conn->parser.error() != http_parse_error::none) {
      failure = parse_problem(where, conn->parser);
      break;
    }
    asio::mutable_buffer const room = conn->in.prepare();
    if (room.size() == 0) {
      failure.emplace(http_failure::over_limit, where, "a line of the response is longer than the limit");
      break;
    }
    io_result const got = co_await conn->io.read_some(room);
    conn->in.commit(got.size);
    conn->io.acknowledge();
    if (!got.error) continue;
    conn->peer_ended = true;
    if (classify(got.error) == stream_end::orderly && conn->parser.started()) {
      conn->parser.end_of_stream();
      if (enough(conn->parser)) break;
      failure = parse_problem(where, conn->parser);
    } else {
      std::string when = "before it answered";
      if (conn->parser.started()) when = "within the response";
      failure = stream_problem(where, got.error, when);
    }
    break;
  }
  co_return std::move(failure);
}

bool has_head(http_parser const& parser) {
  return parser.head_done();
}
bool has_body(http_parser const& parser) {
  return !parser.body.empty() || parser.done() || parser.error() != http_parse_error::none;
}

/// Reads heads until one is final (not 1xx, but 101 is).
asio::awaitable<std::optional<http_problem>> read_head(exchange_ptr exchange, bool without_body) {
  std::string const where = exchange->client->where();
  for (unsigned count = 0; count < interim_responses; ++count) {
    exchange->conn->parser.restart(without_body);
    std::optional<http_problem> failure = co_await advance(exchange->conn, where, &has_head);
    if (failure) co_return std::move(failure);
    int const status = exchange->conn->parser.response.status;
    if (status / 100 == 1 && status != 101) continue;
    exchange->head = std::move(exchange->conn->parser.response);
    co_return std::nullopt;
  }
  std::optional<http_problem> failure(std::in_place, http_failure::malformed, where,
                                      "there is no end of 1xx responses");
  co_return std::move(failure);
}

/// The body has ended: the connection goes back to the pool when it can be used again.
void finish(http_exchange::state& exchange) {
  exchange.ended = true;
  auto& conn = *exchange.conn;
  exchange.trailers = std::move(conn.parser.trailers);
  auto& client = *exchange.client;
  bool const reusable = client.open && !exchange.raw && conn.parser.keep_alive() && !conn.writing &&
                        !conn.write_failed && !conn.peer_ended && conn.in.size() == 0 && exchange.head.status != 101;
  if (!reusable || client.idle.size() >= client.options.idle_connections) return;
  exchange.pooled = true;
  client.idle.push_back(exchange.conn);
}

asio::awaitable<http_result<std::string>> read_part(exchange_ptr exchange) {
  if (exchange->ended) co_return std::string();
  if (exchange->failure) co_return *exchange->failure;
  auto conn = exchange->conn;
  if (conn->parser.body.empty() && !conn->parser.done()) {
    std::optional<http_problem> failure = co_await advance(conn, exchange->client->where(), &has_body);
    if (!failure && conn->parser.body.empty() && conn->parser.error() != http_parse_error::none)
      failure = parse_problem(exchange->client->where(), conn->parser);
    if (failure) {
      exchange->failure = failure;
      conn->io.close();
      co_return *failure;
    }
  }
  std::string out = std::move(conn->parser.body);
  conn->parser.body.clear();
  if (conn->parser.done()) {
    finish(*exchange);
  }
  co_return std::move(out);
}

asio::awaitable<http_result<std::string>> read_rest(exchange_ptr exchange) {
  std::string all;
  for (;;) {
    http_result<std::string> part = co_await read_part(exchange);
    if (!part) co_return std::move(part);
    if (part->empty()) co_return std::move(all);
    if (all.empty())
      all = std::move(*part);
    else
      all += *part;
  }
}

asio::awaitable<http_result<bool>> wait_for_close(exchange_ptr exchange) {
  std::string const where = exchange->client->where();
  auto conn = exchange->conn;
  if (!exchange->ended)
    co_return http_problem(http_failure::closed, where, "the response has not been read to its end");
  if (conn->uses != exchange->use)
    co_return http_problem(http_failure::closed, where, "the connection is in use again");
  if (exchange->pooled) {
    exchange->pooled = false;
    std::erase(exchange->client->idle, conn);
  }
  if (conn->peer_ended) co_return true;
  if (conn->in.size() > 0) co_return false;
  io_result const got = co_await conn->io.read_some(conn->in.prepare());
  conn->in.commit(got.size);
  if (!got.error) co_return false;
  conn->peer_ended = true;
  if (classify(got.error) == stream_end::cancelled)
    co_return stream_problem(where, got.error, "while waiting for its end");
  co_return true;
}

asio::awaitable<http_result<void>> read_next(exchange_ptr exchange) {
  std::string const where = exchange->client->where();
  if (!exchange->raw || !exchange->ended)
    co_return http_problem(http_failure::closed, where, "only a raw connection whose response was read has a next one");
  exchange->ended = false;
  std::optional<http_problem> failure = co_await read_head(exchange, false);
  if (failure) {
    exchange->failure = failure;
    co_return *failure;
  }
  co_return http_result<void>();
}

asio::awaitable<http_result<http_exchange>> start_exchange(client_ptr client, http_request request,
                                                           http_send_options options) {
  std::string bytes = write_head(*client, request, options);
  bool const chunked = options.stream && options.add_framing && !find_header(request.headers, "Content-Length") &&
                       !find_header(request.headers, "Transfer-Encoding");
  if (chunked && !request.body.empty())
    bytes += as_chunk(request.body);
  else
    bytes += request.body;
  bool const without_body = request.method == "HEAD";
  bool retried = false;
  for (;;) {
    // The exchange owns the connection from the start: however this coroutine ends, the connection is not left behind.
    auto exchange = std::make_shared<http_exchange::state>();
    exchange->client = client;
    if (!options.fresh_connection && !retried) exchange->conn = take_idle(*client);
    exchange->reused = exchange->conn != nullptr;
    exchange->retried = retried;
    if (!exchange->conn) {
      http_result<connection_ptr> made = co_await connect(client);
      if (!made) co_return std::move(made).error();
      exchange->conn = *made;
    }
    connection& conn = *exchange->conn;
    exchange->number = conn.number;
    exchange->use = ++conn.uses;
    if (options.stream || bytes.size() > inline_write) {
      start_writing(client->executor, exchange->conn, bytes, options.stream, chunked, false);
    } else {
      io_result const done = co_await conn.io.write(asio::buffer(bytes));
      conn.write_failed = bool(done.error); // the server may have answered before it closed: read on
    }
    std::optional<http_problem> failure = co_await read_head(exchange, without_body);
    if (!failure) co_return http_exchange(exchange);
    bool const stale = exchange->reused && !conn.parser.started() && !options.stream &&
                       (failure->kind == http_failure::ended || failure->kind == http_failure::reset);
    if (!stale || !options.retry_stale) co_return *failure;
    retried = true;
  }
}

asio::awaitable<http_result<http_exchange>> start_raw(client_ptr client, std::string bytes, bool half_close) {
  auto exchange = std::make_shared<http_exchange::state>();
  exchange->client = client;
  exchange->raw = true;
  http_result<connection_ptr> made = co_await connect(client);
  if (!made) co_return std::move(made).error();
  exchange->conn = *made;
  exchange->number = exchange->conn->number;
  exchange->use = ++exchange->conn->uses;
  start_writing(client->executor, exchange->conn, std::move(bytes), http_body_source(), false, half_close);
  std::optional<http_problem> failure = co_await read_head(exchange, false);
  if (failure) co_return *failure;
  co_return http_exchange(exchange);
}

} // namespace

http_exchange::http_exchange(std::shared_ptr<state> s) : state_(std::move(s)) {}
http_exchange::http_exchange(http_exchange&&) noexcept = default;
http_exchange& http_exchange::operator=(http_exchange&& other) noexcept {
  if (this != &other) {
    http_exchange old(std::move(*this)); // its connection is closed here
    state_ = std::move(other.state_);
  }
  return *this;
}
http_exchange::~http_exchange() {
  // A read that is under way shares the state: end it now rather than when it finds out.
  if (state_ && state_->conn && !state_->pooled) state_->conn->io.close();
}

http_response_head const& http_exchange::head() const {
  return state_->head;
}
http_headers const& http_exchange::trailers() const {
  return state_->trailers;
}
unsigned http_exchange::connection() const {
  return state_->number;
}
bool http_exchange::reused() const {
  return state_->reused;
}
bool http_exchange::retried() const {
  return state_->retried;
}
asio::awaitable<http_result<std::string>> http_exchange::read() {
  return read_part(state_);
}
asio::awaitable<http_result<std::string>> http_exchange::read_all() {
  return read_rest(state_);
}
asio::awaitable<http_result<bool>> http_exchange::closed_by_server() {
  return wait_for_close(state_);
}
asio::awaitable<http_result<void>> http_exchange::next() {
  return read_next(state_);
}

wire::result<http_client> http_client::open(asio::any_io_executor executor, url const& origin,
                                            http_client_options options) {
  auto s = std::make_shared<state>();
  s->executor = std::move(executor);
  s->origin = origin;
  s->options = std::move(options);
  if (origin.scheme == "https") {
    auto tls = client_tls(s->options.ca_file, s->options.verify_peer);
    if (!tls) return tls.error();
    s->tls = *tls;
  }
  return http_client(std::move(s));
}

http_client::http_client(std::shared_ptr<state> s) : state_(std::move(s)) {}
http_client::http_client(http_client&&) noexcept = default;
http_client& http_client::operator=(http_client&& other) noexcept {
  if (this != &other) {
    http_client old(std::move(*this));
    state_ = std::move(other.state_);
  }
  return *this;
}
http_client::~http_client() {
  if (!state_) return;
  state_->open = false;
  for (auto const& conn : state_->idle)
    conn->io.close();
  state_->idle.clear();
}

asio::awaitable<http_result<http_exchange>> http_client::send(http_request request) {
  return start_exchange(state_, std::move(request), http_send_options());
}
asio::awaitable<http_result<http_exchange>> http_client::send(http_request request, http_send_options options) {
  return start_exchange(state_, std::move(request), std::move(options));
}
asio::awaitable<http_result<http_exchange>> http_client::send_raw(std::string bytes, bool half_close) {
  return start_raw(state_, std::move(bytes), half_close);
}
unsigned http_client::connections() const {
  return state_->connections;
}

} // namespace assay::transport
