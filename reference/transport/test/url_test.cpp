// Addresses of endpoints: cut into parts, written back, resolved, refused.
// The reference forms are those a legacy server may name in its endpoint event (basic/transports).
#include "reference/transport/url.hpp"

#include "cmake/catch.hpp"

using namespace assay::transport;

TEST_CASE("an address is cut into what a client needs") {
  auto const a = parse_url("HTTP://LocalHost:8080/mcp?x=%20#part");
  REQUIRE(a.has_value());
  CHECK(a->scheme == "http");
  CHECK(a->host == "localhost");
  CHECK(a->port == 8080);
  CHECK(a->target == "/mcp?x=%20");
  CHECK(authority(*a) == "localhost:8080");
  CHECK(to_string(*a) == "http://localhost:8080/mcp?x=%20");
}

TEST_CASE("defaults, IPv6 and the own port") {
  auto const a = parse_url("https://[::1]");
  REQUIRE(a.has_value());
  CHECK(a->host == "::1");
  CHECK(a->port == 443);
  CHECK(a->target == "/");
  CHECK(authority(*a) == "[::1]");
  CHECK(to_string(*a) == "https://[::1]/");
}

TEST_CASE("what is no address of an endpoint is a problem") {
  for (auto const* text : {"", "mcp", "/mcp", "ftp://host/", "http://", "http://:80/", "http://a:99999/", "http://a:0/",
                           "http://user:secret@host/", "http://a b/", "http://[::1/"}) {
    INFO(text);
    CHECK_FALSE(parse_url(text).has_value());
  }
}

TEST_CASE("references resolve against an address") {
  auto const base = parse_url("http://127.0.0.1:9/sse/stream?x=1");
  REQUIRE(base.has_value());
  auto const resolved = [&](char const* reference) { return to_string(resolve_url(*base, reference).value()); };
  CHECK(resolved("/messages?id=4") == "http://127.0.0.1:9/messages?id=4");
  CHECK(resolved("messages") == "http://127.0.0.1:9/sse/messages");
  CHECK(resolved("?id=4") == "http://127.0.0.1:9/sse/stream?id=4");
  CHECK(resolved("http://other/x") == "http://other/x");
  CHECK(resolved("//other:81/x") == "http://other:81/x");
  CHECK_FALSE(resolve_url(*base, "mailto:someone").has_value());
  CHECK_FALSE(resolve_url(*base, "http://[bad").has_value());
}
