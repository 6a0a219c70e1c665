// Lines out of bytes that are cut anywhere.
#include "cmake/catch.hpp"
#include "reference/wire/lines.hpp"

using assay::wire::line_splitter;

namespace {

/// "text", with marks: "!" truncated, "~" not ended.
std::vector<std::string> shown(std::vector<line_splitter::line> const& lines) {
  std::vector<std::string> out;
  for (auto const& l : lines)
    out.push_back(l.text + (l.truncated ? "!" : "") + (l.ended ? "" : "~"));
  return out;
}

std::vector<std::string> split(std::string_view bytes, std::size_t cut, std::size_t limit) {
  line_splitter splitter(limit);
  auto all = splitter.feed(bytes.substr(0, cut));
  for (auto& l : splitter.feed(bytes.substr(cut)))
    all.push_back(l);
  for (auto& l : splitter.finish())
    all.push_back(l);
  return shown(all);
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("lines are the same wherever the bytes are cut") {
  std::string const bytes = "{\"a\":1}\n\r\n\nx\r\nlonger than the limit\nend\xC3\xA9";
  texts const expected = {"{\"a\":1}", "\r", "", "x\r", "longer tha!", "end\xC3\xA9~"};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    CAPTURE(cut);
    CHECK(split(bytes, cut, 10) == expected);
  }
  line_splitter one_by_one(10);
  std::vector<line_splitter::line> all;
  for (char const c : bytes) {
    for (auto& l : one_by_one.feed({&c, 1}))
      all.push_back(l);
  }
  for (auto& l : one_by_one.finish())
    all.push_back(l);
  CHECK(shown(all) == expected);
}

TEST_CASE("the limit counts the bytes of a line without its line feed") {
  CHECK(split("1234\n", 5, 4) == texts{"1234"});
  CHECK(split("12345\n", 6, 4) == texts{"1234!"});
  CHECK(split("12345", 2, 4) == texts{"1234!"});
  CHECK(split("1234", 2, 4) == texts{"1234~"});
  CHECK(split("12345\nab\n", 3, 4) == texts{"1234!", "ab"});
  CHECK(split("x\n\n", 1, 0) == texts{"!", ""});
}

TEST_CASE("a line over the limit is handed out at once and only once") {
  line_splitter splitter(8);
  std::size_t handed_out = 0;
  for (int i = 0; i < 1000; ++i)
    handed_out += splitter.feed("0123456789").size();
  CHECK(handed_out == 1);
  CHECK(splitter.finish().empty());
  CHECK(shown(splitter.feed("ok\n")) == texts{"ok"});
}

TEST_CASE("the end of the stream without an open line gives nothing") {
  line_splitter splitter;
  CHECK(splitter.finish().empty());
  CHECK(shown(splitter.feed("a\n")) == texts{"a"});
  CHECK(splitter.finish().empty());
  CHECK(splitter.feed("").empty());
}

TEST_CASE("bytes that are no text pass unchanged") {
  line_splitter splitter;
  std::string const bytes("a\0\xFF\rb", 5);
  auto const lines = splitter.feed(bytes + "\n");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == bytes);
}
