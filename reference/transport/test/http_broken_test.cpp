// Servers that misbehave, as the client sees them: truncation, resets, nonsense, floods, stale connections.
// And requests that are wrong on purpose, as a server sees them.
#include "reference/transport/event.hpp"
#include "reference/transport/test/http_pair.hpp"

#include <vector>

using namespace assay::transport;
using namespace assay::transport::test;

namespace {

/// A server that says these bytes to every request and closes.
http_handler says(std::string bytes) {
  return [bytes](http_request&, http_responder& responder) -> asio::awaitable<void> {
    std::string copy = bytes;
    co_await responder.write_raw(std::move(copy));
  };
}

asio::awaitable<std::optional<http_failure>> failure_of(asio::io_context& io, std::string bytes,
                                                        http_client_options options) {
  auto pair = http_pair::open(io, says(std::move(bytes)), {}, options);
  auto exchange = co_await pair.client.send(post(""));
  if (!exchange) co_return exchange.error().kind;
  auto const text = co_await exchange->read_all();
  if (!text) co_return text.error().kind;
  co_return std::nullopt;
}

} // namespace

TEST_CASE("the kinds of failure are told apart") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_client_options options;
    options.head_limit = 1000;
    options.body_limit = 100;
    auto const check = [&](std::string bytes, std::optional<http_failure> expected) -> asio::awaitable<void> {
      INFO(bytes.substr(0, 80));
      auto const got = co_await failure_of(io, bytes, options);
      CHECK((got == expected));
    };
    std::string const ok = "HTTP/1.1 200 OK\r\n";
    co_await check(ok + "Content-Length: 2\r\n\r\nab", std::nullopt);
    co_await check(ok + "\r\nuntil the end", std::nullopt);
    co_await check("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + ok +
                       "Content-Length: 0\r\n\r\n",
                   std::nullopt);
    co_await check("", http_failure::ended);
    co_await check(ok, http_failure::ended);
    co_await check(ok + "Content-Length: 5\r\n\r\nab", http_failure::ended);
    co_await check(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nab", http_failure::ended);
    co_await check(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", http_failure::ended);
    co_await check("garbage over here\r\n\r\n", http_failure::malformed);
    co_await check(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", http_failure::malformed);
    co_await check(ok + "A: " + std::string(3000, 'a'), http_failure::over_limit);
    co_await check(ok + "Content-Length: 101\r\n\r\n" + std::string(101, 'a'), http_failure::over_limit);
    co_await check(ok + "\r\n" + std::string(101, 'a'), http_failure::over_limit);
    co_await check(ok + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(100'000, 'e'), http_failure::over_limit);
    std::string interim;
    for (int i = 0; i < 100; ++i)
      interim += "HTTP/1.1 100 Continue\r\n\r\n";
    co_await check(interim, http_failure::malformed);
  };
  run(io, body());
}

TEST_CASE("what came before the end of a cut body is handed out first") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
    auto exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    auto part = co_await exchange->read();
    REQUIRE(part.has_value());
    CHECK(*part == "abc");
    part = co_await exchange->read();
    REQUIRE_FALSE(part.has_value());
    CHECK(part.error().kind == http_failure::ended);
    part = co_await exchange->read();
    CHECK_FALSE(part.has_value());
  };
  run(io, body());
}

TEST_CASE("a reset is told from an end") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    event seen(io.get_executor());
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.write("part");
      co_await seen.wait();
      responder.abort(true);
    };
    auto pair = http_pair::open(io, handler);
    auto exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    auto part = co_await exchange->read();
    CHECK(part.has_value());
    seen.set();
    part = co_await exchange->read();
    REQUIRE_FALSE(part.has_value());
    CHECK(part.error().kind == http_failure::reset);
  };
  run(io, body());
}

TEST_CASE("nobody listens") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    url address;
    {
      auto gone = http_server::listen(io.get_executor(), http_server_options(), &echo);
      REQUIRE(gone.has_value());
      address = gone->address();
    }
    auto client = http_client::open(io.get_executor(), address);
    REQUIRE(client.has_value());
    auto const got = co_await client->send(post(""));
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().kind == http_failure::connect);
    assay::wire::problem const plain = got.error();
    CHECK(plain.where == origin(address));
  };
  run(io, body());
}

TEST_CASE("a stale connection is retried once, when no byte of an answer came") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    int requests = 0;
    // The second request on a connection is read and then dropped, as by a server whose idle time ran out meanwhile.
    std::vector<unsigned> connections;
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      ++requests;
      bool const known = !connections.empty() && connections.back() == responder.connection();
      connections.push_back(responder.connection());
      if (known || request.body == "never")
        responder.abort();
      else
        co_await echo(request, responder);
    };
    auto pair = http_pair::open(io, handler);
    std::string const first = co_await ask(pair.client, post("1"));
    CHECK(first == "200 POST /mcp 1");
    {
      auto second = co_await pair.client.send(post("2"));
      REQUIRE(second.has_value());
      CHECK(second->retried());
      CHECK_FALSE(second->reused());
      CHECK(second->connection() == 2);
      auto const text = co_await second->read_all();
      REQUIRE(text.has_value());
      CHECK(*text == "POST /mcp 2");
    }
    CHECK(requests == 3);
    http_send_options once;
    once.retry_stale = false;
    auto const third = co_await pair.client.send(post("3"), once);
    REQUIRE_FALSE(third.has_value());
    CHECK(requests == 4);
    // A fresh connection is not retried.
    auto const fourth = co_await pair.client.send(post("never"));
    CHECK_FALSE(fourth.has_value());
    CHECK(requests == 5);
  };
  run(io, body());
}

TEST_CASE("an answer that comes before a large request is written is read") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_server_options options;
    options.body_limit = 10;
    auto pair = http_pair::open(io, &echo, options);
    http_request request = post(std::string(3u << 20, 'x'));
    std::string const got = co_await ask(pair.client, std::move(request));
    CHECK(got.substr(0, 3) == "413");
  };
  run(io, body());
}

TEST_CASE("deliberately broken requests arrive as they were written") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, &echo);
    http_send_options bare;
    bare.add_host = false;
    http_request request = post("x");
    auto exchange = co_await pair.client.send(std::move(request), bare);
    REQUIRE(exchange.has_value());
    CHECK(exchange->head().status == 400);

    request = post("{\"a\":1}");
    request.headers.push_back(http_header{"content-length", "3"});
    exchange = co_await pair.client.send(std::move(request));
    REQUIRE(exchange.has_value());
    auto const text = co_await exchange->read_all();
    REQUIRE(text.has_value());
    CHECK(*text == "POST /mcp {\"a");

    request = post("");
    request.body = "2\r\nok\r\n0\r\n\r\n";
    request.headers.push_back(http_header{"Transfer-Encoding", "chunked"});
    http_send_options fresh;
    fresh.fresh_connection = true;
    exchange = co_await pair.client.send(std::move(request), fresh);
    REQUIRE(exchange.has_value());
    auto const coded = co_await exchange->read_all();
    REQUIRE(coded.has_value());
    CHECK(*coded == "POST /mcp ok");

    request = http_request();
    request.method = "GET";
    request.headers.push_back(http_header{"X\r\nInjected", "1"});
    exchange = co_await pair.client.send(std::move(request));
    REQUIRE(exchange.has_value());
    CHECK(exchange->head().status == 400);
  };
  run(io, body());
}
