// What a subject sends may hold anything: no format may break on it, and no page may run it.
#include "reports/failure.hpp"
#include "reports/formats.hpp"
#include "reports/html.hpp"
#include "reports/terminal.hpp"
#include "reports/text.hpp"

#include "cmake/catch.hpp"

using namespace assay;

namespace {

/// One failed check whose every text is hostile.
record::record hostile(std::string const& text) {
  record::record r;
  r.head.suite = "0";
  r.head.data = "d";
  r.head.role = "server";
  r.head.subject = text;
  r.head.arguments = {"--stdio", text};
  record::requirement about;
  about.id = "page.claim";
  about.level = "MUST";
  about.says = text;
  about.page = "server/tools";
  about.revisions = {"2025-11-25"};
  r.requirements.push_back(about);
  judge::check_run c;
  c.requirement = "page.claim";
  c.by = "server/tools/scenario";
  c.revision = "2025-11-25";
  c.transport = "stdio";
  c.level = "MUST";
  c.outcome = "fail";
  c.expected = "/result " + text;
  c.actual = text;
  c.session = 1;
  c.frame = 1;
  r.checks.push_back(c);
  c.by = "server/tools/other";
  c.outcome = "blocked";
  c.reason = text;
  r.checks.push_back(c);
  r.states.push_back({"2025-11-25", "stdio", "judged", ""});
  record::entry e;
  e.session = 1;
  e.frame = 1;
  e.what = "frame";
  e.data.emplace("type", "in");
  boost::json::object message{{"result", text}};
  e.data.emplace("text", wire::serialize(message));
  r.entries[1].push_back(std::move(e));
  r.has_footer = true;
  r.foot.complete = true;
  r.foot.verdict = judge::give_verdict(r.checks, r.states, true);
  return r;
}

std::size_t count(std::string const& text, std::string const& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

} // namespace

TEST_CASE("hostile text stays text", "[layout]") {
  for (std::string const text :
       {"</pre><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]>&lt;", "```\n# heading\n```",
        "| a | b |", "\x1b[31mred\x1b[0m", "\x01\x02", "# SKIP", "</details></style>", "'; rm -rf / #"}) {
    auto const model = reports::build({hostile(text)});
    auto const html = reports::html(model);
    CHECK(count(html, "<script>") == 1);
    CHECK(count(html, "<img") == 0);
    CHECK(count(html, "</style>") == 1);
    CHECK(reports::terminal(model, {}).find('\x1b') == std::string::npos);
    auto const junit = reports::junit(model);
    CHECK(count(junit, "<testcase") == 2);
    CHECK(junit.find('\x01') == std::string::npos);
    CHECK(wire::parse(reports::json_report(model)).has_value());
    CHECK(wire::parse(reports::sarif(model)).has_value());
    CHECK(wire::parse(reports::badge_endpoint(model)).has_value());
    auto const tap = reports::tap(model);
    CHECK(count(tap, "\nnot ok ") == 1);
    CHECK(count(tap, "\nok ") == 1);
    CHECK(count(reports::markdown(model), "\n# heading\n") <= 1); // inside the fence alone
  }
}

TEST_CASE("a command that is shown can be run as it is", "[layout]") {
  CHECK(reports::quoted("a b") == "'a b'");
  CHECK(reports::quoted("it's") == "'it'\\''s'");
  auto const model = reports::build({hostile("a'b $HOME")});
  CHECK(model.failures.front().failures.front().again ==
        "mcp-assay server --only 'page.claim@server/tools/scenario[2025-11-25 stdio]' --stdio 'a'\\''b $HOME'");
}

TEST_CASE("cutting never splits a character", "[layout]") {
  std::string const text = "äöüäöüäöü";
  for (std::size_t n = 0; n <= text.size() + 2; ++n) {
    auto const cut = reports::shortened(text, n);
    CHECK(wire::parse(wire::serialize(boost::json::value(cut))).has_value());
  }
}

TEST_CASE("the marked value stands out in the message", "[layout]") {
  auto const shown =
      reports::laid_out(R"({"error":{"code":-32603,"message":"<b>"}})", "/error/code", "[", "]", reports::escaped, 40);
  CHECK(shown.find("&quot;code&quot;: [-32603]") != std::string::npos);
  CHECK(shown.find("<b>") == std::string::npos);
  CHECK(reports::laid_out("no json <", "", "[", "]", reports::escaped, 40) == "no json &lt;");
  std::string deep = "{\"a\":1";
  for (int i = 0; i < 500; ++i)
    deep += ",\"member" + std::to_string(i) + "\":\"" + std::string(40, 'x') + "\"";
  auto const part = reports::laid_out(deep + "}", "/member250", "[", "]", reports::escaped, 10);
  CHECK(part.size() < 1500);
  CHECK(part.starts_with("..."));
  CHECK(part.find("&quot;member250&quot;: [") != std::string::npos);
}

TEST_CASE("the matrix counts a requirement once, by the worst of its checks", "[model]") {
  auto r = hostile("x");
  auto const model = reports::build({r});
  REQUIRE(model.rows.size() == 1);
  CHECK(model.rows[0].cells[0].must_failed == 1);
  CHECK(model.rows[0].cells[0].blocked == 0);
  CHECK(model.blocked.size() == 1);
}

TEST_CASE("a requirement that nothing checks is said to be untested, unless the run was partial", "[model]") {
  auto r = hostile("x");
  record::requirement silent;
  silent.id = "page.outside";
  silent.level = "MUST";
  silent.page = "server/tools";
  silent.observable = "outside";
  silent.revisions = {"2025-11-25"};
  r.requirements.push_back(silent);
  CHECK(reports::build({r}).untested.size() == 1);
  r.head.only = {"page"};
  CHECK(reports::build({r}).untested.empty());
}
