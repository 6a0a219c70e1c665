// What a group is made of, and what follows from what came, without a subject.
#include "conformance/run/group.hpp"
#include "conformance/run/profile.hpp"

#include "conformance/engine/test/world.hpp"

using namespace assay;

namespace {

catalogue::catalogue whole() {
  return catalogue::load(std::make_shared<data::store>(data::store::embedded())).value();
}

std::unique_ptr<run::group> planned(catalogue::catalogue const& data, std::string const& revision,
                                    std::string const& transport, run::selection const& selected = {}) {
  return run::plan_group(data, *data.revisions.find(revision), transport, message::sender::server, selected).value();
}

/// A server that declares tools, and is asked what it is.
struct server_with_tools {
  catalogue::catalogue data = whole();
  std::unique_ptr<run::group> g = planned(data, "2025-11-25", "stdio");
  engine::traffic traffic;
  engine::bindings names{&g->known};
  run::introspection asked{*g, names};

  server_with_tools() {
    g->profile = world::parse(R"({"capabilities": {"tools": {}}})").as_object();
    names.set("opened", world::parse(R"({"message": {"result": {"capabilities": {"tools": {}}}}})"));
  }

  /// Plays a part of the introspection: the answer to whatever it asks is `result`.
  void answer(std::vector<catalogue::step> steps, std::string const& result);
};

void server_with_tools::answer(std::vector<catalogue::step> steps, std::string const& result) {
  engine::interpreter it(g->env, std::move(steps), {}, {}, traffic, names);
  for (auto actions = it.advance(); !it.finished(); actions = it.advance()) {
    for (auto const& a : actions)
      traffic.note(a, 0);
    if (actions.empty()) {
      auto const& last = traffic.frames().back();
      auto const id = wire::serialize(*wire::id_of(last.message));
      traffic.absorb(engine::frame_received{0, R"({"jsonrpc":"2.0","id":)" + id + "," + result + "}", false}, 0);
    }
  }
  asked.take(it);
}

} // namespace

TEST_CASE("a selection takes what --only names and --skip does not", "[group]") {
  run::selection const both{{"unknown-cursor"}, {"*stdio]"}};
  CHECK(both.takes("a.b@server/unknown-cursor[2025-11-25 streamable-http]"));
  CHECK_FALSE(both.takes("a.b@server/unknown-cursor[2025-11-25 stdio]"));
  CHECK_FALSE(both.takes("a.b@server/other[2025-11-25 streamable-http]"));
  CHECK(run::selection{}.takes("anything"));
}

TEST_CASE("a group has what can be judged in its revision over its transport", "[group]") {
  auto const data = whole();
  CHECK(planned(data, "2024-11-05", "streamable-http")->state == "unspoken");
  CHECK(planned(data, "2024-11-05", "streamable-http")->scenarios.empty());
  auto const g = planned(data, "2025-11-25", "stdio", {{"unknown-cursor"}, {}});
  REQUIRE(g->scenarios.size() == 1);
  CHECK(g->state == "judged");
  CHECK(g->scenarios[0].scenario->short_name() == "unknown-cursor");
  CHECK(g->suffix() == "[2025-11-25 stdio]");
}

TEST_CASE("a group has the rules that bind its side, where they apply", "[group]") {
  auto data = whole();
  data.rules.clear();
  auto const chosen = [&](std::string const& subject, std::string_view rule, run::selection const& selected = {}) {
    auto const value = world::parse(rule);
    data.rules = {catalogue::read_struct<catalogue::rule>(value).value()};
    data.rules[0].page = "page";
    data.rules[0].requirement = "x.y";
    catalogue::requirement r;
    r.id = "x.y";
    r.level = "MUST";
    r.subject = subject;
    r.since = "2024-11-05";
    std::erase_if(data.requirements, [](auto const& other) { return other.id == "x.y"; });
    data.requirements.push_back(std::move(r));
    return planned(data, "2025-11-25", "stdio", selected)->rules.size();
  };
  auto constexpr any = R"({"name": "any", "over": "frames", "for_each": {}, "holds": {}})";
  CHECK(chosen("server", any) == 1);
  CHECK(chosen("both", any) == 1);
  CHECK(chosen("client", any) == 0);
  CHECK(chosen("server", any, {{"x.y@rules/page/any"}, {}}) == 1);
  CHECK(chosen("server", any, {{"x.z"}, {}}) == 0);
  CHECK(chosen("server", R"({"over": "frames", "for_each": {}, "holds": {}, "transports": ["streamable-http"]})") == 0);
  CHECK(chosen("server", R"({"over": "frames", "for_each": {}, "holds": {}, "features": ["batching"]})") == 0);
}

TEST_CASE("the introspection follows the pages of the tools to their end", "[group]") {
  server_with_tools server;
  int parts = 0;
  for (auto part = server.asked.next(); part && parts < 10; part = server.asked.next(), ++parts) {
    auto const method = part->front().send.at("request").at("method").as_string();
    auto const* page = part->front().send.at("request").as_object().if_contains("params");
    server.answer(std::move(*part), method != "tools/list" ? R"("error":{"code":-32601,"message":"no"})"
                                    : !page                ? R"("result":{"tools":[{"name":"one"}],"nextCursor":"2"})"
                                                           : R"("result":{"tools":[{"name":"two"}]})");
  }
  CHECK(server.g->state == "judged");
  REQUIRE(server.g->profile.at("tools").as_array().size() == 2);
  CHECK(server.g->profile.at("first-page").as_array().size() == 1);
  CHECK(server.g->profile.at("tools").at(1).at("name") == "two");
}

TEST_CASE("a session is healthy when the fence is answered in it", "[group]") {
  auto const data = whole();
  auto const g = planned(data, "2025-11-25", "streamable-http");
  auto const steps = run::health_steps(*g);
  auto const healthy = [&](std::string_view answer) {
    engine::bindings const names;
    return engine::holds(world::parse(answer), steps.back().holds.as_object(),
                         {&names, g->env.schemas, g->env.subject});
  };
  CHECK(healthy(R"({"kind": "response"})"));
  CHECK(healthy(R"({"kind": "response", "http": {"status": 200}})"));
  CHECK(healthy(R"({"kind": "error"})")); // a server without the method
  CHECK_FALSE(healthy(R"({"kind": "error", "http": {"status": 404}})"));
  CHECK_FALSE(healthy(R"({"kind": "none", "http": {"status": 404}})"));
  CHECK_FALSE(healthy(R"({"kind": "none"})"));
}

TEST_CASE("whoever has no tools where it declares them does not qualify", "[group]") {
  server_with_tools server;
  auto part = server.asked.next();
  REQUIRE(part);
  server.answer(std::move(*part), R"("result":{"tools":"none"})");
  CHECK(server.g->state == "unqualified");
  CHECK(run::by_state(*server.g, "pass") == "blocked");
  CHECK(run::by_state(*server.g, "fail") == "fail");
}

TEST_CASE("of two sessions the one that says more counts for a rule", "[group]") {
  auto came_to = [](char const* outcome) {
    judge::check_run run;
    run.outcome = outcome;
    return run;
  };
  CHECK(run::outweighs(came_to("fail"), came_to("pass")));
  CHECK(run::outweighs(came_to("pass"), came_to("not exercised")));
  CHECK_FALSE(run::outweighs(came_to("pass"), came_to("fail")));
  CHECK_FALSE(run::outweighs(came_to("fail"), came_to("fail")));
  auto const of_session = [&](char const* outcome, int session) {
    auto run = came_to(outcome);
    run.session = session;
    return run;
  };
  CHECK(run::outweighs(of_session("fail", 2), of_session("fail", 3)));
  CHECK_FALSE(run::outweighs(of_session("fail", 3), of_session("fail", 2)));
  CHECK_FALSE(run::outweighs(of_session("pass", 2), of_session("fail", 3)));
}

TEST_CASE("nothing counts of a revision that is not spoken", "[group]") {
  auto const data = whole();
  auto const g = planned(data, "2024-11-05", "streamable-http");
  CHECK(run::by_state(*g, "pass") == "inapplicable");
  CHECK(run::by_state(*g, "fail") == "inapplicable");
  CHECK(run::not_run(*g, data.requirements[0].id, "x", "why").outcome == "inapplicable");
}

TEST_CASE("a call that is safe is named by the subject file, or harmless by what its tool says", "[group]") {
  auto const data = whole();
  auto const g = planned(data, "2025-11-25", "stdio");
  engine::bindings names(&g->known);
  names.set("opened", world::parse(R"({"message": {"result": {"capabilities": {"tools": {}}}}})"));
  names.set("tools", world::parse(R"({"message": {"result": {"tools": [
    {"name": "writes"},
    {"name": "asks", "annotations": {"readOnlyHint": true}, "inputSchema": {"type": "object", "required": ["what"]}},
    {"name": "reads", "annotations": {"readOnlyHint": true}, "inputSchema": {"type": "object"}}]}}})"));
  auto sample = [&](char const* told) { return run::make_profile(g->env, names, world::parse(told).as_object()); };
  CHECK(sample("{}").at("sample").at("tool").at("name") == "reads");
  CHECK(sample(R"({"tool": {"name": "writes", "arguments": {}}})").at("sample").at("tool").at("name") == "writes");
  CHECK_FALSE(sample(R"({"tool": null})").contains("sample"));
}

TEST_CASE("the profile of a client is what it says when it opens", "[group]") {
  auto const data = whole();
  auto const selected = run::selection{{"client-calls-a-task", "client-follows-a-task"}, {}};
  auto const opened = [&](char const* revision, char const* name, char const* view) {
    auto g = run::plan_group(data, *data.revisions.find(revision), "stdio", message::sender::client, selected).value();
    engine::bindings names(&g->known);
    engine::traffic none;
    engine::interpreter const opening(g->env, {}, {}, {}, none, names);
    names.set("opened", world::parse("{}"));
    names.set(name, world::parse(view));
    CHECK(run::take_opening(*g, opening, names, none));
    run::settle_profile(*g);
    return g;
  };
  auto const applies = [](run::group const& g) { return !run::unmet(g, *g.scenarios.at(0).scenario); };
  CHECK(applies(*opened("2025-11-25", "initialize", R"({"message": {"params": {"capabilities": {"tasks": {}}}}})")));
  CHECK_FALSE(applies(*opened("2025-11-25", "initialize", R"({"message": {"params": {"capabilities": {}}}})")));
  CHECK(applies(*opened("2026-07-28", "opened", R"({"message": {"params": {"_meta": {
    "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}}}}}})")));
  CHECK_FALSE(applies(*opened("2026-07-28", "opened", R"({"message": {"params": {"_meta": {
    "io.modelcontextprotocol/clientCapabilities": {}}}}})")));
}

TEST_CASE("scenarios that come last have a connection of their own", "[group]") {
  auto const data = whole();
  auto const g = planned(data, "2026-07-28", "streamable-http");
  int last = 0;
  for (auto const& p : g->scenarios)
    if (p.scenario->connection == "last") {
      ++last;
      CHECK(run::alone(*g, *p.scenario));
    }
  CHECK(last == 3);
}
