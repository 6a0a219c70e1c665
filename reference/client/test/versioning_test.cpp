// basic/versioning: which revision, which era, and saying so in every request.
#include "reference/client/test/world.hpp"
#include "reference/client/versioning.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
namespace transport = assay::transport;

namespace {

std::string meta(json::value const& message, std::string_view name) {
  return member_text(message, "/params/_meta/io.modelcontextprotocol~1" + std::string(name));
}

} // namespace

TEST_CASE("over stdio server/discover comes first") {
  world w("stdio");
  w.verbs({"call", "x"});
  auto const probe = w.line();
  CHECK(method_of(probe) == "server/discover");
  CHECK(meta(probe, "protocolVersion") == "\"2026-07-28\"");
  CHECK(meta(probe, "clientInfo").find("mcp-reference-client") != std::string::npos);
  CHECK(
      meta(probe, "clientCapabilities") ==
      R"({"roots":{},"sampling":{"tools":{}},"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}})");
  CHECK(w.line() == nullptr);

  SECTION("a result: modern") {
    w.tell(world::with_id(probe, discovered));
    auto const call = w.line();
    CHECK(method_of(call) == "tools/call");
    CHECK(meta(call, "protocolVersion") == "\"2026-07-28\"");
    w.tell(world::with_id(call, R"({"result":{"resultType":"complete","content":[]}})"));
    CHECK(w.code() == 0);
  }
  SECTION("any other error: legacy, whatever its code") {
    for (int const code : {-32601, -32602, -32600, -32000, -32002, 0, 1}) {
      world again("stdio");
      again.verbs({"ping"});
      auto const asked = again.line();
      again.tell(world::with_id(asked, R"({"error":{"code":)" + std::to_string(code) + R"(,"message":"?"}})"));
      shake_hands(again, newest_legacy);
      CHECK(method_of(again.line()) == "ping");
    }
  }
  SECTION("silence: legacy; and an answer that comes too late is nobody's") {
    auto const timer = w.next<start_timer>();
    REQUIRE(timer);
    CHECK(timer->after == w.c.options.probe_time);
    on_timer(w.c, timer->timer);
    auto const opening = w.line();
    CHECK(method_of(opening) == "initialize"); // and no notification before it
    w.tell(world::with_id(probe, discovered));
    w.tell(world::with_id(opening, initialized(newest_legacy)));
    CHECK(method_of(w.line()) == "notifications/initialized");
    CHECK_FALSE(is_modern(w.c));
  }
  SECTION("a result that is no discovery: legacy") {
    w.tell(world::with_id(probe, R"({"result":{}})"));
    shake_hands(w, newest_legacy);
  }
  SECTION("an unsupported version: modern, no handshake") {
    w.tell(world::with_id(
        probe,
        R"({"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28","2099-01-01"],"requested":"x"}}})"));
    CHECK(method_of(w.line()) == "tools/call");
    CHECK(is_modern(w.c));
  }
  SECTION("an unsupported version and none in common: told to the user") {
    w.tell(world::with_id(
        probe, R"({"error":{"code":-32022,"message":"no","data":{"supported":["2099-01-01"],"requested":"x"}}})"));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
    REQUIRE(w.warned.size() == 1);
    CHECK(w.warned[0].find("2099-01-01") != std::string::npos);
  }
  SECTION("only legacy versions named: their handshake") {
    w.tell(world::with_id(probe, R"({"result":{"supportedVersions":["2025-06-18"],"capabilities":{}}})"));
    shake_hands(w, "2025-06-18");
  }
  SECTION("another modern error: modern") {
    w.tell(world::with_id(probe, R"({"error":{"code":-32021,"message":"no"}})"));
    CHECK(method_of(w.line()) == "tools/call");
  }
}

TEST_CASE("pinned to a modern revision over stdio there is no fallback") {
  world w("stdio", modern);
  w.verbs({"list"});
  auto const probe = w.line();
  CHECK(method_of(probe) == "server/discover");
  w.tell(world::with_id(probe, R"({"error":{"code":-32601,"message":"?"}})"));
  CHECK(w.line() == nullptr);
  CHECK(w.code() == 1);
}

TEST_CASE("a modern client answers nothing and does not ask for sessions") {
  world w("stdio", modern);
  w.verbs({"call", "x"});
  w.tell(world::with_id(w.line(), discovered));
  CHECK(method_of(w.line()) == "tools/call");
  w.say(R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  w.say(R"({"jsonrpc":"2.0","id":2,"method":"elicitation/create","params":{}})");
  CHECK(w.line() == nullptr);
}

TEST_CASE("over HTTP the first request tells the era") {
  world w("streamable-http");
  w.verbs({"call", "x"});
  auto const probe = *w.http();
  CHECK(method_of(probe.message) == "server/discover");
  auto legacy = [&] {
    auto const opening = w.http();
    return opening && method_of(opening->message) == "initialize" &&
           opening->header("MCP-Protocol-Version") == "(none)";
  };
  SECTION("400 without body") {
    w.respond(probe, 400, "", "");
    CHECK(legacy());
  }
  SECTION("404 with a page") {
    w.respond(probe, 404, "text/html", "<p>");
    CHECK(legacy());
  }
  SECTION("405") {
    w.respond(probe, 405, "", "");
    CHECK(legacy());
  }
  SECTION("200 and an error that is not modern") {
    w.answer_json(probe, 200, R"({"error":{"code":-32601,"message":"?"}})");
    CHECK(legacy());
  }
  SECTION("400 and an error without id that is not modern") {
    w.respond(probe, 400, "application/json",
              R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Server not initialized"}})");
    CHECK(legacy());
  }
  SECTION("400 and a modern error without id") {
    w.respond(
        probe, 400, "application/json",
        R"({"jsonrpc":"2.0","error":{"code":-32022,"message":"?","data":{"supported":["2026-07-28"],"requested":"x"}}})");
    auto const next = *w.http();
    CHECK(method_of(next.message) == "tools/list"); // to know the headers
    CHECK(is_modern(w.c));
  }
  SECTION("400 and a header mismatch") {
    w.answer_json(probe, 400, R"({"error":{"code":-32020,"message":"?"}})");
    CHECK(method_of(w.http()->message) == "tools/list");
  }
  SECTION("no connection at all is no legacy server") {
    on_failure(w.c, probe.number, "connection refused");
    CHECK_FALSE(w.http());
    CHECK(w.code() == 1);
    CHECK(w.warned[0] == "connection refused");
  }
}

TEST_CASE("an unsupported version is retried with one from the list, with a new id") {
  world w("streamable-http", modern);
  w.scenario("request-metadata");
  auto const first = *w.http();
  CHECK(method_of(first.message) == "tools/list");
  auto const refusal =
      R"({"error":{"code":-32022,"message":"?","data":{"supported":["2026-07-28"],"requested":"2026-07-28"}}})";
  w.answer_json(first, 400, refusal);
  auto const second = *w.http();
  CHECK(method_of(second.message) == "tools/list");
  CHECK(second.message.at("id") != first.message.at("id"));
  SECTION("taken") {
    w.answer_json(second, 200, R"({"result":{"resultType":"complete","tools":[]}})");
    CHECK(w.code() == 0);
  }
  SECTION("not for ever") {
    w.answer_json(second, 400, refusal);
    w.answer_json(*w.http(), 400, refusal);
    CHECK_FALSE(w.http());
    CHECK(w.code() == 1);
  }
}

TEST_CASE("versions are chosen by age and era, not by their place in the list") {
  world w("stdio");
  auto const chosen = [&](std::string_view names) {
    auto const* const one = choose_revision(w.c, parsed(names).as_array());
    return one ? one->name : std::string();
  };
  CHECK(chosen(R"(["2024-11-05","2025-11-25","2025-06-18"])") == "2025-11-25");
  CHECK(chosen(R"(["2025-11-25","2026-07-28"])") == "2026-07-28");
  CHECK(chosen(R"([1,null,"x"])").empty());
  CHECK(chosen("[]").empty());
  w.c.options.revision = "2025-03-26";
  CHECK(chosen(R"(["2026-07-28","2025-03-26"])") == "2025-03-26");
  world h("streamable-http");
  CHECK(choose_revision(h.c, parsed(R"(["2024-11-05"])").as_array()) == nullptr);
}
