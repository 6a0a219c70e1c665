// Header fields, the parser fed in every way, and the buffer between the socket and the parser.
// No I/O here.
#include "cmake/catch.hpp"
#include "reference/transport/http_parser.hpp"
#include "reference/transport/input_buffer.hpp"

#include <cstring>

using namespace assay::transport;

TEST_CASE("header fields are found without regard to case and keep their order") {
  http_headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  REQUIRE(find_header(headers, "B") != nullptr);
  CHECK(*find_header(headers, "B") == "2");
  CHECK(find_header(headers, "c") == nullptr);
  CHECK(header_values(headers, "a").size() == 2);
  set_header(headers, "A", "4");
  CHECK(headers.size() == 2);
  CHECK(headers[0].value == "4");
  set_header(headers, "C", "5");
  CHECK(headers.back().name == "C");
  CHECK(remove_header(headers, "c") == 1);
  CHECK(media_type("Application/JSON ; charset=utf-8") == "application/json");
}

namespace {

/// Feeds byte by byte, as a buffer would: what is not taken is offered again.
void feed_slowly(http_parser& parser, std::string_view bytes) {
  std::string held;
  for (char const c : bytes) {
    held += c;
    held.erase(0, parser.feed(held));
  }
}

} // namespace

TEST_CASE("a request parses the same in one piece and byte by byte") {
  std::string const text =
      "POST /mcp?x HTTP/1.1\r\nHost: a\r\nX-b: 1\r\nx-B: 2\r\nAccept: q\r\nX-B: 3\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n6;e=1\r\n world\r\n0\r\nT: end\r\n\r\n";
  http_parser parser(http_parser::kind::request, {});
  SECTION("at once") {
    CHECK(parser.feed(text + "GET") == text.size());
  }
  SECTION("slowly") {
    feed_slowly(parser, text);
  }
  REQUIRE(parser.done());
  CHECK(parser.request.method == "POST");
  CHECK(parser.request.target == "/mcp?x");
  CHECK(parser.request.body == "hello world");
  REQUIRE(parser.request.headers.size() == 6);
  CHECK(parser.request.headers[1].name == "X-b");
  CHECK(parser.request.headers[2].name == "x-B");
  CHECK(parser.request.headers[3].name == "Accept");
  CHECK(parser.request.headers[4].name == "X-B");
  REQUIRE(parser.trailers.size() == 1);
  CHECK(parser.trailers[0].value == "end");
  CHECK(parser.keep_alive());
}

TEST_CASE("a parser can be moved within a message") {
  http_parser first(http_parser::kind::response, {});
  first.feed("HTTP/1.1 200 Fine\r\nContent-Length: 6\r\n\r\nabc");
  http_parser second = std::move(first);
  second.feed("def");
  CHECK(second.done());
  CHECK(second.body == "abcdef");
  CHECK(second.response.reason == "Fine");
}

TEST_CASE("messages that are none") {
  http_parser parser(http_parser::kind::request, {});
  auto const error_of = [&](std::string const& text) {
    parser.restart();
    parser.feed(text);
    return parser.error();
  };
  using enum http_parse_error;
  CHECK(error_of("GET\r\n\r\n") == malformed);
  CHECK(error_of("GET / HTTP/3.0\r\n\r\n") == malformed);
  CHECK(error_of("GET / HTTP/1.1\nHost: a\n\n") == malformed);
  CHECK(error_of("GET / HTTP/1.1\r\nbad header\r\n\r\n") == malformed);
  CHECK(error_of("GET / HTTP/1.1\r\nHost : a\r\n\r\n") == malformed);
  CHECK(error_of("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n") == malformed);
  CHECK(error_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n") == malformed);
  CHECK(error_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n") == malformed);
  CHECK(error_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n") == malformed);
  CHECK(error_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == none);
  CHECK_FALSE(parser.error_text().size() > 0);
}

TEST_CASE("limits count the head and the whole body") {
  http_parser parser(http_parser::kind::response, http_parse_limits{200, 10});
  auto const error_of = [&](std::string const& text) {
    parser.restart();
    std::string_view rest = text;
    while (!rest.empty()) {
      auto const taken = parser.feed(rest);
      rest.remove_prefix(taken);
      if (taken == 0) break;
    }
    return parser.error();
  };
  std::string const ok = "HTTP/1.1 200 OK\r\n";
  CHECK(error_of(ok + "X: " + std::string(300, 'x') + "\r\n\r\n") == http_parse_error::head_limit);
  CHECK(error_of(ok + "Content-Length: 11\r\n\r\n" + std::string(11, 'x')) == http_parse_error::body_limit);
  CHECK(error_of(ok + "Content-Length: 99999999999999999\r\n\r\nx") == http_parse_error::body_limit);
  CHECK(error_of(ok + "Content-Length: 10\r\n\r\n" + std::string(10, 'x')) == http_parse_error::none);
  CHECK(error_of(ok + "\r\n" + std::string(11, 'x')) == http_parse_error::body_limit);
  CHECK(error_of(ok + "Transfer-Encoding: chunked\r\n\r\n6\r\naaaaaa\r\n6\r\naaaaaa\r\n") ==
        http_parse_error::body_limit);
  CHECK(error_of(ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n") == http_parse_error::body_limit);
  CHECK(parser.head_done());
}

TEST_CASE("the end of the stream completes a body without length and truncates the others") {
  http_parser parser(http_parser::kind::response, {});
  parser.feed("HTTP/1.0 200 OK\r\n\r\nabc");
  CHECK_FALSE(parser.done());
  parser.end_of_stream();
  CHECK(parser.done());
  CHECK(parser.body == "abc");
  parser.restart();
  parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc");
  parser.end_of_stream();
  CHECK(parser.error() == http_parse_error::truncated);
  parser.restart();
  parser.feed("HTTP/1.1 200 OK\r\nConte");
  parser.end_of_stream();
  CHECK(parser.error() == http_parse_error::truncated);
  parser.restart(true);
  parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
  CHECK(parser.done());
}

TEST_CASE("the buffer keeps what is unread, grows and stops at its limit") {
  input_buffer buffer(10'000);
  std::string expected;
  auto const put = [&](char c, std::size_t most) {
    auto const room = buffer.prepare();
    std::size_t const count = std::min(most, room.size());
    std::memset(room.data(), c, count);
    buffer.commit(count);
    expected.append(count, c);
    return count;
  };
  CHECK(put('a', 3000) == 3000);
  buffer.consume(1000);
  expected.erase(0, 1000);
  CHECK(put('b', 9000) == 1096);
  CHECK(buffer.view() == expected);
  while (put('c', 500) > 0) {
  }
  CHECK(buffer.size() == 10'000);
  CHECK(buffer.view() == expected);
  buffer.consume(buffer.size());
  CHECK(buffer.prepare().size() == 10'000);
}
