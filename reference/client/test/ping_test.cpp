// basic/utilities/ping, the client as the sender.
#include "reference/client/test/world.hpp"

using namespace assay::client;
using std::chrono::seconds;

namespace {

/// The last timer of that time.
start_timer timer_of(world& w, seconds after) {
  start_timer found;
  while (auto const one = w.next<start_timer>())
    if (one->after == after) found = *one;
  REQUIRE(found.timer != 0);
  return found;
}

} // namespace

TEST_CASE("a session is pinged as often as the user wants, until a ping is not answered") {
  world w("stdio", newest_legacy);
  w.c.options.ping_every = seconds(7);
  w.verbs({"listen"});
  shake_hands(w, newest_legacy);
  CHECK(w.line().is_null());
  on_timer(w.c, timer_of(w, seconds(7)).timer);
  auto const first = w.line();
  CHECK(method_of(first) == "ping");
  w.tell(world::with_id(first, GENERATE(R"({"result":{}})", R"({"error":{"code":-32601,"message":"?"}})")));
  CHECK_FALSE(w.code());
  on_timer(w.c, timer_of(w, seconds(7)).timer);
  CHECK(method_of(w.line()) == "ping");
  on_timer(w.c, timer_of(w, seconds(30)).timer);
  CHECK(method_of(w.line()) == "notifications/cancelled");
  CHECK(w.code() == 1);
  REQUIRE(w.warned.size() == 2);
  CHECK(w.warned[0].find("the connection has failed") == 0);
}

TEST_CASE("a connection that failed leaves nobody waiting") {
  world w("streamable-http", newest_legacy);
  w.c.options.ping_every = seconds(7);
  w.verbs({"call", "x"});
  w.answer_json(*w.http(), 200, initialized(newest_legacy), {{"Mcp-Session-Id", "s"}});
  w.respond(*w.http(), 202, "", "");
  while (auto const one = w.http())
    if (method_of(one->message) == "tools/call") break;
  on_timer(w.c, timer_of(w, seconds(7)).timer);
  CHECK(method_of(w.http()->message) == "ping");
  on_timer(w.c, timer_of(w, seconds(30)).timer);
  CHECK(w.warned.size() == 2);
}

TEST_CASE("nobody is pinged unasked, nor in the modern era") {
  world w("stdio", newest_legacy);
  w.verbs({"listen"});
  shake_hands(w, newest_legacy);
  CHECK(w.c.next_ping == 0);
  world newer("stdio", modern);
  newer.c.options.ping_every = seconds(7);
  newer.verbs({"list"});
  newer.tell(world::with_id(newer.line(), discovered));
  CHECK(newer.c.next_ping == 0);
}
