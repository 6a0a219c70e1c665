// Loading: described structs from JSON, problems with their place, and where things apply.
#include "conformance/catalogue/catalogue.hpp"
#include "conformance/catalogue/read.hpp"

#include "cmake/catch.hpp"

using namespace assay;

namespace {

catalogue::catalogue loaded() {
  auto all = catalogue::load(std::make_shared<data::store const>(data::store::embedded()));
  REQUIRE(all.has_value());
  return std::move(*all);
}

} // namespace

TEST_CASE("the project's own data can be loaded", "[catalogue]") {
  auto const all = loaded();
  CHECK(all.eras.contains("legacy"));
  CHECK(all.eras.contains("modern"));
  REQUIRE(!all.requirements.empty());
  auto const& first = all.requirements.front();
  CHECK(all.find_requirement(first.id) == &first);
  CHECK(all.find_requirement("no.such") == nullptr);
  for (auto const& s : all.scenarios) {
    CHECK(all.find_scenario(s.name) == &s);
    CHECK(s.name.ends_with(s.short_name()));
  }
  CHECK(catalogue::load_mutants(*all.store).has_value());
  CHECK(catalogue::load_statements(*all.store).has_value());
  CHECK(catalogue::load_exemptions(*all.store).has_value());
}

TEST_CASE("requirements apply by revision, transport and features", "[catalogue]") {
  auto const all = loaded();
  auto const* old = all.revisions.find("2024-11-05");
  auto const* middle = all.revisions.find("2025-11-25");
  auto const* last = all.revisions.find("2026-07-28");
  catalogue::requirement r;
  r.since = "2025-11-25";
  CHECK(!all.applies(r, *old, "stdio"));
  CHECK(all.applies(r, *middle, "stdio"));
  CHECK(all.applies(r, *last, "stdio"));
  r.removed_in = "2026-07-28";
  CHECK(!all.applies(r, *last, "stdio"));
  r.transports = {"streamable-http"};
  CHECK(!all.applies(r, *middle, "stdio"));
  CHECK(all.applies(r, *middle, "streamable-http"));
  r.features = {"sessions", "batching"};
  CHECK(!all.applies(r, *middle, "streamable-http"));
  catalogue::scenario s;
  CHECK(all.applies(s, *old, "stdio"));
  s.removed_in = "2025-11-25";
  CHECK(all.applies(s, *old, "stdio"));
  CHECK(!all.applies(s, *middle, "stdio"));
}

TEST_CASE("a member of another type is named with its place", "[read]") {
  auto const text = wire::parse_value(R"({"title": "x", "steps": [{"as": "a"}, {"control": "yes"}]})");
  auto const s = catalogue::read_struct<catalogue::scenario>(*text);
  REQUIRE(s.has_error());
  CHECK(s.error().where == "/steps/1/control");
  CHECK(catalogue::read_struct<catalogue::scenario>(*wire::parse_value("[]")).has_error());
  CHECK(catalogue::read_struct<catalogue::era>(*wire::parse_value(R"({"capabilities": {"a/b": 1}})")).error().where ==
        "/capabilities/a~1b");
}

TEST_CASE("members that are left out keep their defaults", "[read]") {
  auto const s = catalogue::read_struct<catalogue::scenario>(*wire::parse_value(R"({"title": "x", "unknown": 1})"));
  REQUIRE(s.has_value());
  CHECK(s->connection == "shared");
  CHECK(s->steps.empty());
}

TEST_CASE("a step knows its verb and what it checks", "[scenario]") {
  auto step = [](std::string_view text) {
    return catalogue::read_struct<catalogue::step>(*wire::parse_value(text)).value();
  };
  CHECK(step(R"({"open": {}})").verb() == "open");
  CHECK(step(R"({"send": {}})").verb() == "send");
  CHECK(step(R"({"http": {}})").verb() == "http");
  CHECK(step(R"({"expect": {}})").verb() == "expect");
  CHECK(step(R"({"forbid": {}})").verb() == "forbid");
  CHECK(step(R"({"cut": "input"})").verb() == "cut");
  CHECK(step(R"({"goal": "x"})").verb() == "goal");
  CHECK(step(R"({"expect": {}, "checks": {"a.b": {}, "c.d": {}}})").requirements() ==
        std::vector<std::string>{"a.b", "c.d"});
  CHECK(step(R"({"forbid": {}, "checks": ["a.b"]})").requirements() == std::vector<std::string>{"a.b"});
}
