// All of the fixtures, loaded once and immutable afterwards.
#pragma once

#include "conformance/catalogue/mutant.hpp"
#include "conformance/catalogue/requirement.hpp"
#include "conformance/catalogue/rule.hpp"
#include "conformance/catalogue/scenario.hpp"
#include "conformance/catalogue/statement.hpp"
#include "reference/data/store.hpp"
#include "reference/revision/revision.hpp"

#include <map>
#include <memory>

namespace assay::catalogue {

struct catalogue {
  std::shared_ptr<data::store const> store;
  revision::table revisions;
  std::map<std::string, era, std::less<>> eras;
  std::vector<requirement> requirements; ///< in the order of pages, then of the file
  std::vector<scenario> scenarios;       ///< by name
  std::vector<rule> rules;
  std::vector<interpretation> interpretations;

  requirement const* find_requirement(std::string_view id) const;
  scenario const* find_scenario(std::string_view name) const;
  /// The requirement binds in this revision over this transport.
  bool applies(requirement const& r, revision::revision const& in, std::string_view transport) const;
  bool applies(scenario const& s, revision::revision const& in, std::string_view transport) const;
  bool applies(rule const& r, revision::revision const& in, std::string_view transport) const;
};

/// Loads what every run needs. Problems name the file, and for JSON the byte.
wire::result<catalogue> load(std::shared_ptr<data::store const> store);

/// What only some commands need, so a run does not pay for it.
wire::result<std::vector<mutant>> load_mutants(data::store const& store);
wire::result<std::vector<statement>> load_statements(data::store const& store);
wire::result<std::vector<exemption>> load_exemptions(data::store const& store);

} // namespace assay::catalogue
