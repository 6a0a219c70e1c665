// Server-Sent Events out of bytes that are cut anywhere, and into bytes.
#include "cmake/catch.hpp"
#include "reference/wire/sse.hpp"

#include <limits>
#include <random>

using namespace assay::wire;
using texts = std::vector<std::string>;

namespace {

/// One event in a line: event|id|retry|data, "-" for what is absent.
std::string shown(sse_event const& e) {
  return e.event + "|" + (e.id ? *e.id : "-") + "|" + (e.retry ? std::to_string(*e.retry) : "-") + "|" +
         (e.has_data ? e.data : "-");
}

void add(texts& out, std::vector<sse_event> const& events) {
  for (auto const& e : events)
    out.push_back(shown(e));
}

texts whole(std::string_view bytes, std::size_t limit = 1000) {
  sse_parser parser(limit);
  texts out;
  add(out, parser.feed(bytes));
  return out;
}

/// The events of the bytes, checked to be the same with every cut and byte by byte.
texts events(std::string_view bytes, std::size_t limit = 1000) {
  texts const expected = whole(bytes, limit);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    sse_parser parser(limit);
    texts out;
    add(out, parser.feed(bytes.substr(0, cut)));
    add(out, parser.feed(bytes.substr(cut)));
    CAPTURE(cut);
    CHECK(out == expected);
  }
  sse_parser parser(limit);
  texts out;
  for (char const c : bytes)
    add(out, parser.feed({&c, 1}));
  CHECK(out == expected);
  return expected;
}

} // namespace

TEST_CASE("fields become events") {
  CHECK(events("event: message\nid: 7\ndata: {\"a\":1}\n\n") == texts{"message|7|-|{\"a\":1}"});
  CHECK(events("data: a\ndata: b\ndata\ndata:c\n\ndata: second\n\n") == texts{"|-|-|a\nb\n\nc", "|-|-|second"});
  CHECK(events("data:  two spaces\n\n") == texts{"|-|-| two spaces"});
  CHECK(events("data: a: b\n\n") == texts{"|-|-|a: b"});
  CHECK(events("event: a\nevent: b\nid: 1\nid: 2\ndata:x\n\n") == texts{"b|2|-|x"});
  CHECK(events("data: \xE4\xB8\x96\xE7\x95\x8C\n\n") == texts{"|-|-|\xE4\xB8\x96\xE7\x95\x8C"});
  CHECK(events("data: unfinished\n").empty());
  CHECK(events("\n\n\r\n\r\r").empty());
}

TEST_CASE("lines end with LF, CR or CR LF, mixed as they come") {
  CHECK(events("id: 1\r\ndata: a\r\n\r\nid: 2\rdata: b\r\rid: 3\ndata: c\n\nid: 4\r\ndata: d\n\r\n") ==
        texts{"|1|-|a", "|2|-|b", "|3|-|c", "|4|-|d"});
  CHECK(events("data: a\r\n\rdata: b\r\r\ndata: c\n\r") == texts{"|-|-|a", "|-|-|b", "|-|-|c"});
}

TEST_CASE("a priming event has an id and empty data") {
  auto const primed = sse_parser().feed("id: abc\ndata:\n\n");
  REQUIRE(primed.size() == 1);
  CHECK(primed[0].id == "abc");
  CHECK(primed[0].has_data);
  CHECK(primed[0].data.empty());
  CHECK(events("id: abc\ndata: \nretry: 100\n\n") == texts{"|abc|100|"});
  CHECK(events("data\n\n") == texts{"|-|-|"});
  CHECK(events("data:\ndata:\n\n") == texts{"|-|-|\n"});
}

TEST_CASE("blocks without data are handed out too") {
  CHECK(events("id: 1\n\nretry: 5\n\nevent: x\n\nid\n\n") == texts{"|1|-|-", "|-|5|-", "x|-|-|-", "||-|-"});
}

TEST_CASE("what is no field is skipped") {
  CHECK(events(": comment\n\n:\n\ndata: a\n: within\ndata: b\n\n") == texts{"|-|-|a\nb"});
  CHECK(events("foo: bar\nDATA: x\n data: y\n\n").empty());
  CHECK(events("foo\ndata: a\n\n") == texts{"|-|-|a"});
}

TEST_CASE("an id with NUL does not count") {
  CHECK(events(std::string_view("id: a\0b\ndata: x\n\n", 17)) == texts{"|-|-|x"});
  CHECK(events(std::string_view("id: 1\nid: a\0b\ndata: x\n\n", 23)) == texts{"|1|-|x"});
  CHECK(events(std::string_view("id: \0\n\n", 7)).empty());
}

TEST_CASE("retry is digits only") {
  CHECK(events("retry: 1500\n\n") == texts{"|-|1500|-"});
  for (char const* text : {"retry: 1s\n\n", "retry: -1\n\n", "retry: 1.5\n\n", "retry:\n\n", "retry:  5\n\n",
                           "retry: 5 \n\n", "retry: +5\n\n"}) {
    CAPTURE(text);
    CHECK(events(text).empty());
  }
  auto const huge = sse_parser().feed("retry: 99999999999999999999999\n\n");
  REQUIRE(huge.size() == 1);
  CHECK(huge[0].retry == std::numeric_limits<long>::max());
}

TEST_CASE("a byte order mark at the start is skipped, once and only there") {
  CHECK(events("\xEF\xBB\xBF"
               "data: a\n\n") == texts{"|-|-|a"});
  CHECK(events("\xEF\xBB\xBF\n\xEF\xBB\xBF"
               "data: a\n\n")
            .empty());
  CHECK(events("\xEF\xBB\xBF: comment\ndata: a\n\n") == texts{"|-|-|a"});
  CHECK(events("\xEF\xBB\xBF\xEF\xBB\xBF"
               "data: a\n\n")
            .empty());
  CHECK(events("\xEF\xBB"
               "data: a\n\n")
            .empty());
  CHECK(events("\n\xEF\xBB\xBF"
               "data: a\ndata: b\n\n") == texts{"|-|-|b"});
}

TEST_CASE("an event over the limit is dropped, the next one is not") {
  std::string const big = "data: " + std::string(100, 'x') + "\n";
  CHECK(events(big + "\ndata: ok\n\n", 50) == texts{"|-|-|ok"});
  CHECK(events("id: 1\n" + big + "data: rest\n\r\ndata: ok\n\n", 50) == texts{"|-|-|ok"});
  std::string many;
  for (int i = 0; i < 20; ++i)
    many += "data: x\n";
  CHECK(events(many + "\ndata: ok\n\n", 50) == texts{"|-|-|ok"});
  sse_parser parser(50);
  CHECK_FALSE(parser.overflowed());
  parser.feed("data: ok\n\n");
  CHECK_FALSE(parser.overflowed());
  parser.feed(big);
  CHECK(parser.overflowed());
  CHECK(events("data: 1234\n\n", 10) == texts{"|-|-|1234"});
  CHECK(events("data: 12345\n\n", 10).empty());
  CHECK(events("data: 1\n\n", 0).empty());
}

TEST_CASE("comments cost nothing, however long") {
  sse_parser parser(50);
  for (int i = 0; i < 100; ++i)
    CHECK(parser.feed(":" + std::string(1000, 'c')).empty());
  CHECK(parser.feed("\ndata: a\n\n").size() == 1);
  CHECK_FALSE(parser.overflowed());
}

TEST_CASE("an event written is the event read") {
  sse_event e;
  e.event = "message";
  e.id = "s1/42";
  e.retry = 3000;
  e.data = "first\n second\n\n";
  e.has_data = true;
  CHECK(write_sse(e) == "event: message\nid: s1/42\nretry: 3000\ndata: first\ndata:  second\ndata:\ndata:\n\n");
  CHECK(events(write_sse(e)) == texts{shown(e)});

  sse_event primed;
  primed.id = "";
  primed.has_data = true;
  CHECK(write_sse(primed) == "id:\ndata:\n\n");
  CHECK(events(write_sse(primed)) == texts{"||-|"});

  sse_event breaks;
  breaks.data = "a\r\nb\rc\n";
  CHECK(write_sse(breaks) == "data: a\ndata: b\ndata: c\ndata:\n\n");
  breaks.id = "1\ndata: injected";
  CHECK(write_sse(breaks).substr(0, 23) == "id: 1data: injected\ndat");
  CHECK(write_sse({}) == "\n");
}

TEST_CASE("random bytes never break the parser, and cuts never change its events") {
  std::mt19937 random(3);
  static constexpr std::string_view pieces[] = {"data", "id",   "retry", "event", ":",  ": ",          "\n",
                                                "\r",   "\r\n", "\n\n",  "x",     "12", "\xEF\xBB\xBF"};
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (auto n = random() % 40; n > 0; --n)
      bytes += pieces[random() % std::size(pieces)];
    events(bytes, 1 + random() % 30);
  }
}
