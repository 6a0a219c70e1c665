// Client and server with each other, both behaving: reuse, concurrency, streaming, ends of connections.
// What is under test waits for events; a hundred requests are at once because nobody is answered before all have come.
#include "reference/transport/event.hpp"
#include "reference/transport/test/http_pair.hpp"

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <linux/sockios.h>
#include <string>
#include <sys/ioctl.h>
#include <vector>

using namespace assay::transport;
using namespace assay::transport::test;
using std::chrono::milliseconds;

TEST_CASE("one connection carries many exchanges") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, &echo);
    for (int i = 0; i < 5; ++i) {
      auto exchange = co_await pair.client.send(post(std::to_string(i)));
      REQUIRE(exchange.has_value());
      CHECK(exchange->connection() == 1);
      CHECK(exchange->reused() == (i > 0));
      auto const text = co_await exchange->read_all();
      REQUIRE(text.has_value());
      CHECK(*text == "POST /mcp " + std::to_string(i));
      CHECK(exchange->head().reason == "OK");
      CHECK(find_header(exchange->head().headers, "Date") != nullptr);
    }
    CHECK(pair.server.connections() == 1);
    CHECK(pair.client.connections() == 1);
  };
  run(io, body());
}

TEST_CASE("a hundred requests at once") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    int arrived = 0;
    event all(io.get_executor());
    // Nobody is answered before everyone has come.
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      if (++arrived == 100) all.set();
      co_await all.wait();
      co_await echo(request, responder);
    };
    auto pair = http_pair::open(io, handler);
    int right = 0;
    int ended = 0;
    event done(io.get_executor());
    auto const one = [&](int number) -> asio::awaitable<void> {
      std::string const got = co_await ask(pair.client, post(std::to_string(number)));
      if (got == "200 POST /mcp " + std::to_string(number)) ++right;
    };
    auto const finished = [&](std::exception_ptr) {
      if (++ended == 100) done.set();
    };
    for (int i = 0; i < 100; ++i)
      asio::co_spawn(io, one(i), finished);
    co_await done.wait();
    CHECK(right == 100);
    CHECK(pair.server.connections() == 100);
  };
  run(io, body());
}

TEST_CASE("a thousand connections stay open and are answered") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_client_options options;
    options.idle_connections = 1000;
    int arrived = 0;
    event all(io.get_executor());
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      if (++arrived == 1000) all.set();
      co_await all.wait();
      co_await echo(request, responder);
    };
    auto pair = http_pair::open(io, handler, {}, options);
    int right = 0;
    int ended = 0;
    event done(io.get_executor());
    auto const one = [&]() -> asio::awaitable<void> {
      std::string const got = co_await ask(pair.client, post("x"));
      if (got == "200 POST /mcp x") ++right;
    };
    auto const finished = [&](std::exception_ptr) {
      if (++ended == 1000) done.set();
    };
    for (int i = 0; i < 1000; ++i)
      asio::co_spawn(io, one(), finished);
    co_await done.wait();
    CHECK(right == 1000);
    CHECK(pair.server.open_connections() == 1000);
  };
  run(io, body());
}

TEST_CASE("chunks go both ways as they come") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    event second(io.get_executor());
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      CHECK(request.body == "one two three");
      bool const sent_whole = find_header(request.headers, "Content-Length") != nullptr;
      CHECK(sent_whole == second.is_set());
      http_response_head head;
      head.headers.push_back(http_header{"Content-Type", "text/event-stream"});
      co_await responder.start(std::move(head));
      co_await responder.write("data: 1\n\n");
      co_await second.wait();
      co_await responder.write("data: 2\n\n");
      co_await responder.finish();
    };
    auto pair = http_pair::open(io, handler);
    std::vector<std::string> parts = {"two ", "three", ""};
    std::size_t next = 0;
    auto const source = [&]() -> asio::awaitable<std::string> { co_return parts[next++]; };
    http_send_options options;
    options.stream = source;
    auto exchange = co_await pair.client.send(post("one "), options);
    REQUIRE(exchange.has_value());
    CHECK(*find_header(exchange->head().headers, "transfer-encoding") == "chunked");
    auto first = co_await exchange->read();
    REQUIRE(first.has_value());
    CHECK(*first == "data: 1\n\n");
    second.set();
    auto rest = co_await exchange->read_all();
    REQUIRE(rest.has_value());
    CHECK(*rest == "data: 2\n\n");
    // The stream ended in order: the connection is used again.
    auto again = co_await pair.client.send(post("one two three"));
    REQUIRE(again.has_value());
    CHECK(again->connection() == 1);
    auto const all = co_await again->read_all();
    REQUIRE(all.has_value());
    CHECK(*all == "data: 1\n\ndata: 2\n\n");
    co_await pair.server.stop(bound); // the handler uses what is local here
  };
  run(io, body());
}

TEST_CASE("what was read is acknowledged at once, for a peer that has small writes wait for that") {
  asio::io_context io;
  constexpr int times = 20; // the system acknowledges the first ones at once by itself
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  event half(io.get_executor());
  auto const serve = [&]() -> asio::awaitable<void> {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    std::array<char, 4096> room{};
    for (int i = 0; i < times; ++i) {
      co_await socket.async_read_some(asio::buffer(room), asio::use_awaitable);
      std::string const begin = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab";
      std::string const rest = "cd";
      co_await asio::async_write(socket, asio::buffer(begin), asio::use_awaitable);
      co_await half.wait();
      half.reset();
      int unacknowledged = -1;
      CHECK(::ioctl(socket.native_handle(), SIOCOUTQ, &unacknowledged) == 0);
      CHECK(unacknowledged == 0);
      co_await asio::async_write(socket, asio::buffer(rest), asio::use_awaitable);
    }
  };
  auto const body = [&]() -> asio::awaitable<void> {
    url const origin{"http", "127.0.0.1", acceptor.local_endpoint().port(), "/"};
    auto client = http_client::open(io.get_executor(), origin, {});
    REQUIRE(client.has_value());
    for (int i = 0; i < times; ++i) {
      auto exchange = co_await client->send(post(""));
      REQUIRE(exchange.has_value());
      auto const first = co_await exchange->read();
      REQUIRE(first.has_value());
      CHECK(*first == "ab");
      half.set();
      auto const second = co_await exchange->read_all();
      REQUIRE(second.has_value());
      CHECK(*second == "cd");
    }
  };
  asio::co_spawn(io, serve(), asio::detached);
  run(io, body());
}

TEST_CASE("the server sees that a client left in the middle of a stream") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    event left(io.get_executor());
    event called(io.get_executor());
    bool first_time = true;
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      CHECK_FALSE(responder.gone());
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.write("part");
      if (first_time) {
        first_time = false;
        co_await responder.disconnected();
        left.set();
      } else {
        event gone(io.get_executor());
        responder.on_disconnect([&gone] { gone.set(); });
        co_await gone.wait();
        called.set();
      }
      CHECK(responder.gone());
    };
    auto pair = http_pair::open(io, handler);
    for (int i = 0; i < 2; ++i) {
      auto exchange = co_await pair.client.send(post(""));
      REQUIRE(exchange.has_value());
      auto part = co_await exchange->read();
      CHECK(part.has_value());
    }
    co_await left.wait();
    co_await called.wait();
  };
  run(io, body());
}

TEST_CASE("a client that leaves before the answer is seen too") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    event arrived(io.get_executor());
    event left(io.get_executor());
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      arrived.set();
      co_await responder.disconnected();
      left.set();
    };
    auto pair = http_pair::open(io, handler);
    asio::cancellation_signal signal;
    std::exception_ptr thrown;
    event cancelled(io.get_executor());
    auto const ask_in_vain = [&]() -> asio::awaitable<void> { co_await ask(pair.client, post("")); };
    auto const ended = [&](std::exception_ptr failure) {
      thrown = failure;
      cancelled.set();
    };
    asio::co_spawn(io, ask_in_vain(), asio::bind_cancellation_slot(signal.slot(), ended));
    co_await arrived.wait();
    signal.emit(asio::cancellation_type::terminal);
    co_await cancelled.wait();
    CHECK(thrown);
    co_await left.wait();
  };
  run(io, body());
}

TEST_CASE("an exchange can be dropped while it is being read") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.disconnected();
    };
    auto pair = http_pair::open(io, handler);
    auto sent = co_await pair.client.send(post(""));
    REQUIRE(sent.has_value());
    std::optional<http_exchange> exchange(std::move(*sent));
    event ended(io.get_executor());
    std::optional<http_failure> failure;
    auto const reader = [&]() -> asio::awaitable<void> {
      auto const part = co_await exchange->read();
      if (!part) failure = part.error().kind;
    };
    auto const finished = [&](std::exception_ptr) { ended.set(); };
    asio::co_spawn(io, reader(), finished);
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
          exchange.reset();
          co_return;
        },
        [](std::exception_ptr) {});
    co_await ended.wait();
    CHECK(failure == http_failure::closed);
  };
  run(io, body());
}

TEST_CASE("a read that is cancelled loses nothing") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    event go(io.get_executor());
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await go.wait();
      co_await responder.write("late");
      co_await responder.finish();
    };
    auto pair = http_pair::open(io, handler);
    auto exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    auto const none = co_await with_deadline(exchange->read(), milliseconds(5));
    CHECK_FALSE(none.has_value());
    go.set();
    auto const all = co_await exchange->read_all();
    REQUIRE(all.has_value());
    CHECK(*all == "late");
  };
  run(io, body());
}

TEST_CASE("header fields go out and arrive in order and case, and override what the client would add") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_headers seen;
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      seen = request.headers;
      http_response_head head;
      head.status = 299;
      head.reason = "Odd But Fine";
      head.headers = {{"x-ONE", "1"}, {"B", "2"}, {"X-one", "3"}};
      co_await responder.respond(std::move(head), "");
    };
    auto pair = http_pair::open(io, handler);
    http_request request;
    request.method = "M-SEARCH";
    request.target = "/a?b";
    request.headers = {{"aCCept", "x"}, {"Mcp-Session-Id", "1"}, {"accept", "y"}, {"HOST", "other.example"}};
    auto exchange = co_await pair.client.send(std::move(request));
    REQUIRE(exchange.has_value());
    CHECK(exchange->head().status == 299);
    CHECK(exchange->head().reason == "Odd But Fine");
    REQUIRE(seen.size() == 4);
    CHECK(seen[0].name == "aCCept");
    CHECK(seen[2].name == "accept");
    CHECK(seen[3].name == "HOST");
    CHECK(seen[3].value == "other.example");
    auto const& answer = exchange->head().headers;
    REQUIRE(answer.size() >= 3);
    CHECK(answer[0].name == "x-ONE");
    CHECK(answer[1].name == "B");
    CHECK(answer[2].name == "X-one");
    CHECK(answer[2].value == "3");
  };
  run(io, body());
}

TEST_CASE("HEAD, 204 and an empty body") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      if (request.target == "/204") head.status = 204;
      std::string text;
      if (request.method == "HEAD") text = "never sent";
      co_await responder.respond(std::move(head), std::move(text));
    };
    auto pair = http_pair::open(io, handler);
    for (auto const* what : {"HEAD /", "GET /204", "GET /"}) {
      std::string const line = what;
      http_request request;
      request.method = line.substr(0, line.find(' '));
      request.target = line.substr(line.find(' ') + 1);
      std::string const got = co_await ask(pair.client, std::move(request));
      std::string expected = "200 ";
      if (line == "GET /204") expected = "204 ";
      CHECK(got == expected);
    }
    CHECK(pair.client.connections() == 1);
  };
  run(io, body());
}

TEST_CASE("large bodies in both directions") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.respond(std::move(head), std::move(request.body));
    };
    auto pair = http_pair::open(io, handler);
    std::string const big(5u << 20, 'b');
    for (int i = 0; i < 2; ++i) {
      auto exchange = co_await pair.client.send(post(big));
      REQUIRE(exchange.has_value());
      auto const text = co_await exchange->read_all();
      REQUIRE(text.has_value());
      CHECK((*text == big));
    }
    CHECK(pair.client.connections() == 1);
  };
  run(io, body());
}

TEST_CASE("pipelined requests are answered in order") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      // A stream among them: the server reads ahead while it runs.
      if (request.target == "/2") {
        http_response_head head;
        co_await responder.start(std::move(head));
        co_await responder.write("strea");
        co_await responder.write("med");
        co_await responder.finish();
      } else {
        co_await echo(request, responder);
      }
    };
    auto pair = http_pair::open(io, handler);
    std::string bytes = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    bytes += "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n";
    bytes += "GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    auto exchange = co_await pair.client.send_raw(std::move(bytes));
    REQUIRE(exchange.has_value());
    std::vector<std::string> const expected = {"POST /1 abc", "streamed", "GET /3 ", "GET /4 "};
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (i > 0) {
        auto const next = co_await exchange->next();
        REQUIRE(next.has_value());
      }
      auto const text = co_await exchange->read_all();
      REQUIRE(text.has_value());
      CHECK(*text == expected[i]);
    }
    auto const closed = co_await exchange->closed_by_server();
    REQUIRE(closed.has_value());
    CHECK(*closed);
  };
  run(io, body());
}

TEST_CASE("an idle connection can be watched for its end") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    http_server_options options;
    options.idle_time = milliseconds(200);
    auto pair = http_pair::open(io, &echo, options);
    auto exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    auto const text = co_await exchange->read_all();
    CHECK(text.has_value());
    auto const closed = co_await exchange->closed_by_server();
    REQUIRE(closed.has_value());
    CHECK(*closed);
    // Not the connection that has ended:
    std::string const again = co_await ask(pair.client, post("again"));
    CHECK(again == "200 POST /mcp again");
    CHECK(pair.client.connections() == 2);
  };
  run(io, body());
}

TEST_CASE("a host name is looked up") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto pair = http_pair::open(io, &echo);
    url address = pair.server.address();
    address.host = "localhost";
    auto client = http_client::open(io.get_executor(), address);
    REQUIRE(client.has_value());
    std::string const got = co_await ask(*client, post("x"));
    CHECK(got == "200 POST /mcp x");
  };
  run(io, body());
}

TEST_CASE("a graceful stop lets requests end") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    event arrived(io.get_executor());
    event go(io.get_executor());
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      if (request.body == "wait") {
        arrived.set();
        co_await go.wait();
      }
      co_await echo(request, responder);
    };
    auto pair = http_pair::open(io, handler);
    event answered(io.get_executor());
    std::string answer;
    auto const one = [&]() -> asio::awaitable<void> { answer = co_await ask(pair.client, post("wait")); };
    auto const finished = [&](std::exception_ptr) { answered.set(); };
    asio::co_spawn(io, one(), finished);
    co_await arrived.wait();
    event stopped(io.get_executor());
    auto const stop = [&]() -> asio::awaitable<void> { co_await pair.server.stop(bound); };
    auto const stop_ended = [&](std::exception_ptr) { stopped.set(); };
    asio::co_spawn(io, stop(), stop_ended);
    // The listening socket is closed by now, or will be as soon as that coroutine runs; the request is answered either
    // way.
    go.set();
    co_await answered.wait();
    CHECK(answer == "200 POST /mcp wait");
    co_await stopped.wait();
    CHECK(pair.server.open_connections() == 0);
    std::string const refused = co_await ask(pair.client, post(""));
    CHECK(refused.find("cannot connect") != std::string::npos);
  };
  run(io, body());
}

TEST_CASE("a stop closes the streams that do not end, and their handlers see it") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    bool seen = false;
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.disconnected();
      seen = true;
    };
    auto pair = http_pair::open(io, handler);
    auto exchange = co_await pair.client.send(post(""));
    REQUIRE(exchange.has_value());
    co_await pair.server.stop(milliseconds(20));
    CHECK(seen);
    CHECK(pair.server.open_connections() == 0);
    auto const rest = co_await exchange->read_all();
    REQUIRE_FALSE(rest.has_value());
    CHECK(rest.error().kind == http_failure::ended);
  };
  run(io, body());
}
