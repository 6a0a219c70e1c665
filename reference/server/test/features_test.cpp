// Resources, prompts, completion, caching, subscriptions.
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;

TEST_CASE("resources are read, and what does not exist is said so") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const text = c.ask("resources/read", R"({"uri":"test://static-text"})");
    CHECK(at(text, "/result/contents/0/uri") == json::value("test://static-text"));
    CHECK(at(text, "/result/contents/0/text").is_string());
    CHECK(at(c.ask("resources/read", R"({"uri":"test://static-binary"})"), "/result/contents/0/blob").is_string());
    auto const data = c.ask("resources/read", R"({"uri":"test://template/123/data"})");
    CHECK(at(read(at(data, "/result/contents/0/text").as_string()), "/id") == json::value("123"));
    for (auto const* uri : {"test://no-such", "test://template//data", "test://template/a/b/data", ""}) {
      auto const missing = c.ask("resources/read", assay::wire::serialize(json::object{{"uri", uri}}));
      CHECK(at(missing, "/error/code") == json::value(c.modern() ? -32602 : -32002));
      CHECK(at(missing, "/error/data/uri") == json::value(uri));
    }
    CHECK(at(c.ask("resources/read", "{}"), "/error/code") == json::value(-32602));
  }
}

TEST_CASE("prompts are made of their arguments") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    CHECK(at(c.ask("prompts/get", R"({"name":"test_simple_prompt"})"), "/result/messages/0/role") ==
          json::value("user"));
    auto const made =
        c.ask("prompts/get",
              R"({"name":"test_prompt_with_arguments","arguments":{"arg1":"testValue1","arg2":"testValue2"}})");
    auto const text = assay::wire::serialize(made);
    CHECK(text.find("testValue1") != std::string::npos);
    CHECK(text.find("testValue2") != std::string::npos);
    CHECK(at(c.ask("prompts/get",
                   R"({"name":"test_prompt_with_embedded_resource","arguments":{"resourceUri":"test://x"}})"),
             "/result/messages/0/content/resource/uri") == json::value("test://x"));
    CHECK(at(c.ask("prompts/get", R"({"name":"test_prompt_with_image"})"), "/result/messages/0/content/type") ==
          json::value("image"));
    for (auto const* params : {R"({"name":"no_such"})", "{}", R"({"name":"test_prompt_with_arguments"})",
                               R"({"name":"test_prompt_with_arguments","arguments":{"arg1":1,"arg2":"x"}})"})
      CHECK(at(c.ask("prompts/get", params), "/error/code") == json::value(-32602));
  }
}

TEST_CASE("completion offers what starts as typed, a hundred at most") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const words = c.ask(
        "completion/complete",
        R"({"ref":{"type":"ref/prompt","name":"test_prompt_with_arguments"},"argument":{"name":"arg1","value":"test"}})");
    CHECK(at(words, "/result/completion/values/0") == json::value("test"));
    CHECK(at(words, "/result/completion/hasMore") == json::value(false));
    auto const ids = c.ask(
        "completion/complete",
        R"({"ref":{"type":"ref/resource","uri":"test://template/{id}/data"},"argument":{"name":"id","value":""}})");
    CHECK(at(ids, "/result/completion/values").as_array().size() == 100);
    CHECK(at(ids, "/result/completion/hasMore") == json::value(true));
    for (auto const* params :
         {R"({"ref":{"type":"ref/prompt","name":"no_such"},"argument":{"name":"arg1","value":""}})",
          R"({"ref":{"type":"ref/prompt","name":"test_prompt_with_arguments"},"argument":{"name":"arg9","value":""}})",
          R"({"ref":{"type":"ref/other"},"argument":{"name":"arg1","value":""}})",
          R"({"ref":{"type":"ref/prompt","name":"test_prompt_with_arguments"},"argument":{"name":"arg1"}})", "{}"})
      CHECK(at(c.ask("completion/complete", params), "/error/code") == json::value(-32602));
  }
}

TEST_CASE("results that may be cached say for how long, in the modern era") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    for (auto const* method : {"tools/list", "prompts/list", "resources/list", "resources/templates/list"}) {
      auto const answer = c.ask(method);
      CHECK(at(answer, "/result/ttlMs").is_int64() == c.modern());
      CHECK(at(answer, "/result/cacheScope").is_string() == c.modern());
      CHECK(at(answer, "/result/resultType").is_string() == c.modern());
    }
    CHECK_FALSE(at(c.ask("tools/call", R"({"name":"test_simple_text"})"), "/result").as_object().contains("ttlMs"));
  }
}

TEST_CASE("a legacy session hears of changes once it is ready") {
  core server(speak());
  auto watcher = open(server, "2025-11-25");
  auto other = open(server, "2025-06-18");
  client opening(server, "2025-11-25");
  CHECK(at(watcher.ask("resources/subscribe", R"({"uri":"test://watched-resource"})"), "/result") ==
        json::value(json::object()));
  CHECK(at(watcher.ask("resources/subscribe", R"({"uri":"test://no-such"})"), "/error/code") == json::value(-32002));

  auto messages = other.call("tools/call", R"({"name":"test_trigger_resource_update"})");
  REQUIRE(messages.size() == 2);
  CHECK(at(messages[1], "/method") == json::value("notifications/resources/updated"));
  CHECK(at(messages[1], "/params/uri") == json::value("test://watched-resource"));
  CHECK(other.last.messages[1].to == watcher.peer);
  CHECK(other.last.messages[1].about == 0);

  CHECK(other.call("tools/call", R"({"name":"test_trigger_tool_change"})").size() == 3); // the answer and both sessions
  CHECK(at(watcher.ask("resources/unsubscribe", R"({"uri":"test://watched-resource"})"), "/result") ==
        json::value(json::object()));
  CHECK(other.call("tools/call", R"({"name":"test_trigger_resource_update"})").size() == 1);
}

TEST_CASE("a listener is acknowledged first and hears only what it asked for") {
  core server(speak());
  auto c = open(server, "2026-07-28");
  auto const opened = c.call(
      "subscriptions/listen",
      R"({"notifications":{"toolsListChanged":true,"promptsListChanged":false,"unknownThing":true,"resourceSubscriptions":["test://watched-resource"]}})");
  REQUIRE(opened.size() == 1);
  CHECK(at(opened[0], "/method") == json::value("notifications/subscriptions/acknowledged"));
  CHECK(at(opened[0], "/params/_meta/io.modelcontextprotocol~1subscriptionId") == json::value(1));
  CHECK(at(opened[0], "/params/notifications") ==
        read(R"({"toolsListChanged":true,"resourceSubscriptions":["test://watched-resource"]})"));
  auto const listening = c.last.about;

  auto const told = c.call("tools/call", R"({"name":"test_trigger_tool_change"})");
  REQUIRE(told.size() == 2);
  CHECK(at(told[1], "/params/_meta/io.modelcontextprotocol~1subscriptionId") == json::value(1));
  CHECK(c.last.messages[1].about == listening);
  CHECK(c.call("tools/call", R"({"name":"test_trigger_prompt_change"})").size() == 1);
  CHECK(c.call("tools/call", R"({"name":"test_trigger_resource_update"})").size() == 2);

  for (auto const* params : {"{}", R"({"notifications":7})", R"({"notifications":{"toolsListChanged":1}})",
                             R"({"notifications":{"resourceSubscriptions":"test://x"}})"})
    CHECK(at(c.ask("subscriptions/listen", params), "/error/code") == json::value(-32602));

  SECTION("the server ends it") {
    auto const end = server.stop(true);
    REQUIRE(end.messages.size() == 2);
    CHECK(at(end.messages[0].message, "/params/requestId") == json::value(1));
    CHECK(at(end.messages[1].message, "/result/resultType") == json::value("complete"));
    CHECK(at(end.messages[1].message, "/result/_meta/io.modelcontextprotocol~1subscriptionId") == json::value(1));
  }
  SECTION("the client ends it") {
    CHECK(c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})").empty());
    CHECK(c.call("tools/call", R"({"name":"test_trigger_tool_change"})").size() == 1);
    CHECK(server.stop(true).messages.empty());
  }
}
