// Handshake, versions and discovery in both eras.
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;

namespace {

std::string initialize(std::string_view version) {
  return R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + std::string(version) +
         R"(","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})";
}

} // namespace

TEST_CASE("initialize agrees on the version that was offered, else on our newest") {
  core server(speak());
  for (auto const& [offered, agreed] : std::vector<std::pair<std::string, std::string>>{{"2024-11-05", "2024-11-05"},
                                                                                        {"2025-03-26", "2025-03-26"},
                                                                                        {"2025-11-25", "2025-11-25"},
                                                                                        {"1999-01-01", "2025-11-25"},
                                                                                        {"2026-07-28", "2025-11-25"}}) {
    client c(server, "2025-11-25");
    auto const answers = c.send(initialize(offered));
    REQUIRE(answers.size() == 1);
    CHECK(at(answers[0], "/id") == json::value(0));
    CHECK(at(answers[0], "/result/protocolVersion") == json::value(agreed));
    CHECK(at(answers[0], "/result/capabilities/tools").is_object());
    CHECK(at(answers[0], "/result/serverInfo/name").is_string());
    CHECK(at(answers[0], "/result/capabilities/completions").is_object() == (agreed != "2024-11-05"));
    CHECK(at(answers[0], "/result/serverInfo/title").is_string() == (agreed >= "2025-06-18"));
    CHECK_FALSE(at(answers[0], "/result").as_object().contains("resultType"));
  }
}

TEST_CASE("initialize wants its three members") {
  core server(speak());
  client c(server, "2025-11-25");
  for (auto const* params :
       {"{}", R"({"protocolVersion":1,"capabilities":{},"clientInfo":{"name":"t","version":"1"}})",
        R"({"protocolVersion":"2025-11-25","capabilities":[],"clientInfo":{"name":"t","version":"1"}})",
        R"({"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t"}})"}) {
    auto const answers =
        c.send(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":)" + std::string(params) + "}");
    REQUIRE(answers.size() == 1);
    CHECK(at(answers[0], "/error/code") == json::value(-32602));
  }
  c.initialize(); // a failed attempt leaves the session as it was
  CHECK(at(c.send(initialize("2025-11-25"))[0], "/error/code") == json::value(-32600));
}

TEST_CASE("before initialize only ping is answered") {
  core server(speak({"2025-11-25"}));
  client c(server, "2025-11-25");
  CHECK(at(c.send(R"({"jsonrpc":"2.0","id":"p","method":"ping"})")[0], "/result") == json::value(json::object()));
  CHECK(at(c.send(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})")[0], "/error/code").is_int64());
  c.initialize();
  CHECK(at(c.ask("tools/list"), "/result/tools").is_array());
  CHECK(at(c.ask("ping"), "/result") == json::value(json::object()));
  CHECK(at(c.ask("server/discover"), "/error/code") == json::value(-32601));
}

TEST_CASE("server/discover tells versions, capabilities and identity") {
  core server(speak());
  auto c = open(server, "2026-07-28");
  auto const answer = c.ask("server/discover");
  CHECK(at(answer, "/result/resultType") == json::value("complete"));
  CHECK(at(answer, "/result/supportedVersions").as_array().size() == 5);
  CHECK(at(answer, "/result/capabilities/tools").is_object());
  CHECK(at(answer, "/result/ttlMs").is_int64());
  CHECK(at(answer, "/result/cacheScope") == json::value("public"));
  CHECK(at(answer, "/result/_meta/io.modelcontextprotocol~1serverInfo/name").is_string());
}

TEST_CASE("a modern request carries its version and its capabilities") {
  core server(speak());
  client c(server, "2026-07-28");
  auto const refuse = [&](std::string const& meta) {
    auto const answers =
        c.send(R"({"jsonrpc":"2.0","id":7,"method":"server/discover","params":{"_meta":)" + meta + "}}");
    REQUIRE(answers.size() == 1);
    CHECK(at(answers[0], "/id") == json::value(7));
    CHECK(c.last.messages[0].http_status == 400);
    return at(answers[0], "/error");
  };
  auto const version = std::string(R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")");
  auto const capabilities = std::string(R"("io.modelcontextprotocol/clientCapabilities":{})");
  CHECK(at(refuse("{" + version + "}"), "/code") == json::value(-32602));
  CHECK(at(refuse("{" + capabilities + "}"), "/code") == json::value(-32602));
  CHECK(at(refuse("{}"), "/code") == json::value(-32602));
  CHECK(at(refuse("{" + version + "," + capabilities + R"(,"io.modelcontextprotocol/clientInfo":{"name":1}})"),
           "/code") == json::value(-32602));
  CHECK(at(refuse("{" + version + "," + capabilities + R"(,"io.modelcontextprotocol/logLevel":"loud"})"), "/code") ==
        json::value(-32602));
  auto const unknown = refuse(R"({"io.modelcontextprotocol/protocolVersion":"v999.0.0",)" + capabilities + "}");
  CHECK(at(unknown, "/code") == json::value(-32022));
  CHECK(at(unknown, "/data/requested") == json::value("v999.0.0"));
  CHECK(at(unknown, "/data/supported").as_array().size() == 5);
  // Its own revisions are known to the server, but not to be spoken in this way.
  CHECK(at(refuse(R"({"io.modelcontextprotocol/protocolVersion":"2025-11-25",)" + capabilities + "}"), "/code") ==
        json::value(-32022));
}

TEST_CASE("what the modern era gave up is an unknown method there") {
  core server(speak());
  auto c = open(server, "2026-07-28");
  for (auto const* method :
       {"initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "x/y"}) {
    CHECK(at(c.ask(method), "/error/code") == json::value(-32601));
    CHECK(c.last.messages[0].http_status == 404);
  }
}

TEST_CASE("a server of one era refuses the other") {
  core modern(speak({"2026-07-28"}));
  client old(modern, "2025-11-25");
  auto const answers = old.send(initialize("2025-11-25"));
  CHECK(at(answers[0], "/error/code") == json::value(-32022));
  CHECK(at(answers[0], "/error/data/requested") == json::value("2025-11-25"));
  CHECK(at(old.send(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})")[0], "/error/code") == json::value(-32602));

  core legacy(speak({"2025-06-18"}));
  client young(legacy, "2026-07-28");
  CHECK(at(young.ask("server/discover"), "/error/code").is_int64());
}

TEST_CASE("both eras at once on one channel") {
  core server(speak());
  client c(server, "2026-07-28");
  CHECK(at(c.ask("tools/list"), "/result/resultType") == json::value("complete"));
  CHECK(at(c.send(initialize("2025-06-18"))[0], "/result/protocolVersion") == json::value("2025-06-18"));
  CHECK(
      at(c.send(R"({"jsonrpc":"2.0","id":"l","method":"tools/list"})")[0], "/result").as_object().count("resultType") ==
      0);
  CHECK(at(c.ask("tools/list"), "/result/resultType") == json::value("complete"));
}
