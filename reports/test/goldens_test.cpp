// Every format over a few records, byte for byte. After a wanted change: ASSAY_ACCEPT=1 reports-test "[goldens]".
#include "reports/diff.hpp"
#include "reports/formats.hpp"

#include "cmake/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace assay;

namespace {

namespace fs = std::filesystem;

fs::path const folder = fs::path(ASSAY_SOURCE_DIR) / "reports/test/goldens";

std::map<std::string, std::string> const files{
    {"terminal", "report.txt"},    {"html", "report.html"},   {"markdown", "report.md"}, {"json", "report.json"},
    {"junit", "junit.xml"},        {"sarif", "report.sarif"}, {"tap", "report.tap"},     {"badge", "badge.svg"},
    {"endpoint", "endpoint.json"}, {"matrix", "matrix.html"}};

std::string text_of(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

reports::model model_of(std::vector<std::string> const& names) {
  std::vector<record::record> records;
  for (auto const& name : names) {
    auto r = record::read((folder / name / "record.jsonl").string(), record::entries::evidence);
    REQUIRE(r.has_value());
    records.push_back(std::move(*r));
  }
  return reports::build(records);
}

void meets(fs::path const& file, std::string const& text) {
  if (std::getenv("ASSAY_ACCEPT")) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  auto const golden = text_of(file);
  auto const at = std::mismatch(golden.begin(), golden.end(), text.begin(), text.end()).first - golden.begin();
  INFO(file.string() << " differs from byte " << at << "; ASSAY_ACCEPT=1 takes the new text");
  CHECK((golden == text));
}

} // namespace

TEST_CASE("each format of each record is as it was accepted", "[goldens]") {
  int seen = 0;
  for (auto const& entry : fs::directory_iterator(folder)) {
    if (!fs::exists(entry.path() / "record.jsonl")) continue;
    ++seen;
    auto const model = model_of({entry.path().filename().string()});
    REQUIRE(files.size() == reports::formats().size());
    for (auto const& [format, name] : files) {
      auto const text = reports::render(model, format);
      CHECK((text == reports::render(model_of({entry.path().filename().string()}), format)));
      meets(entry.path() / name, text);
    }
  }
  CHECK(seen >= 4);
}

TEST_CASE("differences are as they were accepted", "[goldens]") {
  auto const good = model_of({"reference"}), bad = model_of({"mutant"});
  meets(folder / "diff.txt", reports::diff_text(reports::compare(good, bad)));
  meets(folder / "diff.md", reports::diff_markdown(reports::compare(good, bad)));
  meets(folder / "diff.json", reports::diff_json(reports::compare(good, bad)));
}

TEST_CASE("a difference counts what changed, both ways", "[diff]") {
  auto const good = model_of({"reference"}), bad = model_of({"mutant"});
  auto const worse = reports::compare(good, bad), better = reports::compare(bad, good),
             same = reports::compare(bad, bad);
  CHECK_FALSE(worse.new_failures.empty());
  CHECK(worse.fixed.empty());
  CHECK(better.new_failures.empty());
  CHECK(better.fixed.size() == worse.new_failures.size());
  CHECK(same.new_failures.empty());
  CHECK(same.still_failing.size() == worse.new_failures.size());
}

TEST_CASE("several records make one report", "[model]") {
  auto const one = model_of({"reference"}), both = model_of({"reference", "mutant"});
  CHECK(both.checks.size() == one.checks.size() + model_of({"mutant"}).checks.size());
  CHECK(both.columns.size() == one.columns.size() + model_of({"mutant"}).columns.size());
  CHECK(both.verdict.word == "not conformant");
  CHECK(one.verdict.word == "conformant");
  for (auto const& format : reports::formats())
    CHECK_FALSE(reports::render(both, format).empty());
}

TEST_CASE("a record that was cut off anywhere gives a report without a verdict", "[model]") {
  auto const whole = text_of(folder / "mutant/record.jsonl");
  auto const file = fs::temp_directory_path() /
                    ("assay-reports-test-" + std::to_string(reinterpret_cast<std::uintptr_t>(&whole)) + ".jsonl");
  for (std::size_t part = 1; part < 20; ++part) {
    auto const end = whole.size() * part / 20;
    std::ofstream(file, std::ios::binary) << whole.substr(0, end);
    auto r = record::read(file.string(), record::entries::evidence);
    if (r.has_error()) continue; // before the header's end
    std::vector<record::record> records;
    records.push_back(std::move(*r));
    auto const model = reports::build(records);
    CHECK(model.verdict.word == "no verdict");
    for (auto const& format : reports::formats())
      CHECK_FALSE(reports::render(model, format).empty());
  }
  fs::remove(file);
}
