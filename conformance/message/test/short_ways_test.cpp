// The evaluator's short ways, which most of a message is judged by, change no verdict: over every change of every valid
// message fixture they say what the walk without them says.
#include "cmake/catch.hpp"
#include "conformance/message/test/corpus.hpp"
#include "reference/jsonschema/evaluate.hpp"

#include <iostream>

using namespace assay;
using namespace assay::message::testing;

TEST_CASE("the short ways of the evaluator change no verdict", "[short]") {
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();
  std::size_t verdicts = 0, accepted = 0, differ = 0;
  for (auto const& revision : revisions.all()) {
    auto const folder = "schemas/mcp/" + revision.name + "/";
    jsonschema::registry registry;
    std::map<std::string, std::string> places;
    for (auto const& file : store.list(folder)) {
      auto value = wire::parse_value(*store.read(file)).value();
      auto const* definitions = value.is_object() ? value.get_object().if_contains("$defs") : nullptr;
      if (!definitions) continue;
      auto const name = file.substr(folder.size());
      for (auto const& member : definitions->as_object())
        places.emplace(member.key(), name + "#/$defs/" + std::string(member.key()));
      REQUIRE(registry.add(name, std::move(value)).has_value());
    }
    for (auto const& each : fixtures_of(store, revisions, revision.name, "fixtures/messages/")) {
      if (!each.valid) continue;
      INFO(each.file << " " << each.name);
      auto const validator = registry.compile(places.at(each.definition)).value();
      auto value = each.value;
      each_change(value, [&] {
        auto const quick = validator.accepts(value);
        ++verdicts;
        accepted += quick ? 1 : 0;
        if (quick == jsonschema::accepts_the_long_way(validator.root(), value) &&
            quick == validator.explain(value, 1).empty())
          return;
        if (++differ < 10) FAIL_CHECK(revision.name << ' ' << each.definition << ": " << wire::serialize(value));
      });
    }
  }
  CHECK(differ == 0);
  CHECK(accepted > verdicts / 100);
  CHECK(accepted < verdicts);
  std::cout << "short ways: " << verdicts << " verdicts, " << accepted << " valid, " << differ << " differ\n";
}
