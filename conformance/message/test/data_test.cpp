// The data beside the schemas: fixtures are judged as they say, and every file has the form that schemas/assay gives
// it.
#include "cmake/catch.hpp"
#include "conformance/message/schemas.hpp"
#include "conformance/message/test/corpus.hpp"

#include <algorithm>
#include <iostream>

using namespace assay;
using namespace assay::message::testing;

namespace {

json::value parsed(std::string_view text) {
  return wire::parse_value(text).value();
}

/// At the place or above it; above is where a member is missing, or a union that no alternative explains.
bool at_or_above(std::string_view found, std::string_view place) {
  return place == found || (place.starts_with(found) && place[found.size()] == '/');
}

struct count {
  int valid = 0, invalid = 0, exact = 0;
};

void judge(message::schemas& schemas, std::vector<fixture> const& fixtures, count& counted) {
  for (auto const& each : fixtures) {
    INFO(each.file << " " << (each.valid ? "valid " : "invalid ") << each.name);
    auto const found = schemas.check(each.definition, each.value);
    REQUIRE(found.has_value());
    if (each.valid) {
      ++counted.valid;
      CHECK(found->empty());
      continue;
    }
    ++counted.invalid;
    REQUIRE(!found->empty());
    INFO("at " << found->front().instance << ": " << found->front().message << ", not at " << each.fails_at);
    CHECK(std::ranges::any_of(*found, [&](auto const& v) { return at_or_above(v.instance, each.fails_at); }));
    // As near as can be: the place itself, or what encloses a member that is missing.
    auto const parent = each.fails_at.substr(0, each.fails_at.rfind('/') + 1);
    bool const missing = wire::find(each.value, each.fails_at) == nullptr;
    counted.exact += std::ranges::any_of(
        *found, [&](auto const& v) { return v.instance == each.fails_at || (missing && v.instance + "/" == parent); });
  }
}

} // namespace

TEST_CASE("message fixtures: valid ones are, invalid ones are not, where they say", "[fixtures]") {
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();
  count counted;
  for (auto const& revision : revisions.all()) {
    INFO(revision.name);
    auto schemas = message::schemas::load(store, revision.name).value();
    judge(schemas, fixtures_of(store, revisions, revision.name, "fixtures/messages/"), counted);
  }
  count of_tasks;
  auto const& newest = revisions.all().back().name;
  auto extended = message::schemas::load(store, newest, std::vector<std::string>{"tasks"}).value();
  judge(extended, fixtures_of(store, revisions, newest, "fixtures/messages/extensions/tasks/"), of_tasks);
  std::cout << "message fixtures over all revisions: " << counted.valid << " valid, " << counted.invalid << " invalid ("
            << counted.exact << " explained at their very place); of the tasks extension: " << of_tasks.valid
            << " valid, " << of_tasks.invalid << " invalid (" << of_tasks.exact << ")\n";
  CHECK(counted.valid > 500);
  CHECK(counted.invalid > 500);
  CHECK(of_tasks.invalid > 50);
}

TEST_CASE("every definition has fixtures", "[fixtures]") {
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();
  for (auto const& revision : revisions.all()) {
    auto const schemas = message::schemas::load(store, revision.name).value();
    std::map<std::string, std::pair<bool, bool>> seen;
    for (auto const& each : fixtures_of(store, revisions, revision.name, "fixtures/messages/"))
      (each.valid ? seen[each.definition].first : seen[each.definition].second) = true;
    for (auto const& definition : schemas.definitions()) {
      INFO(definition << " in " << revision.name);
      CHECK(seen[definition].first);
      // Everything is an instance of these.
      if (definition != "JSONValue") CHECK(seen[definition].second);
    }
  }
}

TEST_CASE("methods, differences and fixtures have the form of schemas/assay", "[data]") {
  auto const store = data::store::embedded();
  jsonschema::registry registry;
  for (auto const& file : store.list("schemas/assay/"))
    REQUIRE(
        registry.add(file.substr(std::string_view("schemas/assay/").size()), parsed(*store.read(file))).has_value());
  std::map<std::string_view, jsonschema::validator> by_name;
  for (auto const* name : {"methods.json", "differences.json", "messages.json"}) {
    auto made = registry.compile(name);
    REQUIRE(made.has_value());
    by_name.emplace(name, std::move(*made));
  }
  int checked = 0;
  for (auto const& folder : {"schemas/mcp/", "fixtures/messages/"})
    for (auto const& file : store.list(folder)) {
      auto const name = std::string_view(file).substr(file.rfind('/') + 1);
      bool const fixture = file.starts_with("fixtures/");
      if (!fixture && name != "methods.json" && name != "differences.json") continue;
      for (auto const& found : by_name.at(fixture ? "messages.json" : name).explain(parsed(*store.read(file))))
        FAIL_CHECK(file << " " << found.instance << " " << found.message);
      ++checked;
    }
  CHECK(checked > 200);
}

TEST_CASE("what methods.json and inputs.json refer to is there", "[data]") {
  auto const store = data::store::embedded();
  jsonschema::registry registry;
  std::vector<std::pair<std::string, json::value>> tables;
  constexpr std::string_view root = "schemas/mcp/";
  for (auto const& file : store.list(root)) {
    auto const name = file.substr(root.size());
    auto value = parsed(*store.read(file));
    if (name.ends_with("/methods.json") || name.ends_with("/inputs.json"))
      tables.emplace_back(name.substr(0, name.rfind('/') + 1), std::move(value));
    else if (!name.ends_with("/differences.json"))
      REQUIRE(registry.add(name, std::move(value)).has_value());
  }
  CHECK(tables.size() == 7);
  for (auto const& [folder, table] : tables)
    for (auto const& [method, entry] : table.as_object())
      for (auto const* member : {"params", "result", "request"}) {
        auto const* found = entry.as_object().if_contains(member);
        if (!found || found->is_null()) continue;
        auto const references = found->is_array() ? found->get_array() : json::array{*found};
        for (auto const& reference : references) {
          INFO(folder << " " << method << " " << member << " " << reference);
          // The registry resolves what is relative to its root; an extension refers to its neighbours.
          std::string to = folder + std::string(reference.as_string());
          for (auto at = to.find("/../"); at != std::string::npos; at = to.find("/../")) {
            auto const before = at == 0 ? 0 : to.rfind('/', at - 1) + 1;
            to.erase(before, at + 4 - before);
          }
          CHECK(registry.compile(to).has_value());
        }
      }
}

TEST_CASE("differences rest on interpretations that are written down", "[data]") {
  auto const store = data::store::embedded();
  auto const interpretations = parsed(*store.read("fixtures/interpretations.json"));
  for (auto const& file : store.list("schemas/mcp/")) {
    if (!file.ends_with("/differences.json")) continue;
    auto const document = parsed(*store.read(file));
    for (auto const& entry : document.as_array())
      if (auto const* name = entry.as_object().if_contains("interpretation")) {
        INFO(file << " " << *name);
        CHECK(std::ranges::any_of(interpretations.as_array(),
                                  [&](auto const& each) { return each.at("name") == *name; }));
      }
  }
}
