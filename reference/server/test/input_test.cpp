// Input from the client in both eras: our own requests, and rounds through the client.
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;

namespace {

constexpr auto everything = R"({"sampling":{},"elicitation":{},"roots":{}})";

/// One round of a modern tool call; `more` are members of the params.
json::value round(client& c, std::string const& tool, std::string const& more = "") {
  return c.ask("tools/call", R"({"name":"test_input_required_result_)" + tool + R"(","arguments":{})" + more + "}");
}

std::string state_of(json::value const& answer) {
  return R"(,"requestState":)" + assay::wire::serialize(at(answer, "/result/requestState"));
}

} // namespace

TEST_CASE("a legacy server asks with requests of its own") {
  for (auto const& name : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    core server(speak());
    auto c = open(server, name, everything);
    auto asked = c.call("tools/call", R"({"name":"test_sampling","arguments":{"prompt":"p"}})");
    REQUIRE(asked.size() == 1);
    CHECK(at(asked[0], "/method") == json::value("sampling/createMessage"));
    CHECK(at(asked[0], "/params/maxTokens") == json::value(100));
    auto const first = assay::wire::serialize(at(asked[0], "/id"));
    CHECK(c.send(R"({"jsonrpc":"2.0","id":"not-asked","result":{}})").empty());
    auto const done = c.send(R"({"jsonrpc":"2.0","id":)" + first +
                             R"(,"result":{"role":"assistant","content":{"type":"text","text":"yes"},"model":"m"}})");
    REQUIRE(done.size() == 1);
    CHECK(at(done[0], "/id") == json::value(1));
    CHECK(at(done[0], "/result/content/0/text") == json::value("LLM response: yes"));
    CHECK(c.send(R"({"jsonrpc":"2.0","id":)" + first + R"(,"result":{}})").empty());

    asked = c.call("tools/call", R"({"name":"test_roots"})");
    REQUIRE(asked.size() == 1);
    CHECK(assay::wire::serialize(at(asked[0], "/id")) != first);
    auto const refused = c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(asked[0], "/id")) +
                                R"(,"error":{"code":-1,"message":"no"}})");
    REQUIRE(refused.size() == 1);
    CHECK(at(refused[0], "/result/isError") == json::value(true));
  }
}

TEST_CASE("nothing is asked that the client did not declare") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const answer = c.tool("test_sampling", R"({"prompt":"p"})");
    if (c.modern()) {
      CHECK(at(answer, "/error/code") == json::value(-32021));
      CHECK(at(answer, "/error/data/requiredCapabilities") == read(R"({"sampling":{}})"));
      CHECK(c.last.messages[0].http_status == 400);
    } else {
      CHECK(at(answer, "/result/isError") == json::value(true));
    }
  }
}

TEST_CASE("forms need a client that has forms") {
  core server(speak());
  CHECK(open(server, "2025-11-25", R"({"elicitation":{"form":{}}})")
            .call("tools/call", R"({"name":"test_elicitation","arguments":{"message":"m"}})")
            .size() == 1);
  auto urls = open(server, "2025-11-25", R"({"elicitation":{"url":{}}})");
  CHECK(at(urls.tool("test_elicitation", R"({"message":"m"})"), "/result/isError") == json::value(true));
}

TEST_CASE("a user is sent to a page where the client can do that") {
  core server(speak());
  auto c = open(server, "2025-11-25", R"({"elicitation":{"url":{}}})");
  auto const asked = c.call("tools/call", R"({"name":"test_elicitation_url"})");
  REQUIRE(asked.size() == 1);
  CHECK(at(asked[0], "/params/mode") == json::value("url"));
  auto const done = c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(asked[0], "/id")) +
                           R"(,"result":{"action":"accept"}})");
  REQUIRE(done.size() == 2);
  CHECK(at(done[0], "/method") == json::value("notifications/elicitation/complete"));
  CHECK(at(done[0], "/params/elicitationId") == at(asked[0], "/params/elicitationId"));
  CHECK(at(done[1], "/result/content").is_array());
  auto const required = c.tool("test_url_elicitation_required");
  CHECK(at(required, "/error/code") == json::value(-32042));
  CHECK(at(required, "/error/data/elicitations/0/mode") == json::value("url"));

  auto young = open(server, "2026-07-28", R"({"elicitation":{"url":{}}})");
  auto const round = young.tool("test_elicitation_url");
  CHECK(at(round, "/result/inputRequests/visit/params/url").is_string());
  CHECK_FALSE(at(round, "/result/inputRequests/visit/params").as_object().contains("elicitationId"));
  CHECK(young.call("tools/call", R"({"name":"test_elicitation_url","inputResponses":{"visit":{"action":"accept"}}})")
            .size() == 1);
  CHECK(at(young.tool("test_url_elicitation_required"), "/error/code") == json::value(-32602));
  auto forms = open(server, "2026-07-28", R"({"elicitation":{}})");
  CHECK(at(forms.tool("test_elicitation_url"), "/error/data/requiredCapabilities/elicitation/url").is_object());
}

TEST_CASE("a model may use tools on its way to an answer") {
  constexpr auto model = R"({"sampling":{"tools":{}}})";
  constexpr auto uses =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"u1","name":"get_weather","input":{"city":"Paris"}}],"model":"m","stopReason":"toolUse"})";
  constexpr auto says = R"({"role":"assistant","content":{"type":"text","text":"mild"},"model":"m"})";
  auto const check_question = [](json::value const& params, std::size_t messages) {
    CHECK(at(params, "/messages").as_array().size() == messages);
    CHECK(at(params, "/tools/0/name") == json::value("get_weather"));
    json::value const last = at(params, "/messages").as_array().back();
    if (messages > 1) {
      CHECK(at(last, "/content").as_array().size() == 1);
      CHECK(at(last, "/content/0/type") == json::value("tool_result"));
      CHECK(at(last, "/content/0/toolUseId") == json::value("u1"));
    }
  };
  SECTION("legacy") {
    core server(speak());
    auto c = open(server, "2025-11-25", model);
    auto asked = c.call("tools/call", R"({"name":"test_sampling_with_tools","arguments":{"prompt":"weather?"}})");
    for (std::size_t messages : {1, 3}) {
      REQUIRE(asked.size() == 1);
      check_question(at(asked[0], "/params"), messages);
      CHECK(at(asked[0], "/params/toolChoice/mode") == json::value("auto"));
      asked = c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(asked[0], "/id")) + R"(,"result":)" +
                     uses + "}");
    }
    REQUIRE(asked.size() == 1);
    CHECK(at(asked[0], "/params/toolChoice/mode") == json::value("none")); // it has to come to an end
    auto const done = c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(asked[0], "/id")) +
                             R"(,"result":)" + says + "}");
    REQUIRE(done.size() == 1);
    CHECK(at(done[0], "/result/content/0/text") == json::value("LLM response: mild"));
  }
  SECTION("modern") {
    core server(speak());
    auto c = open(server, "2026-07-28", model);
    auto const call = [&](std::string const& more) {
      return c.ask("tools/call",
                   R"({"name":"test_sampling_with_tools","arguments":{"prompt":"weather?"})" + more + "}");
    };
    auto const first = call("");
    check_question(at(first, "/result/inputRequests/1/params"), 1);
    auto const second = call(R"(,"inputResponses":{"1":)" + std::string(uses) + "}" + state_of(first));
    check_question(at(second, "/result/inputRequests/2/params"), 3);
    auto const done = call(R"(,"inputResponses":{"2":)" + std::string(says) + "}" + state_of(second));
    CHECK(at(done, "/result/content/0/text") == json::value("LLM response: mild"));
  }
  SECTION("only where it was declared") {
    core server(speak());
    auto c = open(server, "2026-07-28", R"({"sampling":{}})");
    auto const answer = c.tool("test_sampling_with_tools", R"({"prompt":"p"})");
    CHECK(at(answer, "/error/data/requiredCapabilities") == read(R"({"sampling":{"tools":{}}})"));
  }
}

TEST_CASE("a cancelled request wants no answers any more") {
  core server(speak());
  auto c = open(server, "2025-11-25", everything);
  auto const asked = c.call("tools/call", R"({"name":"test_roots"})");
  auto const withdrawn = c.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  REQUIRE(withdrawn.size() == 1);
  CHECK(at(withdrawn[0], "/method") == json::value("notifications/cancelled"));
  CHECK(at(withdrawn[0], "/params/requestId") == at(asked[0], "/id"));
  CHECK(c.send(R"({"jsonrpc":"2.0","id":)" + assay::wire::serialize(at(asked[0], "/id")) + R"(,"result":{"roots":[]}})")
            .empty());
}

TEST_CASE("a client that never answers is not waited for") {
  core server(speak());
  auto c = open(server, "2025-11-25", everything);
  auto const asked = c.call("tools/call", R"({"name":"test_roots"})");
  REQUIRE(c.last.timers.size() == 1);
  auto const late = server.woken(c.last.timers[0].number);
  REQUIRE(late.messages.size() == 2);
  CHECK(at(late.messages[0].message, "/params/requestId") == at(asked[0], "/id"));
  CHECK(at(late.messages[1].message, "/result/isError") == json::value(true));

  c.call("tools/call", R"({"name":"test_roots"})");
  auto const timer = c.last.timers[0].number;
  auto const id = assay::wire::serialize(at(c.sent()[0], "/id"));
  CHECK(c.send(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"roots":[]}})").size() == 1);
  CHECK(server.woken(timer).messages.empty());
}

TEST_CASE("a modern server asks in its result") {
  core server(speak());
  auto c = open(server, "2026-07-28", everything);
  auto const first = round(c, "elicitation");
  CHECK(at(first, "/result/resultType") == json::value("input_required"));
  CHECK(at(first, "/result/inputRequests/user_name/method") == json::value("elicitation/create"));
  CHECK_FALSE(at(first, "/result").as_object().contains("ttlMs"));
  auto const done =
      round(c, "elicitation", R"(,"inputResponses":{"user_name":{"action":"accept","content":{"name":"Ada"}}})");
  CHECK(at(done, "/result/resultType") == json::value("complete"));
  CHECK(at(done, "/result/content/0/text") == json::value("Hello, Ada!"));
  for (auto const* again :
       {R"(,"inputResponses":{"other":{}})", R"(,"inputResponses":{"user_name":12345})", R"(,"inputResponses":null)",
        R"(,"inputResponses":{"user_name":{"action":"accept","content":{"name":7}}})"})
    CHECK(at(round(c, "elicitation", again), "/result/resultType") == json::value("input_required"));
  CHECK(at(round(c, "elicitation", R"(,"inputResponses":7)"), "/error/code") == json::value(-32602));
  CHECK(at(round(c, "elicitation", R"(,"inputResponses":{"user_name":{"action":"decline"}})"), "/result/isError") ==
        json::value(true));
  CHECK(
      at(round(
             c, "sampling",
             R"(,"inputResponses":{"capital_question":{"role":"assistant","content":{"type":"text","text":"Paris"},"model":"m"}})"),
         "/result/resultType") == json::value("complete"));
  CHECK(at(round(c, "list_roots", R"(,"inputResponses":{"client_roots":{"roots":[]}})"), "/result/resultType") ==
        json::value("complete"));
}

TEST_CASE("state goes through the client unharmed or not at all") {
  std::int64_t now = 1'000'000;
  auto told = speak();
  told.now = [&now] { return now; };
  core server(told);
  auto c = open(server, "2026-07-28", everything);
  auto const first = round(c, "request_state");
  auto const state = at(first, "/result/requestState");
  REQUIRE(state.is_string());
  std::string const answers = R"(,"inputResponses":{"confirm":{"action":"accept","content":{"ok":true}}})";
  CHECK(at(round(c, "request_state", answers + state_of(first)), "/result/resultType") == json::value("complete"));
  CHECK(at(round(c, "request_state", answers), "/result/resultType") == json::value("input_required"));
  auto const tampered = std::string(state.as_string()) + "-TAMPERED";
  CHECK(at(round(c, "request_state", answers + R"(,"requestState":")" + tampered + "\""), "/error/code") ==
        json::value(-32602));
  CHECK(at(round(c, "request_state", answers + R"(,"requestState":7)"), "/error/code") == json::value(-32602));
  // Of another principal, of another request, or too late.
  client other(server, "2026-07-28", "somebody else");
  other.capabilities = c.capabilities;
  CHECK(at(round(other, "request_state", answers + state_of(first)), "/error/code") == json::value(-32602));
  auto const theirs = round(other, "request_state");
  CHECK(at(round(other, "request_state", answers + state_of(theirs)), "/result/resultType") == json::value("complete"));
  CHECK(at(round(c, "request_state", answers + state_of(theirs)), "/error/code") == json::value(-32602));
  CHECK(at(round(c, "tampered_state", answers + state_of(first)), "/error/code") == json::value(-32602));
  now += 60 * 60 * 1000;
  CHECK(at(round(c, "request_state", answers + state_of(first)), "/error/code") == json::value(-32602));
}

TEST_CASE("several inputs, several rounds, and only what the client can answer") {
  core server(speak());
  auto c = open(server, "2026-07-28", everything);
  auto first = round(c, "multiple_inputs");
  CHECK(at(first, "/result/inputRequests").as_object().size() == 3);
  auto const second =
      round(c, "multiple_inputs",
            R"(,"inputResponses":{"user_name":{"action":"accept","content":{"name":"Ada"}}})" + state_of(first));
  CHECK(at(second, "/result/inputRequests").as_object().size() == 2);
  auto const third = round(
      c, "multiple_inputs",
      R"(,"inputResponses":{"greeting":{"role":"assistant","content":{"type":"text","text":"Hi"},"model":"m"},"client_roots":{"roots":[]}})" +
          state_of(second));
  CHECK(at(third, "/result/content/0/text") == json::value("Ada: Hi 0 roots"));

  first = round(c, "multi_round");
  auto const middle =
      round(c, "multi_round",
            R"(,"inputResponses":{"step1":{"action":"accept","content":{"name":"Ada"}}})" + state_of(first));
  CHECK(at(middle, "/result/resultType") == json::value("input_required"));
  CHECK(at(middle, "/result/requestState") != at(first, "/result/requestState"));
  auto const last =
      round(c, "multi_round",
            R"(,"inputResponses":{"step2":{"action":"accept","content":{"color":"blue"}}})" + state_of(middle));
  CHECK(at(last, "/result/resultType") == json::value("complete"));

  auto poor = open(server, "2026-07-28", R"({"sampling":{}})");
  auto const offered = round(poor, "capabilities");
  CHECK(at(offered, "/result/inputRequests").as_object().size() == 1);
  CHECK(at(offered, "/result/inputRequests/sample/method") == json::value("sampling/createMessage"));

  auto const prompt = c.ask("prompts/get", R"({"name":"test_input_required_result_prompt"})");
  CHECK(at(prompt, "/result/inputRequests/user_context/method") == json::value("elicitation/create"));
  CHECK(
      at(c.ask(
             "prompts/get",
             R"({"name":"test_input_required_result_prompt","inputResponses":{"user_context":{"action":"accept","content":{"context":"c"}}}})"),
         "/result/messages")
          .is_array());
}
