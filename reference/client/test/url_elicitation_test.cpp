// A server sends the user to a page: client/elicitation, URL mode.
#include "reference/client/test/world.hpp"
#include "reference/client/url_elicitation.hpp"

using namespace assay::client;
namespace json = boost::json;

namespace {

constexpr auto page = R"({"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"mode":"url",
  "elicitationId":"e-1","url":"https://mcp.example.com/connect?x=1","message":"Please go there."}})";

constexpr auto required = R"({"error":{"code":-32042,"message":"first this","data":{"elicitations":[
  {"mode":"url","elicitationId":"e-1","url":"https://mcp.example.com/a","message":"A"},
  {"mode":"url","elicitationId":"e-2","url":"https://mcp.example.com/b","message":"B"}]}}})";

json::value begin(world& w, bool asks = true) {
  w.c.options.asks_user = asks;
  w.verbs({"call", "x"});
  auto const opening = w.line();
  CHECK(member_text(opening, "/params/capabilities/elicitation") ==
        (asks ? R"({"form":{},"url":{}})" : R"({"form":{}})"));
  w.tell(world::with_id(opening, initialized(newest_legacy)));
  REQUIRE(method_of(w.line()) == "notifications/initialized");
  return w.line();
}

void complete(world& w, std::string const& id) {
  w.say(R"({"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":")" + id +
        R"("}})");
}

std::string said(std::string_view address) {
  auto const text = describe_page("The server", "Why", address);
  return text ? *text : std::string();
}

} // namespace

TEST_CASE("the user sees who asks, why, the whole address and its host") {
  auto const text = said("https://mcp.example.com/connect?x=1");
  CHECK(text.find("The server") == 0);
  CHECK(text.find("Why") != std::string::npos);
  CHECK(text.find("https://mcp.example.com/connect?x=1\n") != std::string::npos);
  CHECK(text.find("at the host mcp.example.com\n") != std::string::npos);
  CHECK(text.find("Careful") == std::string::npos);
  CHECK(said("https://example.com.xn--e1afmkfd.net/").find("Careful") != std::string::npos);
  CHECK(said("https://xn--e1afmkfd.net/").find("Careful") != std::string::npos);
  CHECK(said("http://mcp.example.com/").find("Careful") != std::string::npos);
  CHECK(said("http://127.0.0.1:8080/").find("Careful") == std::string::npos);
  auto const noisy = describe_page("a\x1b[2J",
                                   "b\rc\xc2\x9b"
                                   "2J",
                                   "https://example.com/");
  REQUIRE(noisy.has_value());
  CHECK(noisy->find_first_of("\x1b\r") == std::string::npos);
  CHECK(noisy->find("\xc2\x9b") == std::string::npos);
}

TEST_CASE("an address that no browser should be given is none") {
  for (auto const* const address :
       {"", "example.com", "javascript:alert(1)", "file:///etc/passwd", "https://", "https://example.com@evil.example/",
        "https://example.com/\x1b[2J", "https://example.com/ x", "https://ex\xc3\xa4mple.com/"}) {
    CAPTURE(address);
    CHECK(said(address).empty());
  }
}

TEST_CASE("a page is accepted only when the user says so, and nothing is fetched") {
  world w("stdio", newest_legacy);
  begin(w);
  w.say(page);
  CHECK(w.line().is_null());
  auto const asked = w.next<question>();
  REQUIRE(asked);
  CHECK(asked->text.find("\"played\"") != std::string::npos);
  CHECK(asked->text.find("https://mcp.example.com/connect?x=1") != std::string::npos);
  // It can be asked other things meanwhile.
  w.say(R"({"jsonrpc":"2.0","id":"p","method":"ping"})");
  CHECK(member_text(w.line(), "/id") == "\"p\"");
  SECTION("yes, after longer than any request takes") {
    on_timer(w.c, w.next<start_timer>()->timer); // of initialize, which is over
    auto const late = w.next<start_timer>();
    REQUIRE(late);
    on_timer(w.c, late->timer);
    CHECK(w.line().is_null());
    on_user_answer(w.c, asked->number, true);
    CHECK(w.line() == parsed(R"({"jsonrpc":"2.0","id":"q","result":{"action":"accept"}})"));
    CHECK(w.c.pages.contains("e-1"));
    complete(w, "e-1");
    CHECK(w.c.pages.empty());
    CHECK(w.noted.size() == 1);
    complete(w, "e-1");
    complete(w, "e-9");
    CHECK(w.noted.size() == 1);
  }
  SECTION("no") {
    on_user_answer(w.c, asked->number, false);
    CHECK(w.line() == parsed(R"({"jsonrpc":"2.0","id":"q","result":{"action":"decline"}})"));
    CHECK(w.c.pages.empty());
  }
  SECTION("nothing") {
    on_user_answer(w.c, asked->number, std::nullopt);
    CHECK(w.line() == parsed(R"({"jsonrpc":"2.0","id":"q","result":{"action":"cancel"}})"));
  }
  SECTION("not in time for the server") {
    w.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"q"}})");
    on_user_answer(w.c, asked->number, true);
    CHECK(w.line().is_null());
  }
  CHECK_FALSE(w.http());
}

TEST_CASE("where nobody is asked, pages are not declared and not visited") {
  world w("stdio", newest_legacy);
  begin(w, false);
  w.say(page);
  CHECK(member_text(w.line(), "/error/code") == "-32602");
  CHECK_FALSE(w.next<question>());
}

TEST_CASE("no page is refused without a question") {
  world w("stdio", newest_legacy);
  begin(w);
  w.say(
      R"({"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"mode":"url","url":"file:///x","message":"?"}})");
  CHECK(member_text(w.line(), "/error/code") == "-32602");
  CHECK_FALSE(w.next<question>());
}

TEST_CASE("a call that needs a visit first is made again after it") {
  world w("stdio", newest_legacy);
  auto const call = begin(w);
  w.tell(world::with_id(call, required));
  auto const first = w.next<question>();
  REQUIRE(first);
  on_user_answer(w.c, first->number, true);
  auto const second = w.next<question>();
  REQUIRE(second);
  SECTION("not when the user does not go there") {
    on_user_answer(w.c, second->number, false);
    CHECK(w.line().is_null());
    CHECK(w.code() == 1);
    return;
  }
  on_user_answer(w.c, second->number, true);
  auto const done = w.next<question>();
  REQUIRE(done);
  SECTION("the server says that both were visited") {
    complete(w, "e-2");
    CHECK(w.line().is_null());
    complete(w, "e-1");
    auto const dropped = w.next<drop_question>();
    REQUIRE(dropped);
    CHECK(dropped->number == done->number);
  }
  SECTION("the user says so") {
    on_user_answer(w.c, done->number, true);
  }
  SECTION("the user gives up") {
    on_user_answer(w.c, done->number, false);
    CHECK(w.line().is_null());
    CHECK(w.code() == 1);
    return;
  }
  auto const again = w.line();
  CHECK(method_of(again) == "tools/call");
  CHECK(again.at("id") != call.at("id"));
  CHECK(again.at("params") == call.at("params"));
  w.tell(world::with_id(again, R"({"result":{"content":[{"type":"text","text":"done"}]}})"));
  CHECK(w.code() == 0);
}

TEST_CASE("SIGINT answers for the user") {
  world w("stdio", newest_legacy);
  begin(w);
  w.say(page);
  REQUIRE(w.next<question>());
  stop(w.c);
  auto cancel = w.line();
  if (method_of(cancel) == "notifications/cancelled") cancel = w.line();
  CHECK(member_text(cancel, "/result/action") == "\"cancel\"");
}

TEST_CASE("in the modern era the answer goes with the retry") {
  world w("stdio", modern);
  w.c.options.asks_user = true;
  w.verbs({"call", "x"});
  w.tell(world::with_id(w.line(), discovered));
  auto const call = w.line();
  CHECK(member_text(call, "/params/_meta/io.modelcontextprotocol~1clientCapabilities/elicitation") ==
        R"({"form":{},"url":{}})");
  w.tell(world::with_id(call,
                        R"({"result":{"resultType":"input_required","inputRequests":{"v":{"method":"elicitation/create",
    "params":{"mode":"url","url":"https://example.com/","message":"?"}}}}})"));
  CHECK(w.line().is_null());
  auto const asked = w.next<question>();
  REQUIRE(asked);
  on_user_answer(w.c, asked->number, true);
  CHECK(member_text(w.line(), "/params/inputResponses") == R"({"v":{"action":"accept"}})");
}
