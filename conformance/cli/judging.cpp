// The main job, from options to exit code.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/judging.hpp"
#include "conformance/cli/records.hpp"

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/catalogue/read.hpp"
#include "conformance/judge/verdict.hpp"
#include "conformance/record/record.hpp"
#include "conformance/run/runner.hpp"
#include "reference/jsonschema/schema.hpp"
#include "reports/formats.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

namespace assay::cli {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

wire::result<std::string> read_text(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return wire::problem{file, "cannot be read", "is the path right?"};
  std::string text((std::istreambuf_iterator<char>(in)), {});
  return wire::result<std::string>(boost::system::in_place_value, std::move(text));
}

/// "answer=2s", "exit=500ms"
wire::result<void> set_deadline(run::run_options& options, std::string const& text) {
  auto const equals = text.find('=');
  auto const found = options.deadlines.find(text.substr(0, equals));
  if (equals == std::string::npos || found == options.deadlines.end())
    return wire::problem{"--deadline " + text, "names no deadline", "write answer=5s, exit=500ms or start=30s"};
  char* end = nullptr;
  auto const number = std::strtod(text.c_str() + equals + 1, &end);
  std::string_view const unit(end);
  if (!(number > 0 && number < 1e6) || (unit != "s" && unit != "ms"))
    return wire::problem{"--deadline " + text, "is no time", "write answer=5s, exit=500ms or start=30s"};
  found->second = std::chrono::milliseconds(static_cast<long>(unit == "s" ? number * 1000 : number));
  return {};
}

/// The subject file gives what the command line left out; schemas/assay/subject.json.
wire::result<void> read_subject(context& c, judging& j) {
  auto text = read_text(j.subject_file);
  if (text.has_error()) return text.error();
  auto parsed = wire::parse(*text);
  if (parsed.has_error())
    return wire::problem{j.subject_file + ", " + parsed.error().where, parsed.error().what, "correct the JSON"};
  jsonschema::registry registry;
  if (auto own = c.store->read("schemas/assay/subject.json")) {
    auto schema = wire::parse_value(*own);
    if (schema.has_value() && registry.add("subject.json", std::move(*schema)).has_value())
      if (auto common = c.store->read("schemas/assay/common.json"))
        if (auto value = wire::parse_value(*common); value.has_value())
          (void)registry.add("common.json", std::move(*value));
    if (auto validator = registry.compile("subject.json"); validator.has_value() && !validator->accepts(parsed->root)) {
      auto const found = validator->explain(parsed->root, 1);
      return wire::problem{j.subject_file + "#" + (found.empty() ? "" : found[0].instance),
                           found.empty() ? "is no subject file" : found[0].message,
                           "see docs/interpreting.md and schemas/assay/subject.json"};
    }
  }
  auto const& file = parsed->root.as_object();
  auto& subject = j.run.subject;
  if (auto const* sample = file.if_contains("sample")) subject.sample = sample->as_object();
  if (auto const* environment = file.if_contains("env"))
    for (auto const& [name, value] : environment->as_object())
      subject.environment.emplace_back(std::string(name), std::string(value.as_string()));
  auto const* revisions = file.if_contains("revisions");
  if (auto const* own = wire::find(parsed->root, "/transports/" + subject.transport() + "/revisions")) revisions = own;
  if (revisions && j.run.revisions.empty())
    for (auto const& revision : revisions->as_array())
      j.run.revisions.emplace_back(revision.as_string());
  return {};
}

std::string now_utc() {
  auto const now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// A progress line on a terminal, a line now and then elsewhere.
class progress_line {
public:
  explicit progress_line(bool wanted) : wanted_(wanted), terminal_(isatty(STDERR_FILENO)) {}
  ~progress_line() { clear(); }

  void show(int done, int all, std::string_view what) {
    if (!wanted_) return;
    if (terminal_) {
      std::string text = std::to_string(done) + "/" + std::to_string(all) + "  " + std::string(what);
      if (text.size() > 100) text.resize(100);
      std::cerr << "\r\x1b[K" << text << std::flush;
      shown_ = true;
    } else if (auto const tenth = all ? done * 10 / all : 10; tenth > tenth_) {
      tenth_ = tenth;
      std::cerr << done << " of " << all << " scenarios\n";
    }
  }

  void clear() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    shown_ = false;
  }

private:
  bool wanted_, terminal_, shown_ = false;
  int tenth_ = 0;
};

/// The subject's part of the command line, to run it again.
std::vector<std::string> subject_arguments(judging const& j) {
  auto const& s = j.run.subject;
  std::vector<std::string> out;
  auto add = [&](char const* option, std::string const& value) {
    if (!value.empty()) {
      out.emplace_back(option);
      out.push_back(value);
    }
  };
  add("--stdio", s.stdio);
  add("--http-command", s.http_command);
  add("--url", s.url);
  add("--sse-url", s.sse_url);
  add("--command", s.client);
  add("--sse-client", s.sse_client);
  add("--stdio-client", s.stdio_client);
  add("--subject", j.subject_file);
  return out;
}

/// A list made from a part of the checks would lose the failures of the others.
wire::result<void> may_fix(judging const& j) {
  if (!j.fix) return {};
  if (j.known_failures_file.empty()) return wire::problem{"--fix", "has no file to write", "add --known-failures FILE"};
  if (!j.run.only.empty() || !j.run.skip.empty() || !j.run.revisions.empty())
    return wire::problem{"--fix", "writes the list of a whole run, and this one is partial",
                         "leave out --only, --skip and --revision"};
  return {};
}

/// The comments at the head of the file stay, the entries are those of this run.
wire::result<void> write_known_failures(judging const& j, run::run_result const& result) {
  if (!result.complete)
    return wire::problem{"--fix", "writes the list of a whole run, and this one was interrupted", "run it again"};
  for (auto const& s : result.states)
    if (s.state != "judged" && s.state != "unspoken")
      return wire::problem{"--fix",
                           "writes the list of a whole run, and " + s.revision + " could not be judged: " + s.reason,
                           "run it again"};
  std::string out;
  if (auto old = read_text(j.known_failures_file); old.has_value()) {
    std::istringstream lines(*old);
    for (std::string line; std::getline(lines, line) && (line.empty() || line.front() == '#');)
      out += line + "\n";
  }
  if (out.empty())
    out = "# Known failures: requirement@scenario[revision transport] :: part of the message. `--fix` writes this list "
          "anew.\n";
  for (auto const& check : result.checks)
    if (check.outcome == "fail") {
      auto const line = judge::line_for(check); // an entry is a part of the message, so its first line will do
      out += line.substr(0, line.find_first_of("\r\n")) + "\n";
    }
  return write_text(j.known_failures_file, out);
}

struct temporary_file {
  std::string path;
  ~temporary_file() {
    if (!path.empty()) std::remove(path.c_str());
  }
};

/// "server/tools#errors", as the site names it.
std::string place_of(catalogue::statement const& s) {
  return s.page.substr(0, s.page.ends_with("/index") ? s.page.size() - 6 : s.page.size()) +
         (s.anchor.empty() ? "" : "#" + s.anchor);
}

} // namespace

record::basis basis_of(catalogue::catalogue const& data, record::header const& head) {
  record::basis all;
  auto statements = catalogue::load_statements(*data.store);
  auto mutants = catalogue::load_mutants(*data.store);
  auto exemptions = catalogue::load_exemptions(*data.store);
  std::set<std::string> const revisions(head.revisions.begin(), head.revisions.end());
  std::map<std::string, std::vector<catalogue::statement const*>> by_digest;
  if (statements.has_value())
    for (auto const& s : *statements)
      if (revisions.contains(s.revision)) by_digest[s.digest].push_back(&s);
  std::set<std::string> readings;
  for (auto const& r : data.requirements) {
    if (r.subject != head.role && r.subject != "both") continue;
    record::requirement out{r.id, r.level, r.says, r.page, r.interpretation, {}, {}, r.observable, {}};
    for (auto const& revision : data.revisions.all())
      for (auto const& transport : head.transports)
        if (revisions.contains(revision.name) && revision.carries(transport) && data.applies(r, revision, transport))
          out.revisions.push_back(revision.name);
    if (out.revisions.empty()) continue;
    for (auto const& digest : r.statements)
      for (auto const* s : by_digest[digest])
        out.places.try_emplace(s->revision, place_of(*s));
    if (mutants.has_value())
      for (auto const& m : *mutants)
        if (m.breaks == r.id && m.role == head.role) out.mutants.push_back(m.name);
    if (!r.interpretation.empty()) readings.insert(r.interpretation);
    all.requirements.push_back(std::move(out));
  }
  for (auto const& i : data.interpretations)
    if (readings.contains(i.name)) all.interpretations.push_back({i.name, i.page, i.question, i.reading, i.because});
  if (exemptions.has_error()) return all;
  for (auto const& e : *exemptions) {
    record::exemption out{e.reason, e.note, 0, {}};
    std::set<std::string> places;
    for (auto const& digest : e.statements) {
      out.statements += !by_digest[digest].empty();
      for (auto const* s : by_digest[digest])
        places.insert(s->revision + "/" + place_of(*s));
    }
    out.places.assign(places.begin(), places.end());
    if (out.statements) all.exemptions.push_back(std::move(out));
  }
  return all;
}

void add_judging_options(CLI::App& verb, judging& j) {
  verb.add_option("--revision", j.run.revisions,
                  "Only this revision of the specification; may be repeated. Default: all that the subject speaks")
      ->type_name("DATE")
      ->allow_extra_args(false);
  verb.add_option("--only", j.run.only,
                  "Only checks that this selects: a part of requirement@scenario[revision transport], or a glob with *")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  verb.add_option("--skip", j.run.skip, "Not the checks that this selects")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  verb.add_option("--subject", j.subject_file,
                  "A subject file: safe sample calls, environment, revisions (schemas/assay/subject.json)")
      ->type_name("FILE");
  verb.add_option(
          "--known-failures", j.known_failures_file,
          "Failures that do not fail the gate: lines of `check :: part of its message`. They never improve the verdict")
      ->type_name("FILE");
  verb.add_flag("--fix", j.fix,
                "Writes the failures of this run into the file of --known-failures; not of a partial run");
  verb.add_flag("--strict", j.strict, "SHOULD failures fail the gate too");
  verb.add_option("--jobs", j.run.jobs, "Connections to the subject at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  verb.add_option("--deadline", j.deadlines, "How long to wait: answer=5s, exit=5s, start=30s")
      ->type_name("NAME=TIME")
      ->allow_extra_args(false);
  verb.add_option(
          "--out", j.out,
          "Writes record.jsonl, report.txt and report.html into this folder; with --format none the record alone")
      ->type_name("DIR");
  auto formats = reports::formats();
  formats.emplace_back("none");
  verb.add_option("--format", j.format,
                  "What is printed: terminal, html, matrix, markdown, json, junit, sarif, tap, badge, endpoint or none")
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
}

int judge_subject(context& c, judging& j) {
  if (auto r = may_fix(j); r.has_error()) return tell(r.error());
  for (auto const& text : j.deadlines)
    if (auto r = set_deadline(j.run, text); r.has_error()) return tell(r.error());
  if (!j.subject_file.empty())
    if (auto r = read_subject(c, j); r.has_error()) return tell(r.error());
  std::vector<judge::known_failure> known;
  if (!j.known_failures_file.empty() && !j.fix) {
    auto text = read_text(j.known_failures_file);
    if (text.has_error()) return tell(text.error());
    auto parsed = judge::parse_known_failures(*text, j.known_failures_file);
    if (parsed.has_error()) return tell(parsed.error());
    known = std::move(*parsed);
  }
  // What no question waits for is made while others are asked or read.
  auto digest = std::async([store = c.store] { return store->digest(); });
  auto data = catalogue::load(c.store);
  if (data.has_error()) return tell(data.error());

  temporary_file temporary;
  std::string record_file;
  if (j.out.empty()) {
    auto const folder = fs::temp_directory_path().string() + "/mcp-assay-record-XXXXXX";
    std::string name = folder;
    int const fd = mkstemp(name.data());
    if (fd < 0)
      return tell({fs::temp_directory_path().string(), "cannot hold the record of the run",
                   "give --out a folder that can be written"});
    ::close(fd);
    temporary.path = record_file = name;
  } else {
    std::error_code failed;
    fs::create_directories(j.out, failed);
    record_file = (fs::path(j.out) / "record.jsonl").string();
  }
  auto stream = std::make_unique<std::ofstream>(record_file, std::ios::binary | std::ios::trunc);
  if (!*stream) return tell({record_file, "cannot be written", "give --out a folder that can be written"});
  record::writer writer(std::move(stream));

  record::header head;
  head.suite = ASSAY_VERSION;
  head.data = digest.get();
  head.role = j.run.subject.is_client() ? "client" : "server";
  head.subject = j.run.subject.name();
  head.started = now_utc();
  head.revisions = j.run.revisions;
  if (head.revisions.empty())
    for (auto const& revision : data->revisions.all())
      head.revisions.push_back(revision.name);
  head.transports = {j.run.subject.transport()};
  head.arguments = subject_arguments(j);
  head.only = j.run.only;
  head.skip = j.run.skip;
  head.sample = j.run.subject.sample;
  writer.write(head);

  progress_line line(j.format == "terminal");
  j.run.progress = [&](int done, int all, std::string_view what) { line.show(done, all, what); };
  auto basis = std::async([&] { return basis_of(*data, head); });
  auto const began = std::chrono::steady_clock::now();
  auto result = run::run(*data, j.run, writer);
  line.clear();
  if (result.has_error()) return tell(result.error());

  if (j.fix) {
    if (auto r = write_known_failures(j, *result); r.has_error()) return tell(r.error());
    auto text = read_text(j.known_failures_file);
    auto parsed = text.has_error() ? wire::result<std::vector<judge::known_failure>>(text.error())
                                   : judge::parse_known_failures(*text, j.known_failures_file);
    if (parsed.has_error()) return tell(parsed.error());
    known = std::move(*parsed);
  }
  judge::apply(known, result->checks);
  writer.write(basis.get());
  for (auto const& state : result->states)
    writer.write(state);
  for (auto const& check : result->checks)
    writer.write(check);
  std::vector<std::string> asked; // by name, and possible over this transport
  for (auto const& name : j.run.revisions)
    if (auto const* revision = data->revisions.find(name); revision && revision->carries(j.run.subject.transport()))
      asked.push_back(name);
  auto const gate = judge::close_gate(result->checks, result->states, known, j.strict, result->complete, asked);
  record::footer foot;
  foot.complete = result->complete;
  foot.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  foot.verdict = judge::give_verdict(result->checks, result->states, result->complete);
  foot.exit_code = gate.code;
  foot.gate = gate.reasons;
  writer.write(foot);

  if (j.format == "none") return gate.code;
  auto record = record::read(record_file, record::entries::evidence);
  if (record.has_error()) return tell(record.error());
  std::vector<record::record> records;
  records.push_back(std::move(*record));
  auto const model = reports::build(records);
  if (!j.out.empty())
    for (auto const& [name, format] : {std::pair("report.txt", "terminal"), std::pair("report.html", "html")})
      if (auto written = write_text((fs::path(j.out) / name).string(), reports::render(model, format));
          written.has_error())
        return tell(written.error());
  std::cout << reports::render(model, j.format, colours(), terminal_width());
  return gate.code;
}

} // namespace assay::cli
