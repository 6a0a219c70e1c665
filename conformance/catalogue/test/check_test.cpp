// A small good set of data, and for each cross-check a fixture that it rejects.
#include "conformance/catalogue/check.hpp"

#include "cmake/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace assay;
namespace fs = std::filesystem;

namespace {

std::string const statements = "fixtures/statements.json";
std::string const requirements = "fixtures/requirements/server/tools.json";
std::string const scenario = "fixtures/scenarios/server/tools/unknown-tool.json";
std::string const rules = "fixtures/rules/server/tools.json";
std::string const mutant = "fixtures/mutants/server/tools/accepts-any.json";
std::string const exemptions = "fixtures/exemptions.json";
std::string const interpretations = "fixtures/interpretations.json";
std::string const differences = "schemas/mcp/2025-11-25/differences.json";

/// The good data, file by file. Revisions, eras and schemas are the project's own.
std::map<std::string, std::string> good() {
  return {
      {statements, R"({"sources": {"a/b": "0123456789012345678901234567890123456789"}, "statements": [
  {"digest": "aaaaaaaa", "revision": "2025-11-25", "page": "server/tools", "anchor": "errors", "ordinal": 1, "keyword": "MUST", "level": "MUST"},
  {"digest": "bbbbbbbb", "revision": "2025-11-25", "page": "server/tools", "anchor": "", "ordinal": 1, "keyword": "MAY", "level": "MAY"},
  {"digest": "cccccccc", "revision": "2024-11-05", "page": "client/roots", "anchor": "", "ordinal": 1, "keyword": "MUST", "level": "MUST"}]})"},
      {requirements, R"([
  {"id": "tools.unknown-refused", "level": "MUST", "subject": "server", "says": "refuses unknown tools with an error",
   "since": "2025-11-25", "statements": ["aaaaaaaa"], "observable": "wire", "interpretation": "refusal"},
  {"id": "tools.result-object", "level": "MUST", "subject": "server", "says": "answers tools/list with an object",
   "since": "2025-11-25", "statements": ["aaaaaaaa"], "observable": "wire"}])"},
      {exemptions, R"([{"statements": ["bbbbbbbb"], "reason": "permission", "note": "a permission"}])"},
      {interpretations,
       R"([{"name": "refusal", "revisions": ["2025-11-25"], "page": "server/tools", "question": "what?", "reading": "so", "because": "why"}])"},
      {differences, R"([
  {"definition": "Tool", "pointer": "", "ours": "a", "official": "b", "reason": "c", "interpretation": "refusal", "change": [{"at": "/Tool", "to": true}]},
  {"definition": "Role", "pointer": "", "ours": "a", "official": "b", "reason": "c", "page": "server/tools", "change": [{"at": "/Role", "to": true}]},
  {"definition": "Root", "pointer": "", "ours": "a", "official": "b", "reason": "c"}])"},
      {scenario,
       R"({"title": "An unknown tool is refused", "plays": "client", "needs": {"/capabilities/tools": {"present": true}}, "steps": [
  {"send": {"request": {"method": "tools/list"}}, "as": "right"},
  {"expect": {"answer_to": "right"}, "as": "list", "holds": {"/kind": {"equals": "response"}}, "control": true},
  {"send": {"request": {"method": "tools/call", "params": {"name": {"$": "list/message/id"}}}}, "as": "wrong"},
  {"expect": {"answer_to": "wrong"}, "checks": {"tools.unknown-refused": {"/message/error/code": {"equals": -32602}}}}]})"},
      {rules, R"([{"name": "list-object", "requirement": "tools.result-object", "over": "frames",
  "for_each": {"/request/method": {"equals": "tools/list"}}, "holds": {"/message/result": {"schema": "ListToolsResult"}}}])"},
      {mutant,
       R"({"breaks": "tools.unknown-refused", "role": "server", "rewrite": {"match": {"/kind": "error"}, "drop": true}})"},
  };
}

std::string source(std::string const& file) {
  std::ifstream in(fs::path(ASSAY_SOURCE_DIR) / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class folder {
public:
  folder() : root_(fs::temp_directory_path() / ("assay-check-" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_);
    fs::copy(fs::path(ASSAY_SOURCE_DIR) / "schemas", root_ / "schemas", fs::copy_options::recursive);
    for (auto const& entry : fs::recursive_directory_iterator(root_ / "schemas" / "mcp"))
      if (entry.path().filename() == "differences.json") std::ofstream(entry.path()) << "[]";
    for (std::string const file : {"fixtures/revisions.json", "fixtures/eras/legacy.json", "fixtures/eras/modern.json"})
      write(file, source(file));
    for (auto const& [file, text] : good())
      write(file, text);
  }
  ~folder() { fs::remove_all(root_); }
  folder(folder const&) = delete;

  void write(std::string const& file, std::string const& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file, std::ios::binary) << text;
  }
  void remove(std::string const& file) { fs::remove(root_ / file); }

  catalogue::check_report check() const {
    auto store = data::store::folder(root_.string());
    REQUIRE(store.has_value());
    return catalogue::check(*store, [](std::string const& expression) -> std::string {
      return expression.find('(') == std::string::npos ? "" : "a bracket is open";
    });
  }

private:
  fs::path root_;
};

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("good data have no problem, and are counted", "[check]") {
  folder const data;
  auto const report = data.check();
  for (auto const& f : report.findings)
    if (!f.warning) FAIL_CHECK(f.file << "#" << f.pointer << ": " << f.what);
  CHECK(report.sound());
  CHECK(report.counts.requirements == 2);
  CHECK(report.counts.observed == 2);
  CHECK(report.counts.declared == 0);
  CHECK(report.counts.proved == 1);
  CHECK(report.counts.scenarios == 1);
  CHECK(report.counts.checks == 2);
  CHECK(report.counts.statements == 3);
  CHECK(report.counts.cited == 1);
  CHECK(report.counts.exempt == 1);
  CHECK(report.counts.finished_pages == 1);
}

TEST_CASE("each cross-check rejects what is wrong, where it is wrong", "[check]") {
  struct row {
    std::string file;
    std::string from, to; ///< what is changed
    std::string pointer;  ///< where the finding is
    std::string what;     ///< part of what it says
  };
  std::vector<row> const rows{
      // shapes
      {requirements, R"("level": "MUST")", R"("level": "WILL")", "/0/level", ""},
      {requirements, R"("subject": "server",)", R"("subject": "server", "subject": "server",)", "/0/subject",
       "occurs twice"},
      {scenario, R"("steps": [)", R"("steps": [,)", "byte", "no JSON"},
      {statements, "aaaaaaaa", "AAAAAAAA", "/statements/0/digest", ""},
      {mutant, R"("drop": true)", R"("drop": false)", "", ""},
      // requirements
      {requirements, "tools.result-object", "tools.unknown-refused", "/1/id", "another requirement"},
      {requirements, "tools.result-object", "prompts.result-object", "/1/id", "does not begin with tools."},
      {requirements, "refuses unknown tools", "must refuse unknown tools", "/0/says", "third person"},
      {requirements, "refuses unknown tools", "answers what SHOULD be refused", "/0/says", "keyword SHOULD"},
      {requirements, "refuses unknown tools with an error", "refuses unknown tools with an error.", "/0/says", ""},
      {requirements, "refuses unknown tools with an error", "Refuses unknown tools with an error", "/0/says", ""},
      {requirements, R"("since": "2025-11-25")", R"("since": "2023-01-01")", "/0/since", "no revision"},
      {requirements, R"("since": "2025-11-25")", R"("since": "2025-11-25", "removed_in": "2025-11-25")",
       "/0/removed_in", "not after"},
      {scenario, R"({"$": "list/message/id"})", R"({"$name": {"$": "list/message"}, "at": -1})",
       "/steps/2/send/request/params/name", "$name needs at"},
      {scenario, R"({"$": "list/message/id"})", R"({"$member": ["a"]})", "/steps/2/send/request/params/name",
       "$member needs an array"},
      {requirements, R"("statements": ["aaaaaaaa"])", R"("statements": ["dddddddd"])", "/0/statements/0",
       "no statement dddddddd"},
      {requirements, R"("statements": ["aaaaaaaa"])", R"("statements": ["aaaaaaaa", "cccccccc"])", "/0/statements/1",
       "nothing to do"},
      {requirements, R"("since": "2025-11-25", "statements")",
       R"("since": "2024-11-05", "removed_in": "2025-03-26", "statements")", "/0/statements/0", "no revision in which"},
      {requirements, R"("statements": ["aaaaaaaa"])", R"("statements": ["aaaaaaaa", "bbbbbbbb"])", "/0/statements/0",
       "cited by a requirement too"},
      {requirements, R"("statements": ["aaaaaaaa"], "observable")", R"("statements": [], "observable")", "/0",
       "no source"},
      {requirements, R"("observable": "wire", "interp)", R"("observable": "wire", "features": ["no-such"], "interp)",
       "/0/features", "no-such"},
      {requirements, R"("interpretation": "refusal")", R"("interpretation": "other")", "/0/interpretation", "no other"},
      {statements, R"("keyword": "MUST", "level": "MUST"})", R"("keyword": "SHOULD", "level": "SHOULD"})", "/0/level",
       "but no statement"},
      {exemptions, R"(["bbbbbbbb"])", R"(["eeeeeeee"])", "/0/statements/0", "no statement eeeeeeee"},
      {exemptions, R"([{"statements": ["bbbbbbbb"], "reason": "permission", "note": "a permission"}])", "[]", "",
       "neither cited nor exempt"},
      {exemptions, R"("note": "a permission"}])",
       R"("note": "a permission"}, {"statements": ["bbbbbbbb"], "reason": "ui", "note": "once more"}])",
       "/1/statements/0", "exempt twice"},
      {interpretations, R"("name": "refusal")", R"("name": "rejection")", "/0", "no requirement rests on"},
      {interpretations, R"(["2025-11-25"])", R"(["2025-06-18"])", "/0/interpretation", "is not for 2025-11-25"},
      {differences, R"("interpretation": "refusal")", R"("interpretation": "other")", "/0/interpretation", "no other"},
      {differences, R"("interpretation": "refusal", )", "", "/0", ""},
      {differences, R"("interpretation": "refusal")", R"("interpretation": "refusal", "page": "server/tools")", "/0",
       ""},
      {differences, R"("page": "server/tools")", R"("page": "client/roots")", "/1/page", "no statement on a page"},
      {differences, R"("reason": "c"}])", R"("reason": "c", "page": "server/tools"}])", "/2", ""},
      // scenarios
      {scenario, "tools.unknown-refused", "tools.no-such", "", "no requirement tools.no-such"},
      {scenario, R"("/message/error/code")", R"("message/error/code")", "", ""},
      {scenario, R"({"equals": -32602})", R"({"matches": "a(b"})",
       "/steps/3/checks/tools.unknown-refused/~1message~1error~1code/matches", "bracket"},
      {scenario, R"("list/message/id")", R"("later/message/id")", "/steps/2/send/request/params/name",
       "nothing is named later"},
      {scenario, R"({"$": "list/message/id"})", R"({"$": "profile/no-such"})", "/steps/2/send/request/params/name",
       "profile has no no-such"},
      {scenario, R"({"$": "list/message/id"})", R"({"$": 1})", "/steps/2/send/request/params/name", "only alone"},
      {scenario, R"({"$": "list/message/id"})", R"({"$repeat": "x", "times": -1})", "/steps/2/send/request/params/name",
       "times"},
      {scenario, R"("answer_to": "wrong")", R"("answer_to": "nobody")", "/steps/3/expect/answer_to", "nobody"},
      {scenario, R"(, "as": "wrong"})", R"(, "as": "wrong", "within": "exit"})", "/steps/2/within", "means nothing"},
      {scenario, R"(, "as": "wrong"})", R"(, "as": "profile"})", "/steps/2/as", "meaning of its own"},
      {scenario, R"(, "control": true)", "", "", "has no control"},
      {scenario, R"("holds": {"/kind": {"equals": "response"}}, )", "", "/steps/1", "what working means"},
      {scenario, R"("/capabilities/tools")", R"("/abilities/tools")", "/needs/~1abilities~1tools", "no abilities"},
      {scenario, R"("plays": "client", "needs": {"/capabilities/tools": {"present": true}})",
       R"("plays": "server", "needs": {"/tools": {"present": true}})", "/needs/~1tools", "no tools"},
      {scenario, R"("plays": "client")", R"("plays": "server")", "", "tests a client"},
      {scenario, R"("plays": "client",)", R"("plays": "client", "removed_in": "2025-06-18",)", "", "no permutation"},
      {scenario, R"("plays": "client",)", R"("plays": "client", "features": ["no-such"],)", "/features", "no-such"},
      {scenario, R"("steps": [)", R"("steps": [{"open": {}}, )", "", "opens a session that is open"},
      {scenario,
       R"({"expect": {"answer_to": "wrong"}, "checks": {"tools.unknown-refused": {"/message/error/code": {"equals": -32602}}}})",
       R"({"forbid": {"answer_to": "wrong"}, "checks": ["tools.unknown-refused"]})", "/steps/3", "since which step"},
      {scenario,
       R"({"expect": {"answer_to": "wrong"}, "checks": {"tools.unknown-refused": {"/message/error/code": {"equals": -32602}}}})",
       R"({"forbid": {"answer_to": "wrong"}, "since": "nobody", "checks": ["tools.unknown-refused"]})",
       "/steps/3/since", "sends or gets anything named nobody"},
      {scenario,
       R"({"expect": {"answer_to": "wrong"}, "checks": {"tools.unknown-refused": {"/message/error/code": {"equals": -32602}}}})",
       R"({"forbid": {"answer_to": "wrong"}, "since": "wrong", "fence": "nobody", "checks": ["tools.unknown-refused"]})",
       "/steps/3/fence", "nobody"},
      {scenario, R"({"expect": {"answer_to": "wrong"}, "checks")", R"({"expect": {"again": "wrong"}, "checks")",
       "/steps/3/expect/again", "named wrong"},
      {scenario, R"({"expect": {"answer_to": "wrong"},)", R"({"expect": {"answer_to": "wrong"}, "fence": "nobody",)",
       "/steps/3/fence", "nobody"},
      {scenario, R"(, "as": "wrong"})", R"(, "as": "wrong", "fence": "list"})", "/steps/2/fence", "means nothing"},
      // rules
      {rules, "tools.result-object", "tools.no-such", "/0/requirement", "no requirement"},
      {rules, "ListToolsResult", "NoSuchResult", "/0/holds/~1message~1result/schema", "no definition NoSuchResult"},
      {rules, "ListToolsResult", "SubscriptionsListenResult", "/0/holds/~1message~1result/schema",
       "no definition of 2025-11-25"},
      {rules, R"({"equals": "tools/list"})", R"({"equals": {"$": "this/kind"}})",
       "/0/for_each/~1request~1method/equals", "nothing is named this"},
      {rules, R"("over": "frames",)", R"("over": "frames", "transports": ["http+sse"],)", "/0",
       "no revision over no transport"},
      // mutants
      {mutant, "tools.unknown-refused", "tools.no-such", "/breaks", "no requirement"},
      {mutant, R"("role": "server")", R"("role": "client")", "/role", "binds the server"},
      {mutant, R"("drop": true}})", R"("drop": true}, "collateral": ["tools.no-such"], "because": "it goes along"})",
       "/collateral/0", "no requirement"},
  };
  folder data;
  auto const texts = good();
  for (auto const& r : rows) {
    INFO(r.file << ": " << r.from << " -> " << r.to);
    data.write(r.file, replaced(texts.at(r.file), r.from, r.to));
    auto const report = data.check();
    CHECK(!report.sound());
    bool found = false;
    std::string all;
    for (auto const& f : report.findings) {
      all += "\n" + f.file + "#" + f.pointer + ": " + f.what;
      found = found || (!f.warning && f.pointer.starts_with(r.pointer) && f.what.find(r.what) != std::string::npos);
    }
    INFO(all);
    CHECK(found);
    data.write(r.file, texts.at(r.file));
  }
}

TEST_CASE("a refusal wants a control however it is written", "[check]") {
  folder data;
  auto const text = replaced(good().at(scenario), R"(, "control": true)", "");
  auto refused = [&](std::string const& pattern) {
    data.write(scenario, replaced(text, R"({"/message/error/code": {"equals": -32602}})", pattern));
    for (auto const& f : data.check().findings)
      if (f.what.find("no control") != std::string::npos) return true;
    return false;
  };
  CHECK(refused(R"({"/kind": {"equals": "error"}})"));
  CHECK(refused(R"({"/kind": {"one_of": ["error", "none"]}})"));
  CHECK(refused(R"({"/kind": {"not": {"equals": "response"}}})"));
  CHECK(refused(R"({"/http/status": {"one_of": [400, 404]}})"));
  CHECK(refused(R"({"/http/status": {"at_least": 400}})"));
  CHECK(refused(R"({"/message/result/isError": {"equals": true}})"));
  CHECK(refused(R"({"/message": {"where": {"/error/code": {"type": "integer"}}}})"));
  CHECK(refused(
      R"({"": {"any_of": [{"where": {"/kind": {"equals": "error"}}}, {"where": {"/message/result/isError": {"equals": true}}}]}})"));
  CHECK(!refused(R"({"/kind": {"equals": "response"}})"));
  CHECK(!refused(R"({"/message/error": {"present": false}})"));
  CHECK(!refused(R"({"/http/status": {"one_of": [200, 404]}})"));
  CHECK(!refused(
      R"({"": {"any_of": [{"where": {"/kind": {"equals": "error"}}}, {"where": {"/kind": {"equals": "response"}}}]}})"));
}

TEST_CASE("the page of an extension has ids of its own, and binds where the extension is", "[check]") {
  std::string const file = "fixtures/requirements/extensions/tasks.json";
  std::string const right =
      R"([{"id": "tasks-extension.marked", "level": "MUST", "subject": "server", "says": "marks a task as one",
  "since": "2026-07-28", "statements": [], "source": "extensions/tasks", "observable": "wire"}])";
  folder data;
  auto const told = [&](std::string const& text) {
    data.write(file, text);
    std::string all;
    for (auto const& f : data.check().findings)
      if (f.file == file) all += f.what + "\n";
    return all;
  };
  CHECK(told(right).empty());
  CHECK(told(replaced(right, "tasks-extension.", "tasks.")).find("begin with tasks-extension.") != std::string::npos);
  CHECK(told(replaced(right, R"("2026-07-28")", R"("2025-11-25", "removed_in": "2026-07-28")")).find("no revision") !=
        std::string::npos);
}

TEST_CASE("what a file that cannot be read leaves open elsewhere is no news", "[check]") {
  folder data;
  data.write(requirements, replaced(good().at(requirements), R"("observable": "wire")", R"("observable": "perhaps")"));
  auto const found = data.check().findings;
  REQUIRE_FALSE(found.empty());
  for (auto const& f : found) {
    INFO(f.file << "#" << f.pointer << ": " << f.what);
    CHECK(f.file == requirements);
  }
}

TEST_CASE("what is missing or foreign is said", "[check]") {
  folder data;
  data.remove(interpretations);
  data.write("fixtures/scenarios/server/tools/notes.txt", "hello");
  data.write("fixtures/extra.json", "{}");
  auto const report = data.check();
  CHECK(!report.sound());
  std::string all;
  for (auto const& f : report.findings)
    all += f.file + ": " + f.what + "\n";
  CHECK(all.find(interpretations + ": is missing") != std::string::npos);
  CHECK(all.find("notes.txt: is no file") != std::string::npos);
  CHECK(all.find("extra.json: has a name that nothing reads") != std::string::npos);
}

TEST_CASE("files without their schema are not read", "[check]") {
  folder data;
  data.remove("schemas/assay/scenario.json");
  data.write(scenario, R"({"steps": [{"send": 3, "checks": [1]}]})");
  auto const report = data.check();
  CHECK(!report.sound());
  CHECK(report.counts.scenarios == 0);
}

TEST_CASE("features that nothing asks for are a warning", "[check]") {
  folder const data;
  auto const report = data.check();
  bool warned = false;
  for (auto const& f : report.findings)
    warned = warned || (f.warning && f.what.find("asks for the feature") != std::string::npos);
  CHECK(warned);
  CHECK(report.sound());
}
