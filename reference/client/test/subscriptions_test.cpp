// basic/patterns/subscriptions, and a server's process that ends (basic/transports/stdio, unexpected termination).
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;

namespace {

std::string notification(std::string_view method, std::string_view id, std::string_view more = {}) {
  return R"({"jsonrpc":"2.0","method":"notifications/)" + std::string(method) +
         R"(","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":)" + std::string(id) + "}" +
         std::string(more) + "}}";
}

constexpr auto agreed =
    R"(,"notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["a://b"]})";

} // namespace

TEST_CASE("one long request, told apart by its id") {
  world w("stdio", modern);
  w.verbs({"listen", "2", "a://b"});
  w.tell(world::with_id(w.line(), discovered));
  auto const request = w.line();
  CHECK(method_of(request) == "subscriptions/listen");
  CHECK(member_text(request, "/params/notifications/resourceSubscriptions") == R"(["a://b"])");
  auto const id = wire::serialize(request.at("id"));
  w.say(notification("subscriptions/acknowledged", id, agreed));
  CHECK(w.warned.empty());
  w.say(notification("tools/list_changed", id));
  w.say(notification("tools/list_changed", "\"" + id + "\"")); // another id
  w.say(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})");
  CHECK(w.printed.size() == 2);
  SECTION("enough: cancelled by a notification") {
    w.say(notification("resources/updated", id, R"(,"uri":"a://b")"));
    CHECK(w.printed.size() == 3);
    auto const cancel = w.line();
    CHECK(method_of(cancel) == "notifications/cancelled");
    CHECK(cancel.at("params").at("requestId") == request.at("id"));
    CHECK(w.code() == 0);
  }
  SECTION("ended by the server") {
    w.tell(world::with_id(request, R"({"result":{"resultType":"complete"}})"));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 0);
  }
  SECTION("stopped by the user") {
    stop(w.c);
    CHECK(method_of(w.line()) == "notifications/cancelled");
    CHECK(w.code() == 0);
  }
}

TEST_CASE("what the server does not offer is said") {
  world w("stdio", modern);
  w.verbs({"listen"});
  w.tell(world::with_id(w.line(), discovered));
  auto const id = wire::serialize(w.line().at("id"));
  w.say(notification("subscriptions/acknowledged", id, R"(,"notifications":{"toolsListChanged":true})"));
  CHECK(w.warned.size() == 2);
}

TEST_CASE("over HTTP the stream is closed when enough was heard") {
  world w("streamable-http", modern);
  w.verbs({"listen", "1"});
  auto const request = *w.http();
  CHECK(request.header("Mcp-Method") == "subscriptions/listen");
  assay::transport::http_response_head head;
  head.headers.push_back({"Content-Type", "text/event-stream"});
  on_head(w.c, request.number, head);
  auto const id = wire::serialize(request.message.at("id"));
  on_body(w.c, request.number, "data: " + notification("tools/list_changed", id) + "\n\n");
  CHECK(w.next<drop_http>()->exchange == request.number);
  CHECK_FALSE(w.http());
  CHECK(w.code() == 0);
}

TEST_CASE("legacy: subscribes to resources, then listens") {
  world w("stdio", newest_legacy);
  w.verbs({"listen", "1", "a://b"});
  shake_hands(w, newest_legacy, R"({"resources":{"subscribe":true}})");
  auto const request = w.line();
  CHECK(method_of(request) == "resources/subscribe");
  w.tell(world::with_id(request, R"({"result":{}})"));
  CHECK_FALSE(w.code());
  w.say(R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a://b"}})");
  CHECK(w.code() == 0);
}

TEST_CASE("a modern server that dies is started again, and asked again") {
  world w("stdio", modern);
  w.c.options.restarts = 2;
  SECTION("a list") {
    w.scenario("list");
    w.tell(world::with_id(w.line(), discovered));
    auto const first = w.line();
    on_input(w.c, "{\"jsonrpc\":\"2.0\",\"id\":"); // cut off: not a part of what the next one says
    on_input_end(w.c, "gone");
    CHECK(w.next<restart_server>());
    auto const again = w.line();
    CHECK(method_of(again) == "tools/list");
    CHECK(again.at("id") != first.at("id"));
    w.tell(world::with_id(again, R"({"result":{"tools":[]}})"));
    CHECK(w.code() == 0);
  }
  SECTION("a subscription") {
    w.verbs({"listen"});
    w.tell(world::with_id(w.line(), discovered));
    w.line();
    on_input_end(w.c, "gone");
    CHECK(w.next<restart_server>());
    CHECK(method_of(w.line()) == "subscriptions/listen");
  }
  SECTION("a call may have had its effect: not sent twice") {
    w.verbs({"call", "x"});
    w.tell(world::with_id(w.line(), discovered));
    w.line();
    on_input_end(w.c, "gone");
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
  SECTION("not for ever") {
    w.scenario("list");
    w.tell(world::with_id(w.line(), discovered));
    on_input_end(w.c, "gone");
    on_input_end(w.c, "gone");
    on_input_end(w.c, "gone");
    CHECK(w.next<restart_server>());
    CHECK(w.next<restart_server>());
    CHECK_FALSE(w.next<restart_server>());
    CHECK(w.code() == 1);
  }
}

TEST_CASE("a legacy server that cannot stand the probe gets a handshake in its second life") {
  world w("stdio");
  w.c.options.restarts = 2;
  w.verbs({"ping"});
  CHECK(method_of(w.line()) == "server/discover");
  on_input_end(w.c, "gone");
  CHECK(w.next<restart_server>());
  shake_hands(w, newest_legacy);
  CHECK(method_of(w.line()) == "ping");
  on_input_end(w.c, "gone"); // its session is lost
  CHECK_FALSE(w.next<restart_server>());
  CHECK(w.code() == 1);
}
