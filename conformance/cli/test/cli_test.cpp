// The parts of the verbs that are functions: suggestions, addresses, the bundle.
#include "conformance/cli/bundle.hpp"
#include "conformance/cli/common.hpp"
#include "conformance/cli/suggest.hpp"
#include "reference/jsonschema/schema.hpp"

#include "cmake/catch.hpp"

using namespace assay;

TEST_CASE("edit distance counts swaps as one", "[suggest]") {
  CHECK(cli::edit_distance("", "") == 0);
  CHECK(cli::edit_distance("list", "list") == 0);
  CHECK(cli::edit_distance("lsit", "list") == 1);
  CHECK(cli::edit_distance("", "abc") == 3);
  CHECK(cli::edit_distance("vaildate", "validate") == 1);
}

TEST_CASE("the nearest names are offered, far ones are not", "[suggest]") {
  std::vector<std::string> const verbs{"server", "client", "list", "explain", "validate"};
  CHECK(cli::nearest("sevrer", verbs) == std::vector<std::string>{"server"});
  CHECK(cli::nearest("zzzzzzzz", verbs).empty());
  CHECK(cli::nearest("unknown-tool", {"server/tools/unknown-tool", "x"}) ==
        std::vector<std::string>{"server/tools/unknown-tool"});
  CHECK(cli::nearest(std::string(100'000, 'a'), verbs).empty());
}

TEST_CASE("addresses are those of the site", "[common]") {
  CHECK(cli::address("2025-11-25", "server/tools", "errors") ==
        "https://modelcontextprotocol.io/specification/2025-11-25/server/tools#errors");
  CHECK(cli::address("2025-11-25", "basic/index", "") ==
        "https://modelcontextprotocol.io/specification/2025-11-25/basic");
  CHECK(cli::address("2026-07-28", "index", "") == "https://modelcontextprotocol.io/specification/2026-07-28");
  CHECK(cli::address("2026-07-28", "extensions/tasks", "task-status") ==
        "https://github.com/modelcontextprotocol/ext-tasks/blob/main/specification/draft/tasks.md#task-status");
}

TEST_CASE("a bundle needs no other document and judges alike", "[bundle]") {
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store);
  REQUIRE(revisions.has_value());
  for (auto const& revision : revisions->all()) {
    INFO(revision.name);
    auto const documents = cli::schema_documents(store, revision.name);
    REQUIRE(documents.has_value());
    auto const bundle = cli::bundle_of(*documents);
    auto const text = wire::serialize(bundle);
    CHECK(text.find(".json#") == std::string::npos);
    jsonschema::registry registry;
    REQUIRE(registry.add("bundle.json", bundle).has_value());
    for (auto const& [name, schema] : bundle.at("$defs").as_object()) {
      INFO(std::string(name));
      CHECK(registry.compile("bundle.json#/$defs/" + std::string(name)).has_value());
    }
  }
}

TEST_CASE("latest is the newest revision, and unknown ones are listed", "[common]") {
  auto const revisions = revision::table::load(data::store::embedded());
  REQUIRE(revisions.has_value());
  CHECK((*cli::find_revision(*revisions, "latest"))->name == revisions->all().back().name);
  auto const missing = cli::find_revision(*revisions, "2024-01-01");
  REQUIRE(missing.has_error());
  CHECK(missing.error().hint.find("2024-11-05") != std::string::npos);
}
