// A server with a given handler and a client to it, in one io_context.
// And short forms of asking: everything as one line of text.
#pragma once

#include "reference/transport/http_client.hpp"
#include "reference/transport/http_server.hpp"
#include "reference/transport/test/run.hpp"

#include <string>
#include <utility>

namespace assay::transport::test {

struct http_pair {
  http_server server;
  http_client client;

  static http_pair open(asio::io_context& io, http_handler handler, http_server_options server_options = {},
                        http_client_options client_options = {}) {
    auto server = http_server::listen(io.get_executor(), std::move(server_options), std::move(handler));
    REQUIRE(server.has_value());
    auto client = http_client::open(io.get_executor(), server->address(), std::move(client_options));
    REQUIRE(client.has_value());
    return http_pair{std::move(*server), std::move(*client)};
  }
};

inline http_request post(std::string body) {
  http_request out;
  out.method = "POST";
  out.target = "/mcp";
  out.headers.push_back(http_header{"Content-Type", "application/json"});
  out.body = std::move(body);
  return out;
}

/// Answers with the method, the target and the body.
inline asio::awaitable<void> echo(http_request& request, http_responder& responder) {
  http_response_head head;
  head.headers.push_back(http_header{"Content-Type", "text/plain"});
  std::string body = request.method + " " + request.target + " " + request.body;
  co_await responder.respond(std::move(head), std::move(body));
}

/// Sends and reads everything: status and body, or the failure in words.
inline asio::awaitable<std::string> ask(http_client& client, http_request request) {
  auto exchange = co_await client.send(std::move(request));
  if (!exchange) co_return "failed: " + exchange.error().what;
  auto body = co_await exchange->read_all();
  if (!body) co_return "failed: " + body.error().what;
  co_return std::to_string(exchange->head().status) + " " + *body;
}

/// The same for raw bytes.
inline asio::awaitable<std::string> ask_raw(http_client& client, std::string bytes, bool half_close = false) {
  auto exchange = co_await client.send_raw(std::move(bytes), half_close);
  if (!exchange) co_return "failed: " + exchange.error().what;
  auto body = co_await exchange->read_all();
  if (!body) co_return "failed: " + body.error().what;
  std::string out = std::to_string(exchange->head().status) + " " + *body;
  auto closed = co_await exchange->closed_by_server();
  if (closed.has_value() && *closed) out += "closed";
  co_return out;
}

} // namespace assay::transport::test
