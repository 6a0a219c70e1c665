// Patterns over ids, known failures, the verdict and the gate; what an exit code promises.
#include "conformance/judge/known_failures.hpp"
#include "conformance/judge/pattern.hpp"
#include "conformance/judge/verdict.hpp"

#include "cmake/catch.hpp"

using namespace assay;
using judge::check_run;

namespace {

check_run run(std::string requirement, std::string outcome, std::string level = "MUST") {
  check_run r;
  r.requirement = std::move(requirement);
  r.by = "server/tools/" + r.requirement.substr(r.requirement.find('.') + 1);
  r.revision = "2025-11-25";
  r.transport = "stdio";
  r.level = std::move(level);
  r.outcome = std::move(outcome);
  if (r.outcome == "fail") {
    r.expected = "/error/code to be -32602";
    r.actual = "-32601";
  }
  return r;
}

std::vector<judge::revision_state> const judged{{"2025-11-25", "stdio", "judged", {}}};

std::vector<judge::known_failure> known(std::string const& text) {
  auto parsed = judge::parse_known_failures(text, "known-failures.txt");
  REQUIRE(parsed.has_value());
  return std::move(*parsed);
}

} // namespace

TEST_CASE("globs match as a whole and cost little", "[pattern]") {
  CHECK(judge::glob("a*c", "abc"));
  CHECK(judge::glob("*", ""));
  CHECK(judge::glob("", ""));
  CHECK(judge::glob("*b*", "abc"));
  CHECK(!judge::glob("a*c", "abcd"));
  CHECK(!judge::glob("", "a"));
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += "a*";
  CHECK(!judge::glob(many + "b", std::string(5000, 'a')));
}

TEST_CASE("a part of an id selects at boundaries", "[pattern]") {
  std::string const id = "tools.list-answered@server/tools/list[2025-11-25 stdio]";
  for (auto const* good :
       {"tools.list-answered", "tools", "list", "server/tools/list", "list[2025-11-25 stdio]", "stdio", "2025-11-25",
        "tools.list-answered@server/tools/list", "tools.*", "*stdio]", "@server"}) {
    INFO(good);
    CHECK(judge::selects(good, id));
  }
  CHECK(judge::selects(id, id));
  for (auto const* bad : {"", "tool", "list-", "answered", "2025-11", "stdio ", "prompts.*", "ools.*"}) {
    INFO(bad);
    CHECK(!judge::selects(bad, id));
  }
}

TEST_CASE("known failures are read with their lines", "[known]") {
  auto const list = known("# a comment\n\n  tools.a@x :: code to be \n\r\ntools.b :: y :: z\r\n");
  REQUIRE(list.size() == 2);
  CHECK(list[0].line == 3);
  CHECK(list[0].pattern == "tools.a@x");
  CHECK(list[0].text == "code to be");
  CHECK(list[1].line == 5);
  CHECK(list[1].text == "y :: z");
  auto const bad = judge::parse_known_failures("ok :: x\ntools.b\n", "k.txt");
  REQUIRE(bad.has_error());
  CHECK(bad.error().where == "k.txt, line 2");
  CHECK(judge::parse_known_failures("tools.b :: ", "k.txt").has_error());
  CHECK(judge::parse_known_failures(" :: text", "k.txt").has_error());
}

TEST_CASE("a failure is known only with its message", "[known]") {
  std::vector<check_run> runs{run("tools.a", "fail"), run("tools.b", "pass")};
  SECTION("the message is listed") {
    auto list = known("tools.a :: actual -32601");
    judge::apply(list, runs);
    CHECK(runs[0].known);
    CHECK(judge::close_gate(runs, judged, list, false, true).code == 0);
  }
  SECTION("another message") {
    auto list = known("tools.a :: actual -32700");
    judge::apply(list, runs);
    CHECK(!runs[0].known);
    auto const gate = judge::close_gate(runs, judged, list, false, true);
    CHECK(gate.code == 1);
    REQUIRE(gate.reasons.size() == 2); // the failure, and the stale line
    CHECK(gate.reasons[1].find("line 1 is stale") != std::string::npos);
  }
  SECTION("it passes now") {
    auto list = known("tools.b :: actual -32601\ntools.a :: -32601");
    judge::apply(list, runs);
    auto const gate = judge::close_gate(runs, judged, list, false, true);
    CHECK(gate.code == 1);
    REQUIRE(gate.reasons.size() == 1);
    CHECK(gate.reasons[0].find("tools.b") != std::string::npos);
  }
  SECTION("what was not part of this run is not stale") {
    auto list = known("tools.a :: -32601\nprompts.z :: x");
    judge::apply(list, runs);
    CHECK(judge::close_gate(runs, judged, list, false, true).code == 0);
  }
  SECTION("what is inapplicable is not stale") {
    runs.push_back(run("tools.c", "inapplicable"));
    auto list = known("tools.a :: -32601\ntools.c :: x");
    judge::apply(list, runs);
    CHECK(judge::close_gate(runs, judged, list, false, true).code == 0);
  }
  SECTION("the line that would make it known does") {
    auto list = known(judge::line_for(runs[0]));
    judge::apply(list, runs);
    CHECK(runs[0].known);
  }
}

TEST_CASE("a message of several lines still makes one line", "[known]") {
  auto r = run("tools.a", "fail");
  r.actual = "\"a\nb\"";
  auto const line = judge::line_for(r);
  CHECK(line.find('\n') == std::string::npos);
  std::vector<check_run> runs{r};
  auto list = known(line);
  judge::apply(list, runs);
  CHECK(runs[0].known);
}

TEST_CASE("the verdict counts requirements, and known failures too", "[verdict]") {
  auto failed = run("tools.a", "fail");
  failed.known = true;
  auto again = failed;
  again.by = "server/tools/other";
  auto const v =
      judge::give_verdict({failed, again, run("tools.s", "fail", "SHOULD"), run("tools.b", "pass")}, judged, true);
  CHECK(v.word == "not conformant");
  CHECK(v.all.fail == 3);
  CHECK(v.all.must_failed == 1);
  CHECK(v.all.should_failed == 1);
  CHECK(v.all.known == 2);
  CHECK(v.by_revision.at("2025-11-25").must_failed == 1);
}

TEST_CASE("verdicts other than not conformant", "[verdict]") {
  std::vector<check_run> const good{run("tools.b", "pass"), run("tools.s", "fail", "SHOULD")};
  CHECK(judge::give_verdict(good, judged, true).word == "conformant");
  CHECK(judge::give_verdict(good, judged, false).word == "no verdict");
  CHECK(judge::give_verdict({}, {}, true).word == "no verdict");
  CHECK(judge::give_verdict({}, {{"2025-11-25", "stdio", "unspoken", "no"}}, true).word == "no verdict");
  CHECK(judge::give_verdict(good, {{"2025-11-25", "stdio", "unqualified", "it lists nothing"}}, true).word ==
        "no verdict");
  // Nothing passed: silence is no conformance.
  CHECK(judge::give_verdict({run("tools.a", "blocked")}, judged, true).word != "conformant");
}

TEST_CASE("the gate", "[gate]") {
  std::vector<check_run> const good{run("tools.b", "pass")};
  CHECK(judge::close_gate(good, judged, {}, false, true).code == 0);
  SECTION("a MUST failure") {
    auto const gate = judge::close_gate({run("tools.a", "fail")}, judged, {}, false, true);
    CHECK(gate.code == 1);
    CHECK(gate.reasons.size() == 1);
  }
  SECTION("a SHOULD failure counts with strict only") {
    std::vector<check_run> const should{run("tools.a", "fail", "SHOULD"), run("tools.b", "pass")};
    CHECK(judge::close_gate(should, judged, {}, false, true).code == 0);
    CHECK(judge::close_gate(should, judged, {}, true, true).code == 1);
  }
  SECTION("nothing was judged") {
    CHECK(judge::close_gate({}, {}, {}, false, true).code == 1);
    CHECK(judge::close_gate({}, {{"2025-11-25", "stdio", "unspoken", ""}}, {}, false, true).code == 1);
  }
  SECTION("nothing came to a result") {
    auto const gate =
        judge::close_gate({run("tools.a", "blocked"), run("tools.b", "not exercised")}, judged, {}, false, true);
    CHECK(gate.code == 1);
  }
  SECTION("blocked checks are named") {
    auto const gate = judge::close_gate({run("tools.a", "blocked"), run("tools.b", "pass")}, judged, {}, false, true);
    CHECK(gate.code == 0);
    REQUIRE(gate.reasons.size() == 1);
    CHECK(gate.reasons[0] == "1 check was blocked");
  }
  SECTION("a revision that did not qualify") {
    auto states = judged;
    states.push_back({"2025-06-18", "stdio", "unqualified", "it lists nothing"});
    auto const gate = judge::close_gate(good, states, {}, false, true);
    CHECK(gate.code == 1);
    CHECK(gate.reasons[0].find("it lists nothing") != std::string::npos);
  }
  SECTION("an error of ours, or no end") {
    CHECK(judge::close_gate({run("tools.a", "error")}, judged, {}, false, true).code == 3);
    CHECK(judge::close_gate(good, judged, {}, false, false).code == 3);
  }
}
