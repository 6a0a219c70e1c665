// The table of revisions as the project's own data has it.
#include "reference/revision/revision.hpp"

#include "cmake/catch.hpp"

namespace {

assay::revision::table revisions() {
  auto store = assay::data::store::folder(ASSAY_SOURCE_DIR);
  REQUIRE(store.has_value());
  auto table = assay::revision::table::load(*store);
  REQUIRE(table.has_value());
  return *table;
}

} // namespace

TEST_CASE("revisions are known by name, era, feature and transport") {
  auto const table = revisions();
  REQUIRE(table.all().size() == 5);
  REQUIRE(table.find("2025-03-26"));
  CHECK(table.find("2025-03-26")->has("batching"));
  CHECK_FALSE(table.find("2025-06-18")->has("batching"));
  CHECK_FALSE(table.find("2024-11-05")->carries("streamable-http"));
  CHECK(table.find("1900-01-01") == nullptr);
  CHECK(table.newest("legacy")->name == "2025-11-25");
  CHECK(table.newest("modern")->name == "2026-07-28");
  CHECK(table.newest("antique") == nullptr);
}

TEST_CASE("within counts from the first revision to the one that removed it") {
  auto const table = revisions();
  CHECK(table.within("2025-03-26", "2025-03-26", "2025-06-18"));
  CHECK_FALSE(table.within("2025-06-18", "2025-03-26", "2025-06-18"));
  CHECK_FALSE(table.within("2024-11-05", "2025-03-26", ""));
  CHECK(table.within("2026-07-28", "2024-11-05", ""));
  CHECK_FALSE(table.within("1900-01-01", "2024-11-05", ""));
}
