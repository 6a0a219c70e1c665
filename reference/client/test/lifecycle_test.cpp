// basic/lifecycle, and the requests that legacy servers send.
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
namespace transport = assay::transport;

TEST_CASE("every legacy revision opens with initialize, then initialized") {
  for (auto const& one : revisions().all()) {
    if (one.era != "legacy") continue;
    INFO(one.name);
    world w("stdio", one.name);
    w.verbs({"ping"});
    auto const opening = w.line();
    CHECK(method_of(opening) == "initialize");
    CHECK(opening.at("params").at("protocolVersion") == json::value(one.name));
    CHECK(opening.at("params").at("clientInfo").at("name") == "mcp-reference-client");
    CHECK(opening.at("params").at("clientInfo").as_object().contains("version"));
    CHECK(opening.at("params").at("capabilities").is_object());
    CHECK(opening.at("params").at("capabilities").as_object().contains("elicitation") == one.has("elicitation"));
    CHECK_FALSE(opening.at("params").as_object().contains("_meta"));
    CHECK(w.line() == nullptr); // nothing before the answer
    w.tell(world::with_id(opening, initialized(one.name)));
    auto const ready = w.line();
    CHECK(method_of(ready) == "notifications/initialized");
    CHECK_FALSE(ready.as_object().contains("id"));
    auto const ping = w.line();
    CHECK(method_of(ping) == "ping");
    CHECK(ping.at("id") != opening.at("id"));
    w.tell(world::with_id(ping, R"({"result":{}})"));
    CHECK(w.code() == 0);
    CHECK(w.printed == std::vector<std::string>{"pong"});
  }
}

TEST_CASE("the server may choose an older revision, but none that is unknown") {
  world w("stdio", newest_legacy);
  w.scenario("initialize");
  auto const opening = w.line();
  SECTION("older") {
    w.tell(world::with_id(opening, initialized("2024-11-05", "{}")));
    CHECK(method_of(w.line()) == "notifications/initialized");
    CHECK(w.c.revision->name == "2024-11-05");
    CHECK(w.code() == 0);
  }
  SECTION("unknown") {
    w.tell(world::with_id(opening, initialized("1999-01-01")));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
    REQUIRE(w.warned.size() == 1);
    CHECK(w.warned[0].find("1999-01-01") != std::string::npos);
  }
  SECTION("modern") {
    w.tell(world::with_id(opening, initialized(modern)));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
  SECTION("an error") {
    w.tell(world::with_id(opening, R"({"error":{"code":-32602,"message":"no"}})"));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
}

TEST_CASE("initialize is given up without being cancelled, other requests are cancelled") {
  world w("stdio", newest_legacy);
  w.verbs({"ping"});
  auto const opening = w.line();
  auto const timer = w.next<start_timer>();
  REQUIRE(timer);
  SECTION("initialize") {
    on_timer(w.c, timer->timer);
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
  SECTION("ping") {
    w.tell(world::with_id(opening, initialized(newest_legacy)));
    w.line();
    auto const ping = w.line();
    on_timer(w.c, timer->timer); // too late, it is answered
    auto const second = w.next<start_timer>();
    REQUIRE(second);
    on_timer(w.c, second->timer);
    auto const cancel = w.line();
    CHECK(method_of(cancel) == "notifications/cancelled");
    CHECK(cancel.at("params").at("requestId") == ping.at("id"));
    CHECK(w.code() == 1);
    w.tell(world::with_id(ping, R"({"result":{}})")); // ignored
    CHECK(w.printed.empty());
  }
}

TEST_CASE("requests of a legacy server are answered") {
  world w("stdio", newest_legacy);
  w.c.options.roots = {"file:///project"};
  w.verbs({"call", "x"});
  shake_hands(w, newest_legacy);
  CHECK(method_of(w.line()) == "tools/call");
  SECTION("ping") {
    w.say(R"({"jsonrpc":"2.0","id":"p","method":"ping"})");
    CHECK(w.line() == parsed(R"({"jsonrpc":"2.0","id":"p","result":{}})"));
  }
  SECTION("roots") {
    w.say(R"({"jsonrpc":"2.0","id":0,"method":"roots/list"})");
    CHECK(w.line() == parsed(R"({"jsonrpc":"2.0","id":0,"result":{"roots":[{"uri":"file:///project"}]}})"));
  }
  SECTION("unknown") {
    w.say(R"({"jsonrpc":"2.0","id":7,"method":"no/such"})");
    auto const reply = w.line();
    CHECK(reply.at("id") == 7);
    CHECK(reply.at("error").at("code") == -32601);
  }
  SECTION("sampling") {
    w.say(R"({"jsonrpc":"2.0","id":8,"method":"sampling/createMessage","params":{"messages":[],"maxTokens":3}})");
    auto const reply = w.line();
    CHECK(reply.at("result").at("stopReason") == "maxTokens");
    CHECK(reply.at("result").at("content").at("text").as_string().size() == 3);
  }
  SECTION("sampling with tools") {
    auto const [messages, choice, uses] = GENERATE(table<std::string, std::string, bool>({
        {R"([{"role":"user","content":{"type":"text","text":"?"}}])", R"({"mode":"auto"})", true},
        {R"([{"role":"user","content":{"type":"text","text":"?"}}])", R"({})", true},
        {R"([{"role":"user","content":{"type":"text","text":"?"}}])", R"({"mode":"none"})", false},
        {R"([{"role":"user","content":[{"type":"tool_result","toolUseId":"u","content":[]}]}])", R"({"mode":"auto"})",
         false},
        {R"([{"role":"user","content":[{"type":"tool_result","toolUseId":"u","content":[]}]}])",
         R"({"mode":"required"})", true},
    }));
    w.say(R"({"jsonrpc":"2.0","id":8,"method":"sampling/createMessage","params":{"maxTokens":30,"messages":)" +
          messages + R"(,"toolChoice":)" + choice +
          R"(,"tools":[{"name":"weather","inputSchema":{"type":"object","properties":{"city":{"type":"string"}}}}]}})");
    auto const result = w.line().at("result");
    CHECK(result.at("stopReason") == (uses ? "toolUse" : "endTurn"));
    CHECK(member_text(result, "/content/0/name") == (uses ? "\"weather\"" : "(absent)"));
    if (uses) CHECK(member_text(result, "/content/0/input") == R"({"city":"text"})");
  }
  SECTION("an id that none may have") {
    w.say(R"({"jsonrpc":"2.0","id":null,"method":"ping"})");
    auto const reply = w.line();
    CHECK(reply.at("error").at("code") == -32600);
    CHECK_FALSE(reply.as_object().contains("id"));
  }
}

TEST_CASE("sampling had no tools in earlier revisions") {
  world w("stdio", "2025-06-18");
  w.verbs({"call", "x"});
  shake_hands(w, "2025-06-18");
  w.line();
  w.say(
      R"({"jsonrpc":"2.0","id":8,"method":"sampling/createMessage","params":{"messages":[],"maxTokens":3,"tools":[]}})");
  CHECK(w.line().at("error").at("code") == -32602);
}

TEST_CASE("elicitation did not exist in earlier revisions") {
  world w("stdio", "2025-03-26");
  w.verbs({"call", "x"});
  shake_hands(w, "2025-03-26");
  w.line();
  w.say(R"({"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"message":"?","requestedSchema":{}}})");
  CHECK(w.line().at("error").at("code") == -32601);
}

TEST_CASE("batches are taken where the revision has them, and answered as one") {
  auto const batch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},
                         {"jsonrpc":"2.0","id":2,"method":"ping"}])";
  SECTION("with") {
    world w("stdio", "2025-03-26");
    w.verbs({"call", "x"});
    shake_hands(w, "2025-03-26");
    w.line();
    w.say(batch);
    auto const reply = w.line();
    REQUIRE(reply.is_array());
    CHECK(reply.as_array().size() == 2);
  }
  SECTION("without") {
    world w("stdio", "2025-06-18");
    w.verbs({"call", "x"});
    shake_hands(w, "2025-06-18");
    w.line();
    w.say(batch);
    CHECK(w.line() == nullptr);
    CHECK(w.warned.size() == 1);
  }
}

TEST_CASE("bad input is passed over") {
  world w("stdio", newest_legacy);
  w.verbs({"ping"});
  shake_hands(w, newest_legacy);
  auto const ping = w.line();
  on_input(w.c, "\n{\n[]\n\"x\"\n\xff\xfe\n{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\r\n");
  w.say(R"({"jsonrpc":"2.0","id":"2","result":{}})"); // 2 and "2" are two ids
  w.say(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})");
  CHECK_FALSE(w.code());
  auto const whole = wire::serialize(world::with_id(ping, R"({"result":{}})")) + "\r\n";
  for (char const byte : whole)
    on_input(w.c, std::string_view(&byte, 1));
  CHECK(w.code() == 0);
}

TEST_CASE("a server that goes away fails what waits for it") {
  world w("stdio", newest_legacy);
  w.verbs({"ping"});
  shake_hands(w, newest_legacy);
  on_input_end(w.c, "the server closed its output");
  CHECK(w.code() == 1);
  REQUIRE(w.warned.size() == 1);
  CHECK(w.warned[0] == "ping failed: the server closed its output");
}

TEST_CASE("ids are never used twice, whatever happens") {
  world w("stdio", newest_legacy);
  w.verbs({"list", "list", "ping", "ping"});
  shake_hands(w, newest_legacy);
  std::set<std::string> ids;
  for (auto message = w.line(); !message.is_null(); message = w.line()) {
    CHECK(ids.insert(wire::serialize(message.at("id"))).second);
    w.tell(world::with_id(message, R"({"result":{"tools":[]}})"));
  }
  CHECK(ids.size() == 4);
  CHECK(w.code() == 0);
}
