// The official JSON-Schema-Test-Suite, when it is at hand: all required tests of both drafts, with its remote
// documents. Its place: the environment variable ASSAY_JSON_SCHEMA_TEST_SUITE, else shared/json-schema-test-suite
// beside the source.
#include "cmake/catch.hpp"
#include "reference/jsonschema/evaluate.hpp"
#include "reference/jsonschema/schema.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace assay;

namespace {

fs::path suite_folder() {
  if (auto const* named = std::getenv("ASSAY_JSON_SCHEMA_TEST_SUITE")) return named;
  return fs::path(ASSAY_SOURCE_DIR) / ".." / "shared" / "json-schema-test-suite";
}

json::value read(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  auto parsed = wire::parse_value(text);
  INFO(file);
  REQUIRE(parsed.has_value());
  return *parsed;
}

struct remote {
  std::string uri;
  json::value document;
};

// The documents that tests refer to. Those of drafts that are not supported cannot be added; no required test needs
// them.
std::vector<remote> read_remotes(fs::path const& suite) {
  std::vector<remote> result;
  for (auto const& entry : fs::recursive_directory_iterator(suite / "remotes")) {
    if (entry.path().extension() != ".json") continue;
    auto const relative = fs::relative(entry.path(), suite / "remotes").generic_string();
    result.push_back({"http://localhost:1234/" + relative, read(entry.path())});
  }
  return result;
}

struct tally {
  std::size_t passed = 0;
  std::size_t total = 0;
  std::vector<std::string> failures;
};

void run_file(fs::path const& file, std::vector<remote> const& remotes, jsonschema::dialect draft,
              jsonschema::formats mode, tally& result) {
  auto const groups = read(file);
  for (auto const& group : groups.as_array()) {
    jsonschema::registry registry(draft, mode);
    for (auto const& [uri, document] : remotes)
      (void)registry.add(uri, document);
    auto const name = file.stem().string() + " / " + std::string(group.at("description").as_string());
    auto const added = registry.add("test-case.json", group.at("schema"));
    auto validator = added ? registry.compile("test-case.json") : wire::result<jsonschema::validator>(added.error());
    for (auto const& test : group.at("tests").as_array()) {
      ++result.total;
      auto const label = name + " / " + std::string(test.at("description").as_string());
      if (!validator) {
        result.failures.push_back(label + ": " + to_string(validator.error()));
        continue;
      }
      auto const valid = test.at("valid").as_bool();
      auto const accepted = validator->accepts(test.at("data"));
      auto const explained = validator->explain(test.at("data")).empty();
      auto const long_way = accepts_the_long_way(validator->root(), test.at("data"));
      if (accepted == valid && explained == accepted && long_way == accepted)
        ++result.passed;
      else
        result.failures.push_back(label +
                                  (explained == accepted && long_way == accepted ? "" : ": the walks disagree"));
    }
  }
}

tally run_folder(fs::path const& suite, std::string const& folder, jsonschema::dialect draft, jsonschema::formats mode,
                 std::vector<std::string> const& only = {}) {
  auto const remotes = read_remotes(suite);
  tally result;
  std::vector<fs::path> files;
  for (auto const& entry : fs::directory_iterator(suite / folder))
    if (entry.path().extension() == ".json" &&
        (only.empty() || std::find(only.begin(), only.end(), entry.path().stem()) != only.end()))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (auto const& file : files)
    run_file(file, remotes, draft, mode, result);
  std::cout << folder << ": " << result.passed << " of " << result.total << '\n';
  return result;
}

bool available(fs::path const& suite) {
  if (fs::exists(suite / "draft2020-12")) return true;
  std::cout << "SKIPPED: the JSON-Schema-Test-Suite is not here; set ASSAY_JSON_SCHEMA_TEST_SUITE to its folder\n";
  WARN("SKIPPED: the JSON-Schema-Test-Suite is not here; set ASSAY_JSON_SCHEMA_TEST_SUITE to its folder");
  return false;
}

void expect_all(tally const& result) {
  for (auto const& failure : result.failures)
    FAIL_CHECK(failure);
  CHECK(result.passed == result.total);
  CHECK(result.total > 0);
}

} // namespace

TEST_CASE("the official suite, required tests", "[suite]") {
  auto const suite = suite_folder();
  if (!available(suite)) return;
  using enum jsonschema::dialect;
  expect_all(run_folder(suite, "draft7", draft7, jsonschema::formats::ignored));
  expect_all(run_folder(suite, "draft2020-12", draft2020_12, jsonschema::formats::ignored));
}

// Optional tests are about choices. Ours: ECMA-262 expressions, exact numbers, identifiers, and the formats of
// format.cpp.
TEST_CASE("the official suite, optional tests that we mean to pass", "[suite]") {
  auto const suite = suite_folder();
  if (!available(suite)) return;
  using enum jsonschema::dialect;
  for (auto const draft : {draft7, draft2020_12}) {
    std::string const folder = draft == draft7 ? "draft7" : "draft2020-12";
    expect_all(run_folder(suite, folder + "/optional", draft, jsonschema::formats::ignored,
                          {"anchor", "bignum", "dynamicRef", "ecmascript-regex", "float-overflow", "format-assertion",
                           "id", "no-schema", "non-bmp-regex", "refOfUnknownKeyword", "unknownKeyword"}));
    expect_all(run_folder(suite, folder + "/optional/format", draft, jsonschema::formats::checked,
                          {"date", "date-time", "email", "ipv4", "ipv6", "json-pointer", "time", "uri", "uri-reference",
                           "uri-template", "uuid"}));
  }
}
