// server/utilities/caching: results are used again while they are fresh, and only for the same request.
#include "reference/client/caching.hpp"
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
using namespace std::chrono_literals;

namespace {

constexpr auto everything =
    R"({"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"resources":{}},"ttlMs":0,"cacheScope":"public"}})";

std::string contents(std::string_view more) {
  return R"({"result":{"resultType":"complete","contents":[{"uri":"a://b","text":"x"}])" + std::string(more) + "}}";
}

/// A client that has read a://b once; the answer had these members more.
struct reader : world {
  explicit reader(std::string_view more, std::vector<std::string> verbs_then) : world("stdio", modern) {
    std::vector<std::string> words{"read", "a://b"};
    words.insert(words.end(), verbs_then.begin(), verbs_then.end());
    verbs(words);
    tell(with_id(line(), everything));
    pending = line();
    REQUIRE(method_of(pending) == "resources/read");
    answer_to_first = with_id(pending, contents(more));
  }
  json::value pending, answer_to_first;
};

} // namespace

TEST_CASE("a fresh result is used again") {
  reader w(R"(,"ttlMs":1000,"cacheScope":"private")", {"read", "a://b"});
  w.tell(w.answer_to_first);
  CHECK(w.line() == nullptr);
  CHECK(w.printed.size() == 2);
  CHECK(w.code() == 0);
}

TEST_CASE("not for other params") {
  reader w(R"(,"ttlMs":1000,"cacheScope":"public")", {"read", "a://c"});
  w.tell(w.answer_to_first);
  CHECK(member_text(w.line(), "/params/uri") == "\"a://c\"");
}

TEST_CASE("stale: no time to live, none that is positive, or it is over") {
  auto const more =
      GENERATE(R"(,"ttlMs":0,"cacheScope":"public")", R"(,"ttlMs":-5,"cacheScope":"public")", "", R"(,"ttlMs":"1000")");
  reader w(more, {"read", "a://b"});
  w.tell(w.answer_to_first);
  CHECK(method_of(w.line()) == "resources/read");
}

TEST_CASE("fresh until its time is over, and nothing is fetched before it is needed") {
  reader w(R"(,"ttlMs":1000,"cacheScope":"public")", {"read", "a://c", "read", "a://b"});
  w.tell(w.answer_to_first);
  auto const other = w.line();
  REQUIRE(member_text(other, "/params/uri") == "\"a://c\"");
  w.time += GENERATE(999ms, 1000ms);
  CHECK(w.line() == nullptr);
  w.tell(world::with_id(other, contents("")));
  bool const fetched = w.line() != nullptr;
  CHECK(fetched == (w.time.time_since_epoch() >= 1000ms));
}

TEST_CASE("a change makes it stale") {
  reader w(R"(,"ttlMs":1000,"cacheScope":"public")", {"read", "a://c", "read", "a://b"});
  w.tell(w.answer_to_first);
  auto const other = w.line();
  auto const [notification, again] = GENERATE(table<std::string, bool>({
      {R"("resources/updated","params":{"uri":"a://b"})", true},
      {R"("resources/updated","params":{"uri":"a://b/part"})", true},
      {R"("resources/updated","params":{"uri":"a://z"})", false},
      {R"("tools/list_changed")", false},
  }));
  w.say(R"({"jsonrpc":"2.0","method":"notifications/)" + notification.substr(1) + "}");
  w.tell(world::with_id(other, contents("")));
  CHECK((w.line() != nullptr) == again);
}

TEST_CASE("what was answered with input is not kept") {
  reader w("", {"read", "a://b"});
  w.tell(world::with_id(w.pending, R"({"result":{"resultType":"input_required","requestState":"s","ttlMs":1000}})"));
  auto const retry = w.line();
  CHECK(member_text(retry, "/params/requestState") == "\"s\"");
  w.tell(world::with_id(retry, contents(R"(,"ttlMs":1000,"cacheScope":"public")")));
  auto const second = w.line();
  CHECK(method_of(second) == "resources/read");
  CHECK(member_text(second, "/params/requestState") == "(absent)");
}

TEST_CASE("pages are kept one by one; an invalid cursor begins the list again") {
  world w("stdio", modern);
  w.verbs({"list", "list"});
  w.tell(world::with_id(
      w.line(),
      R"({"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}})"));
  auto const first = w.line();
  w.tell(world::with_id(
      first, R"({"result":{"resultType":"complete","tools":[],"nextCursor":"2","ttlMs":1000,"cacheScope":"public"}})"));
  w.tell(
      world::with_id(w.line(), R"({"result":{"resultType":"complete","tools":[],"ttlMs":0,"cacheScope":"public"}})"));
  auto const second = w.line(); // the first page is fresh, this one is not
  CHECK(member_text(second, "/params/cursor") == "\"2\"");
  w.tell(world::with_id(second, R"({"error":{"code":-32602,"message":"no such cursor"}})"));
  auto const begun = w.line();
  CHECK(method_of(begun) == "tools/list");
  CHECK(member_text(begun, "/params/cursor") == "(absent)");
  SECTION("and it ends") {
    w.tell(world::with_id(begun, R"({"result":{"resultType":"complete","tools":[],"ttlMs":0,"cacheScope":"public"}})"));
    CHECK(w.code() == 0);
  }
  SECTION("once only") {
    w.tell(world::with_id(
        begun,
        R"({"result":{"resultType":"complete","tools":[],"nextCursor":"2","ttlMs":1000,"cacheScope":"public"}})"));
    w.tell(world::with_id(w.line(), R"({"error":{"code":-32602,"message":"no such cursor"}})"));
    CHECK(w.code() == 1);
  }
}

TEST_CASE("a legacy result is not kept, whatever it says") {
  world w("stdio", newest_legacy);
  w.verbs({"read", "a://b", "read", "a://b"});
  shake_hands(w, newest_legacy, R"({"resources":{}})");
  w.tell(world::with_id(w.line(), R"({"result":{"contents":[],"ttlMs":1000}})"));
  CHECK(method_of(w.line()) == "resources/read");
}
