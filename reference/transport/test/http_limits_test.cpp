// Limits of the server in bytes, connections and time, and what it refuses.
// The client writes the broken requests as raw bytes.
#include "reference/transport/event.hpp"
#include "reference/transport/test/http_pair.hpp"

#include <stdexcept>

using namespace assay::transport;
using namespace assay::transport::test;
using std::chrono::milliseconds;

TEST_CASE("the server refuses what is not HTTP/1.1 and closes the connection") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, &echo);
    auto const refused = [&](std::string bytes, std::string status) -> asio::awaitable<void> {
      INFO(bytes.substr(0, 60));
      std::string const got = co_await ask_raw(pair.client, bytes);
      CHECK(got.substr(0, 3) == status);
      CHECK(got.find("closed") != std::string::npos);
    };
    co_await refused("nonsense\r\n\r\n", "400");
    co_await refused("GET / HTTP/1.1\r\n\r\n", "400"); // no Host
    co_await refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400");
    co_await refused("GET / HTTP/1.1\r\nHost: a\r\nBad Field: 1\r\n\r\n", "400");
    co_await refused("GET / HTTP/9.9\r\nHost: a\r\n\r\n", "400");
    co_await refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400");
    co_await refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400");
    co_await refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501");
    co_await refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     "400");
    std::string const cut =
        co_await ask_raw(pair.client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", true);
    CHECK(cut.substr(0, 3) == "400");
  };
  run(io, body());
}

TEST_CASE("a half-closed client is still answered") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, &echo);
    std::string const got = co_await ask_raw(pair.client, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", true);
    CHECK(got == "200 GET /x closed");
  };
  run(io, body());
}

TEST_CASE("HTTP/1.0: the connection ends with the answer, also of a stream") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      if (request.target == "/s") {
        http_response_head head;
        co_await responder.start(std::move(head));
        co_await responder.write("a stream ");
        co_await responder.finish();
      } else {
        co_await echo(request, responder);
      }
    };
    auto pair = http_pair::open(io, handler);
    std::string const whole = co_await ask_raw(pair.client, "GET /x HTTP/1.0\r\n\r\n");
    CHECK(whole == "200 GET /x closed");
    std::string const stream = co_await ask_raw(pair.client, "GET /s HTTP/1.0\r\n\r\n");
    CHECK(stream == "200 a stream closed");
  };
  run(io, body());
}

TEST_CASE("limits of head and body in the server") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_server_options options;
    options.head_limit = 1000;
    options.body_limit = 5000;
    auto pair = http_pair::open(io, &echo, options);
    http_request wide = post("x");
    wide.headers.push_back(http_header{"X", std::string(2000, 'x')});
    std::string got = co_await ask(pair.client, std::move(wide));
    CHECK(got.substr(0, 3) == "431");
    std::string const endless = "GET /" + std::string(200'000, 'x');
    got = co_await ask_raw(pair.client, endless);
    CHECK(got.substr(0, 3) == "431");
    got = co_await ask(pair.client, post(std::string(5001, 'x')));
    CHECK(got.substr(0, 3) == "413");
    got = co_await ask(pair.client, post(std::string(2'000'000, 'x')));
    CHECK(got.substr(0, 3) == "413");
    got = co_await ask_raw(pair.client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n");
    CHECK(got.substr(0, 3) == "413");
    got = co_await ask_raw(pair.client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n");
    CHECK(got.substr(0, 3) == "413");
    std::string const extension(200'000, 'e');
    got =
        co_await ask_raw(pair.client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + extension);
    CHECK(got.substr(0, 3) == "400");
    got = co_await ask(pair.client, post(std::string(5000, 'x')));
    CHECK(got.substr(0, 3) == "200");
  };
  run(io, body());
}

TEST_CASE("one connection too many is turned away") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_server_options options;
    options.connection_limit = 1;
    auto pair = http_pair::open(io, &echo, options);
    std::string const first = co_await ask(pair.client, post("1"));
    CHECK(first == "200 POST /mcp 1");
    http_send_options fresh;
    fresh.fresh_connection = true;
    auto const second = co_await pair.client.send(post("2"), fresh);
    if (second)
      CHECK(second->head().status == 503);
    else
      CHECK(second.error().kind == http_failure::reset);
  };
  run(io, body());
}

TEST_CASE("a request that does not come to its end is given up") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_server_options options;
    options.request_time = milliseconds(20);
    auto pair = http_pair::open(io, &echo, options);
    auto const got = co_await pair.client.send_raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Le");
    REQUIRE_FALSE(got.has_value());
    // Closed with or without unread bytes: the client sees a reset or an end.
    CHECK((got.error().kind == http_failure::ended || got.error().kind == http_failure::reset));
  };
  run(io, body());
}

TEST_CASE("a client that does not read is given up") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_server_options options;
    options.write_time = milliseconds(200);
    event given_up(io.get_executor());
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      std::string const part(1u << 20, 'x');
      bool going = true;
      while (going)
        going = co_await responder.write(part);
      given_up.set();
    };
    auto pair = http_pair::open(io, handler, options);
    auto exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    co_await given_up.wait();
  };
  run(io, body());
}

TEST_CASE("Expect: 100-continue is answered before the body comes") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, &echo);
    http_request request = post("");
    request.headers.push_back(http_header{"Expect", "100-continue"});
    // Our client never waits for the interim response, but it must not take it for the answer.
    event go(io.get_executor());
    bool sent = false;
    auto const source = [&]() -> asio::awaitable<std::string> {
      std::string part;
      if (!sent) part = "body";
      sent = true;
      co_return part;
    };
    http_send_options options;
    options.stream = source;
    auto exchange = co_await pair.client.send(std::move(request), options);
    REQUIRE(exchange.has_value());
    CHECK(exchange->head().status == 200);
    auto const text = co_await exchange->read_all();
    REQUIRE(text.has_value());
    CHECK(*text == "POST /mcp body");
  };
  run(io, body());
}

TEST_CASE("a handler that fails or says nothing is a 500, one that leaves a stream cuts it") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      if (request.body == "throw") throw std::runtime_error("secret");
      if (request.body == "silent") co_return;
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.write("begun");
    };
    auto pair = http_pair::open(io, handler);
    std::string got = co_await ask(pair.client, post("throw"));
    CHECK(got == "500 the handler failed\n");
    got = co_await ask(pair.client, post("silent"));
    CHECK(got == "500 the handler gave no answer\n");
    got = co_await ask(pair.client, post("cut"));
    CHECK(got.find("closed the connection within the response") != std::string::npos);
  };
  run(io, body());
}

TEST_CASE("no line break gets from a header value into the head") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      head.headers = {{"X", "a\r\nSet-Cookie: b"}};
      co_await responder.respond(std::move(head), "");
    };
    auto pair = http_pair::open(io, handler);
    auto const exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    CHECK(find_header(exchange->head().headers, "Set-Cookie") == nullptr);
  };
  run(io, body());
}
