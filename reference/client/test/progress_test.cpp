// basic/patterns/progress, and the timeouts that it puts off (basic/lifecycle, timeouts).
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;

namespace {

std::string report(std::string_view token, std::string_view more) {
  return R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":)" + std::string(token) + "," +
         std::string(more) + "}}";
}

} // namespace

TEST_CASE("without the user's wish there is no token") {
  world w("stdio", newest_legacy);
  w.verbs({"call", "x"});
  shake_hands(w, newest_legacy);
  CHECK(member_text(w.line(), "/params/_meta") == "(absent)");
}

TEST_CASE("reports are asked for, printed, and give the request its time again") {
  auto const revision = GENERATE(newest_legacy, modern);
  world w("stdio", revision);
  w.c.options.progress = true;
  w.verbs({"call", "x", "call", "y"});
  if (revision == std::string(modern))
    w.tell(world::with_id(w.line(), discovered));
  else
    shake_hands(w, newest_legacy);
  auto const call = w.line();
  auto const token = member_text(call, "/params/_meta/progressToken");
  CHECK(token == "1");
  // The last two: for the answer, and for all the waiting.
  std::vector<start_timer> timers;
  while (auto const one = w.next<start_timer>())
    timers.push_back(*one);
  REQUIRE(timers.size() >= 2);
  auto const waiting = timers[timers.size() - 2], longest = timers.back();
  CHECK(waiting.after == w.c.options.answer_time);
  CHECK(longest.after == w.c.options.longest_time);

  w.say(report("\"1\"", R"("progress":1)")); // another token
  w.say(report("2", R"("progress":1)"));
  CHECK(w.noted.empty());
  w.say(report("1", R"("progress":5,"total":10,"message":"half of it")"));
  CHECK(w.noted == std::vector<std::string>{"tools/call: 5 of 10, half of it"});
  auto const again = w.next<start_timer>();
  REQUIRE(again);
  CHECK(again->after == w.c.options.answer_time);
  on_timer(w.c, waiting.timer); // it was put off
  CHECK(w.line() == nullptr);

  SECTION("an answer: what is reported later is nobody's, and the next token is another") {
    w.tell(world::with_id(call, R"({"result":{"content":[]}})"));
    w.say(report("1", R"("progress":9)"));
    CHECK(w.noted.size() == 1);
    CHECK(member_text(w.line(), "/params/_meta/progressToken") == "2");
    on_timer(w.c, again->timer);
    on_timer(w.c, longest.timer);
    CHECK(w.line() == nullptr);
  }
  SECTION("silence after a report") {
    on_timer(w.c, again->timer);
    CHECK(method_of(w.line()) == "notifications/cancelled");
    CHECK(w.code() == 1);
  }
  SECTION("no end of reports") {
    on_timer(w.c, longest.timer);
    CHECK(method_of(w.line()) == "notifications/cancelled");
    CHECK(w.code() == 1);
  }
}
