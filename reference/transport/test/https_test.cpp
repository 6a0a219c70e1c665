// The same over TLS: certificates are verified or not, connections are reused, large bodies and ends get through.
// The certificates are made here and trusted as their own authority.
#include "reference/transport/event.hpp"
#include "reference/transport/test/certificate.hpp"
#include "reference/transport/test/http_pair.hpp"

using namespace assay::transport;
using namespace assay::transport::test;

namespace {

http_server_options with(certificate const& files) {
  http_server_options out;
  out.certificate_file = files.certificate_file;
  out.key_file = files.key_file;
  return out;
}

} // namespace

TEST_CASE("HTTPS: verified by its authority, reused, streamed, large") {
  asio::io_context io;
  certificate const files = make_certificate("IP:127.0.0.1");
  auto const body = [&]() -> asio::awaitable<void> {
    auto const handler = [&](http_request& request, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.write("got ");
      co_await responder.write(std::move(request.body));
      co_await responder.finish();
    };
    http_client_options options;
    options.ca_file = files.certificate_file;
    auto pair = http_pair::open(io, handler, with(files), options);
    CHECK(pair.server.address().scheme == "https");
    std::string const big(1u << 20, 'b');
    for (int i = 0; i < 3; ++i) {
      std::string const got = co_await ask(pair.client, post(big));
      CHECK((got == "200 got " + big));
    }
    CHECK(pair.client.connections() == 1);
    std::string const refused = co_await ask_raw(pair.client, "nonsense\r\n\r\n");
    CHECK(refused.substr(0, 3) == "400");
    CHECK(refused.find("closed") != std::string::npos);
  };
  run(io, body());
}

TEST_CASE("HTTPS: an unknown authority and a wrong name are refused unless nothing is verified") {
  asio::io_context io;
  certificate const files = make_certificate("IP:127.0.0.1");
  certificate const other = make_certificate("DNS:other.example");
  auto const body = [&]() -> asio::awaitable<void> {
    http_client_options options;
    {
      auto pair = http_pair::open(io, &echo, with(files), options);
      auto const got = co_await pair.client.send(post(""));
      REQUIRE_FALSE(got.has_value());
      CHECK(got.error().kind == http_failure::tls);
    }
    {
      options.ca_file = other.certificate_file;
      auto pair = http_pair::open(io, &echo, with(other), options);
      auto const got = co_await pair.client.send(post(""));
      REQUIRE_FALSE(got.has_value());
      CHECK(got.error().kind == http_failure::tls);
    }
    {
      options.ca_file.clear();
      options.verify_peer = false;
      auto pair = http_pair::open(io, &echo, with(other), options);
      std::string const got = co_await ask(pair.client, post("x"));
      CHECK(got == "200 POST /mcp x");
    }
  };
  run(io, body());
}

TEST_CASE("HTTPS: the server sees that a client left") {
  asio::io_context io;
  certificate const files = make_certificate("IP:127.0.0.1");
  auto const body = [&]() -> asio::awaitable<void> {
    event left(io.get_executor());
    auto const handler = [&](http_request&, http_responder& responder) -> asio::awaitable<void> {
      http_response_head head;
      co_await responder.start(std::move(head));
      co_await responder.disconnected();
      left.set();
    };
    http_client_options options;
    options.verify_peer = false;
    auto pair = http_pair::open(io, handler, with(files), options);
    {
      auto exchange = co_await pair.client.send(post(""));
      REQUIRE(exchange.has_value());
    }
    co_await left.wait();
  };
  run(io, body());
}

TEST_CASE("HTTPS: files that cannot be read are problems") {
  asio::io_context io;
  http_server_options options;
  options.certificate_file = "/nowhere/certificate.pem";
  CHECK_FALSE(http_server::listen(io.get_executor(), options, &echo).has_value());
  url address;
  address.scheme = "https";
  address.host = "127.0.0.1";
  http_client_options client_options;
  client_options.ca_file = "/nowhere/ca.pem";
  auto const client = http_client::open(io.get_executor(), address, client_options);
  REQUIRE_FALSE(client.has_value());
  CHECK(client.error().where == "/nowhere/ca.pem");
}
