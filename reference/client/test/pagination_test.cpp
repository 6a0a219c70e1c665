// server/utilities/pagination.
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
namespace transport = assay::transport;

namespace {

/// The cursors a client sends while a list has these pages; "(absent)" for none.
std::vector<std::string> cursors(world& w, std::vector<std::string> const& pages) {
  std::vector<std::string> seen;
  for (auto const& page : pages) {
    auto const request = w.line();
    if (request.is_null()) break;
    CHECK(method_of(request) == "tools/list");
    seen.push_back(member_text(request, "/params/cursor"));
    w.tell(world::with_id(request, page));
  }
  return seen;
}

constexpr auto first = R"({"result":{"tools":[{"name":"a"}],"nextCursor":"\u0000 {=\u00fc"}})";
constexpr auto empty_cursor = R"({"result":{"tools":[{"name":"b"}],"nextCursor":""}})";
constexpr auto empty_page = R"({"result":{"tools":[],"nextCursor":"third"}})";
constexpr auto null_cursor = R"({"result":{"tools":[{"name":"c"}],"nextCursor":null}})";
constexpr auto last = R"({"result":{"tools":[{"name":"d"}]}})";

} // namespace

TEST_CASE("cursors go back as they came, until there is none") {
  world w("stdio", newest_legacy);
  w.scenario("list");
  shake_hands(w, newest_legacy);
  CHECK(cursors(w, {first, empty_page, last}) ==
        std::vector<std::string>{"(absent)", wire::serialize(parsed(R"("\u0000 {=\u00fc")")), "\"third\""});
  CHECK(w.code() == 0);
  CHECK(w.printed == std::vector<std::string>{"tool  a", "tool  d"});
}

TEST_CASE("an empty string is a cursor in the modern era, and the end before") {
  SECTION("modern") {
    world w("stdio", modern);
    w.scenario("list");
    w.tell(world::with_id(w.line(), discovered));
    CHECK(cursors(w, {empty_cursor, last}) == std::vector<std::string>{"(absent)", "\"\""});
    CHECK(w.code() == 0);
  }
  SECTION("legacy") {
    world w("stdio", newest_legacy);
    w.scenario("list");
    shake_hands(w, newest_legacy);
    CHECK(cursors(w, {empty_cursor, last}) == std::vector<std::string>{"(absent)"});
    CHECK(w.code() == 0);
  }
}

TEST_CASE("null is no cursor, and one page is a list") {
  world w("stdio", newest_legacy);
  w.scenario("list");
  shake_hands(w, newest_legacy);
  CHECK(cursors(w, {null_cursor, last}) == std::vector<std::string>{"(absent)"});
  CHECK(w.code() == 0);
}

TEST_CASE("a list without end is given up") {
  world w("stdio", newest_legacy);
  w.scenario("list");
  shake_hands(w, newest_legacy);
  std::vector<std::string> const pages(5000, first);
  CHECK(cursors(w, pages).size() == 1000);
  CHECK(w.code() == 1);
}

TEST_CASE("a list that is none fails") {
  for (auto const* const page : {R"({"result":{}})", R"({"result":{"tools":{}}})", R"({"result":[]})",
                                 R"({"error":{"code":-32602,"message":"?"}})", R"({"error":"?"})"}) {
    world w("stdio", newest_legacy);
    w.scenario("list");
    shake_hands(w, newest_legacy);
    cursors(w, {page});
    CHECK(w.code() == 1);
  }
}
