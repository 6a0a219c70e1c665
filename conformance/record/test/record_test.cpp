// The record written and read again: every kind of line, bytes that are no text, cut-off files, secrets.
#include "conformance/record/record.hpp"
#include "conformance/record/redact.hpp"

#include "cmake/catch.hpp"
#include "reference/data/store.hpp"
#include "reference/jsonschema/schema.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>

using namespace assay;
namespace fs = std::filesystem;

namespace {

/// A file of its own, removed at the end.
struct file {
  std::string path = (fs::temp_directory_path() / ("assay-record-" + std::to_string(::getpid()) + ".jsonl")).string();
  ~file() { fs::remove(path); }
  void write(std::string const& text) const { std::ofstream(path, std::ios::binary) << text; }
  std::string text() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  record::writer writer() const { return record::writer(std::make_unique<std::ofstream>(path, std::ios::binary)); }
};

record::header head() {
  record::header h;
  h.suite = "0.1.0";
  h.data = "abc";
  h.role = "server";
  h.subject = "node x";
  h.started = "2026-01-01T00:00:00Z";
  h.revisions = {"2025-11-25"};
  h.transports = {"stdio"};
  h.arguments = {"server", "--stdio"};
  return h;
}

judge::check_run failed() {
  judge::check_run c;
  c.requirement = "tools.a";
  c.by = "server/tools/a";
  c.revision = "2025-11-25";
  c.transport = "stdio";
  c.level = "MUST";
  c.outcome = "fail";
  c.expected = "/x to be 1";
  c.actual = "2";
  c.session = 1;
  c.frame = 2;
  c.since = 1;
  return c;
}

engine::event round_trip(engine::event const& e) {
  file f;
  {
    auto w = f.writer();
    w.write(head());
    w.write(1, 1.5, e, 3);
  }
  auto const r = record::read(f.path, record::entries::all);
  REQUIRE(r.has_value());
  auto const& entry = r->entries.at(1).at(0);
  CHECK(entry.at == 1.5);
  CHECK(entry.frame == 3);
  CHECK(!record::action_of(entry));
  auto back = record::event_of(entry);
  REQUIRE(back);
  return *back;
}

engine::action round_trip(engine::action const& a) {
  file f;
  {
    auto w = f.writer();
    w.write(head());
    w.write(1, 0, a, 0);
  }
  auto const r = record::read(f.path, record::entries::all);
  REQUIRE(r.has_value());
  CHECK(!record::event_of(r->entries.at(1).at(0)));
  auto back = record::action_of(r->entries.at(1).at(0));
  REQUIRE(back);
  return *back;
}

} // namespace

TEST_CASE("every event comes back as it was", "[record]") {
  auto const frame =
      std::get<engine::frame_received>(round_trip(engine::frame_received{4, R"({"a":"\u00e9 é"})", true}));
  CHECK(frame.exchange == 4);
  CHECK(frame.text == R"({"a":"\u00e9 é"})");
  CHECK(frame.truncated);
  auto const event =
      std::get<engine::stream_event_received>(round_trip(engine::stream_event_received{1, "message", "", 0, true, {}}));
  CHECK(event.event == "message");
  CHECK(event.id == "");
  CHECK(event.retry == 0);
  CHECK(event.has_data);
  auto const head =
      std::get<engine::head_received>(round_trip(engine::head_received{2, 404, {{"X-A", "1"}, {"X-A", "2"}}}));
  CHECK(head.status == 404);
  REQUIRE(head.headers.size() == 2);
  CHECK(head.headers[1].value == "2");
  auto const end = std::get<engine::exchange_ended>(round_trip(engine::exchange_ended{2, "body", "cut"}));
  CHECK(end.body == "body");
  CHECK(end.problem == "cut");
  auto const request =
      std::get<engine::request_received>(round_trip(engine::request_received{3, "POST", "/mcp?x", {{"A", "b"}}, "{}"}));
  CHECK(request.method == "POST");
  CHECK(request.target == "/mcp?x");
  CHECK(request.body == "{}");
  auto const exit = std::get<engine::subject_exited>(round_trip(engine::subject_exited{0, std::nullopt}));
  CHECK(exit.code == 0);
  CHECK(!exit.signal);
  CHECK(std::get<engine::connection_failed>(round_trip(engine::connection_failed{"refused"})).what == "refused");
}

TEST_CASE("every action comes back as it was", "[record]") {
  CHECK(std::get<engine::send_line>(round_trip(engine::send_line{"{}"})).text == "{}");
  auto const sent = std::get<engine::send_http>(round_trip(engine::send_http{1, "POST", "/p", {{"A", "b"}}, "{}"}));
  CHECK(sent.method == "POST");
  CHECK(sent.path == "/p");
  CHECK(sent.body == "{}");
  auto const reply = std::get<engine::reply_http>(round_trip(engine::reply_http{1, 202, {}, ""}));
  CHECK(reply.status == 202);
  CHECK(reply.body.empty());
  CHECK(std::get<engine::cut_exchange>(round_trip(engine::cut_exchange{7})).exchange == 7);
  CHECK(std::holds_alternative<engine::close_input>(round_trip(engine::close_input{})));
  CHECK(std::get<engine::start_subject>(round_trip(engine::start_subject{"tools_call"})).goal == "tools_call");
}

TEST_CASE("bytes that are no text survive", "[record]") {
  for (std::string const& raw :
       {std::string("a\xff\xfe z"), std::string("\xc0\x80", 2), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("cut \xe2\x82"), std::string("nul \0 in", 8),
        std::string("\\x41 as text"), std::string("\\x41 as text and \xff"), std::string("tab\tline\rend\x1b[31m")}) {
    INFO(raw);
    auto const back = std::get<engine::frame_received>(round_trip(engine::frame_received{0, raw, false}));
    CHECK(back.text == raw);
  }
}

TEST_CASE("a long text stays whole: what is left out could not be judged again", "[record]") {
  std::string raw;
  while (raw.size() < (200u << 10))
    raw += "é\xff";
  file f;
  {
    auto w = f.writer();
    w.write(head());
    w.write(1, 0, engine::frame_received{0, raw, false}, 1);
  }
  auto const r = record::read(f.path, record::entries::all);
  REQUIRE(r.has_value());
  auto const back = std::get<engine::frame_received>(*record::event_of(r->entries.at(1).at(0)));
  CHECK_FALSE(back.truncated);
  CHECK(back.text == raw);
}

TEST_CASE("the summary comes back", "[record]") {
  file f;
  {
    auto w = f.writer();
    w.write(head());
    w.write(record::session{1, "2025-11-25", "stdio", "shared"});
    w.mark(1, 0, "begin", "server/tools/a");
    w.write(1, 0, engine::send_line{"{}"}, 1);
    w.write(1, 1, engine::frame_received{0, "{}", false}, 2);
    w.write(1, 2, engine::frame_received{0, "{}", false}, 3);
    w.write(judge::revision_state{"2025-11-25", "stdio", "judged", ""});
    w.write_profile("2025-11-25", "stdio", {{"capabilities", boost::json::object{}}});
    w.write(failed());
    record::footer foot;
    foot.complete = true;
    foot.exit_code = 1;
    foot.verdict = judge::give_verdict({failed()}, {{"2025-11-25", "stdio", "judged", ""}}, true);
    foot.gate = {"1 check failed"};
    w.write(foot);
  }
  auto const all = record::read(f.path, record::entries::all);
  REQUIRE(all.has_value());
  CHECK(all->head.subject == "node x");
  CHECK(all->head.arguments == head().arguments);
  CHECK(all->sessions.at(0).purpose == "shared");
  CHECK(all->states.at(0).state == "judged");
  CHECK(all->profiles.size() == 1);
  REQUIRE(all->checks.size() == 1);
  CHECK(all->checks[0].id() == failed().id());
  CHECK(all->checks[0].expected == "/x to be 1");
  CHECK(all->has_footer);
  CHECK(all->foot.exit_code == 1);
  CHECK(all->foot.verdict.word == "not conformant");
  CHECK(all->foot.verdict.all.must_failed == 1);
  CHECK(all->entries.at(1).size() == 4);
  // What shows the failures alone: from the frame that provoked it to the one that showed it.
  auto const shown = record::read(f.path, record::entries::evidence);
  REQUIRE(shown.has_value());
  CHECK(shown->entries.at(1).size() == 2);
}

TEST_CASE("a record that ends early is read as far as it goes", "[record]") {
  file f;
  {
    auto w = f.writer();
    w.write(head());
    w.write(failed());
    w.write(failed());
  }
  auto const text = f.text();
  for (std::size_t cut : {text.size() - 1, text.size() - 5, text.size() - 40}) {
    f.write(text.substr(0, cut));
    auto const r = record::read(f.path, record::entries::all);
    REQUIRE(r.has_value());
    CHECK(!r->has_footer);
    CHECK(r->checks.size() >= 1);
  }
}

TEST_CASE("what is no record is a problem with its place", "[record]") {
  file f;
  auto problem = [&](std::string const& text) {
    f.write(text);
    auto const r = record::read(f.path, record::entries::all);
    return r.has_error()
               ? r.error().where.substr(std::min(f.path.size(), r.error().where.size())) + ": " + r.error().what
               : std::string();
  };
  std::string const good = R"({"type":"header","suite":"0.1.0"})"
                           "\n";
  CHECK(!problem("").empty());
  CHECK(!problem("{}\n").empty());
  CHECK(!problem("hello\nworld\n").empty());
  CHECK(problem(good).empty());
  CHECK(problem(good + "broken\n" + good).starts_with(", line 2"));
  CHECK(problem(good + R"({"type":"check","session":"one"})"
                       "\n")
            .starts_with(", line 2"));
  CHECK(problem(good + R"({"type":"future"})"
                       "\n")
            .find("future") != std::string::npos);
  CHECK(problem(good + R"({"type":"in"})"
                       "\n")
            .starts_with(", line 2"));
  CHECK(record::read("/no/such/file", record::entries::all).has_error());
}

TEST_CASE("entries with members of another type never crash the replay", "[record]") {
  file f;
  std::string const good = R"({"type":"header","suite":"0.1.0"})"
                           "\n";
  std::vector<std::string> const lines{
      R"({"type":"in","session":1,"at":0,"what":"frame","exchange":0,"text":3})",
      R"({"type":"in","session":1,"at":0,"what":"frame"})",
      R"({"type":"in","session":1,"at":0,"what":"head","exchange":"x","status":200,"headers":[]})",
      R"({"type":"in","session":1,"at":0,"what":"head","exchange":1,"status":200,"headers":[[1]]})",
      R"({"type":"in","session":1,"at":0,"what":"exit","code":1e99})",
      R"({"type":"out","session":1,"at":0,"what":"send"})",
      R"({"type":"out","session":1,"at":0,"what":"start"})",
      R"({"type":"in","session":1e99,"at":0,"what":"exit"})",
      R"({"type":"in","session":1,"at":0,"what":"frame","text":"\\xzz","escaped":true,"exchange":0})"};
  for (auto const& line : lines) {
    INFO(line);
    f.write(good + line + "\n");
    auto const r = record::read(f.path, record::entries::all);
    if (r.has_error()) continue;
    for (auto const& [session, entries] : r->entries)
      for (auto const& e : entries) {
        CHECK_NOTHROW(record::event_of(e));
        CHECK_NOTHROW(record::action_of(e));
      }
  }
}

TEST_CASE("a record that another program wrote again is read all the same", "[record]") {
  file f;
  {
    auto w = f.writer();
    w.write(head());
    w.write(1, 1.5, engine::frame_received{0, "{}", false}, 2);
    w.write(1, 2.5, engine::send_line{"{}"}, 3);
  }
  std::string other;
  std::istringstream lines(f.text());
  for (std::string line; std::getline(lines, line);) {
    auto const members = wire::parse_value(line)->as_object();
    std::string text;
    for (auto it = members.end(); it != members.begin();) { // the type comes last
      --it;
      text += std::string(text.empty() ? "{ " : ", ") + wire::serialize(boost::json::value(it->key())) + " : " +
              wire::serialize(it->value());
    }
    other += text + " }\n";
  }
  std::ofstream(f.path, std::ios::binary) << other;
  auto const r = record::read(f.path, record::entries::all);
  REQUIRE(r.has_value());
  CHECK(r->head.subject == head().subject);
  REQUIRE(r->entries.at(1).size() == 2);
  CHECK(record::event_of(r->entries.at(1)[0]).has_value());
  CHECK(record::action_of(r->entries.at(1)[1]).has_value());
}

TEST_CASE("secrets in headers never reach the file", "[redact]") {
  auto const headers = record::redacted(transport::http_headers{{"Authorization", "Bearer s3cret"},
                                                                {"COOKIE", "a=s3cret"},
                                                                {"Set-Cookie", "b=s3cret; Path=/"},
                                                                {"Proxy-Authorization", "s3cret"},
                                                                {"Mcp-Session-Id", "kept"},
                                                                {"X-Api-Key", "s3cret"},
                                                                {"X-Auth-Token", "s3cret"},
                                                                {"Www-Authenticate", "Bearer realm=\"kept\""}});
  for (auto const& h : headers)
    CHECK(h.value.find("s3cret") == std::string::npos);
  CHECK(headers[0].value.starts_with("Bearer "));
  CHECK(headers[4].value == "kept");
  CHECK(headers[7].value == "Bearer realm=\"kept\"");
}

TEST_CASE("secrets in texts never reach the file", "[redact]") {
  auto hidden = [](std::string text) { return record::redacted(std::move(text)).find("s3cret") == std::string::npos; };
  CHECK(hidden(R"({"access_token":"s3cret","token_type":"Bearer"})"));
  CHECK(hidden(R"({"refresh_token" : "s3cret"})"));
  CHECK(hidden(R"({"client_secret":"a\"s3cret"})"));
  CHECK(hidden("grant_type=authorization_code&code=s3cret&code_verifier=s3cret&x=1"));
  CHECK(hidden("GET /callback?code=s3cret&state=1 HTTP/1.1"));
  CHECK(hidden(R"({"client_assertion":"s3cret"})"));
  CHECK(hidden("assertion=s3cret"));
  CHECK(hidden("Location: https://a.example/#access_token=s3cret"));
  CHECK(hidden(R"({"headers":{"Authorization":"Bearer s3cret"},"token":"s3cret","password":"s3cret"})"));
  CHECK(hidden("got the header authorization: Bearer s3cret00"));
  CHECK(hidden("it said eyJhbGciOiJub25lIn0.eyJzdWIiOiJzM2NyZXQifQ.s3cret"));
  CHECK(hidden("http://user:s3cret@127.0.0.1/mcp"));
  CHECK(hidden("http://127.0.0.1/mcp?api_key=s3cret"));
  // An escaped text that holds JSON, as a tool's content does.
  CHECK(hidden(R"({"text":"{\"access_token\":\"s3cret\"}"})"));
  // What is no secret stays.
  std::string const error = R"({"error":{"code":-32602,"message":"code is no number"}})";
  CHECK(record::redacted(error) == error);
  std::string const call = R"({"name":"decode","arguments":{"unicode":"x"}})";
  CHECK(record::redacted(call) == call);
  for (std::string const kept :
       {R"({"WWW-Authenticate":"Bearer error=\"invalid_token\", resource_metadata=\"https://a.example/x\""})",
        R"({"progressToken":"abc-1","taskToken":1,"description":"A Bearer token is needed, or a password"})",
        R"({"properties":{"password":{"type":"string"}}})", "see http://127.0.0.1:3000/mcp and a@b.example"})
    CHECK(record::redacted(kept) == kept);
  CHECK(record::redacted(R"({"code":"unfinished)").size() < 100);
  CHECK(record::redacted("code=") == "code=[redacted]");
}

TEST_CASE("secrets on command lines never reach the file", "[redact]") {
  CHECK(record::redacted_command("API_KEY=s3cret GITHUB_TOKEN='s3 cret' node server.js --port 80") ==
        "API_KEY=[redacted] GITHUB_TOKEN=[redacted] node server.js --port 80");
  CHECK(record::redacted_command("server --token s3cret --api-key=s3cret -v") ==
        "server --token [redacted] --api-key=[redacted] -v");
  CHECK(record::redacted_command("server --db-password \"s3 cret\" x") == "server --db-password [redacted] x");
  CHECK(record::redacted_command("curl -H 'Authorization: Bearer s3cret00'") ==
        "curl -H 'Authorization: Bearer [redacted]'");
  for (std::string const kept :
       {"node server.js", "mcp-server-filesystem '/a b/c'", "a  b\tc ", "'unfinished quote", ""})
    CHECK(record::redacted_command(kept) == kept);
}

TEST_CASE("the written file has no secret, whatever carried it", "[redact]") {
  file f;
  {
    auto w = f.writer();
    auto told = head();
    told.subject = "TOKEN=s3cret server --password s3cret";
    told.arguments = {"--stdio", told.subject, "--url", "http://a:s3cret@127.0.0.1/mcp?access_token=s3cret"};
    w.write(told);
    w.write(judge::revision_state{"2025-11-25", "stdio", "unreached", "its standard error: api_key=s3cret"});
    w.write_profile("2025-11-25", "stdio", {{"tools", boost::json::array{{{"access_token", "s3cret"}}}}});
    auto shown = failed();
    shown.expected = "/result/access_token to be absent";
    shown.actual = "\"s3cret\"";
    shown.reason = "Bearer s3cret00";
    w.write(shown);
    w.write(1, 0, engine::connection_failed{"it said token=s3cret"}, 0);
    w.write(1, 0, engine::stream_event_received{1, "message", "", 0, true, R"({"id_token":"s3cret"})"}, 0);
    w.write(1, 0, engine::send_line{R"({"params":{"arguments":{"password":"s3cret"}}})"}, 1);
    w.write(1, 0, engine::reply_http{1, 302, {{"Location", "/cb?code=s3cret"}, {"Set-Cookie", "s3cret"}}, ""}, 0);
    record::footer foot;
    foot.gate = {"the server's password=s3cret"};
    w.write(foot);
    w.write(
        1, 0,
        engine::send_http{1, "POST", "/token?code=s3cret", {{"authorization", "Basic s3cret"}}, "client_secret=s3cret"},
        0);
    w.write(1, 0, engine::request_received{2, "GET", "/cb?code=s3cret&state=x", {{"Cookie", "s3cret"}}, ""}, 0);
    w.write(1, 0, engine::head_received{1, 302, {{"Location", "http://x/cb?code=s3cret"}}}, 0);
    w.write(1, 0, engine::exchange_ended{1, R"({"access_token":"s3cret"})", ""}, 0);
  }
  INFO(f.text());
  CHECK(f.text().find("s3cret") == std::string::npos);
}

TEST_CASE("every kind of line meets schemas/assay/record.json", "[record]") {
  auto const store = data::store::embedded();
  jsonschema::registry registry;
  for (auto const* name : {"common.json", "record.json"})
    REQUIRE(registry.add(name, *wire::parse_value(*store.read(std::string("schemas/assay/") + name))).has_value());
  auto const schema = registry.compile("record.json");
  REQUIRE(schema.has_value());
  file f;
  {
    auto w = f.writer();
    w.write(head());
    record::requirement r;
    r.id = "tools.a";
    r.level = "MUST";
    r.says = "does it";
    r.page = "server/tools";
    r.places = {{"2025-11-25", "server/tools#a"}};
    r.observable = "wire";
    w.write(record::basis{{r},
                          {{"a-reading", "server/tools", "what?", "so", "why"}},
                          {{"ui", "a note", 1, {"2025-11-25/server/tools#a"}}}});
    w.write(record::session{1, "2025-11-25", "stdio", "shared"});
    w.mark(1, 0.25, "begin", "server/tools/a");
    w.write(1, 1, engine::send_line{"{}"}, 1);
    w.write(1, 1, engine::send_http{1, "POST", "/", {{"A", "b"}}, "\xff"}, 1);
    w.write(1, 1, engine::reply_http{1, 202, {}, ""}, 0);
    w.write(1, 1, engine::cut_exchange{1}, 0);
    w.write(1, 1, engine::close_input{}, 0);
    w.write(1, 1, engine::start_subject{"x"}, 0);
    w.write(1, 1, engine::frame_received{0, std::string(100'000, 'x'), true}, 2);
    w.write(1, 1, engine::stream_event_received{1, "message", "7", 10, true, {}}, 0);
    w.write(1, 1, engine::head_received{1, 200, {{"A", "b"}}}, 0);
    w.write(1, 1, engine::exchange_ended{1, "", "cut"}, 0);
    w.write(1, 1, engine::request_received{1, "GET", "/mcp", {}, ""}, 0);
    w.write(1, 1, engine::subject_exited{0, 9}, 0);
    w.write(1, 1, engine::connection_failed{"refused"}, 0);
    w.write(judge::revision_state{"2025-11-25", "stdio", "judged", ""});
    w.write_profile("2025-11-25", "stdio", {});
    w.write(failed());
    record::footer foot;
    foot.verdict = judge::give_verdict({failed()}, {}, true);
    w.write(foot);
  }
  std::istringstream lines(f.text());
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    INFO(line.substr(0, 200));
    auto const value = wire::parse_value(line);
    REQUIRE(value.has_value());
    for (auto const& v : schema->explain(*value))
      FAIL_CHECK(v.instance << ": " << v.message);
  }
  CHECK(count == 23);
  // And every kind is read again.
  auto const read = record::read(f.path, record::entries::all);
  REQUIRE(read.has_value());
  CHECK(read->requirements.at(0).places.at("2025-11-25") == "server/tools#a");
  CHECK(read->interpretations.at(0).name == "a-reading");
  CHECK(read->exemptions.at(0).statements == 1);
  CHECK(read->sessions.size() == 1);
  CHECK(read->profiles.size() == 1);
  CHECK(read->states.size() == 1);
  CHECK(read->checks.size() == 1);
  CHECK(read->has_footer);
  CHECK(!schema->accepts(*wire::parse_value(R"({"type":"check","requirement":"tools.a"})")));
  CHECK(!schema->accepts(*wire::parse_value(R"({"type":"later"})")));
}
