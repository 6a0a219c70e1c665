// What the files of check share: the data as far as they could be read, with the places they came from.
#pragma once

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/catalogue/check.hpp"

#include <map>
#include <set>

namespace assay::catalogue::checking {

namespace json = boost::json;

/// Where an entry stands.
struct place {
  std::string file;
  std::string pointer;
};

template <class T>
struct placed {
  T value;
  place at;
};

/// What an entry of schemas/mcp/<revision>/differences.json rests on: one of the two, or nothing where it only says
/// that a definition is left out.
struct basis {
  std::string revision; ///< empty: of an extension
  std::string interpretation, page;
};

/// The data whose files have the right shape.
struct parts {
  data::store const* store = nullptr;
  regex_check regex_problem;
  catalogue all; ///< revisions, requirements, scenarios, rules; for the questions it answers
  bool has_revisions = false;
  std::vector<placed<requirement>> requirements;
  std::vector<placed<scenario>> scenarios;
  std::vector<placed<rule>> rules;
  std::vector<placed<era>> eras;
  std::vector<placed<mutant>> mutants;
  std::vector<placed<interpretation>> interpretations;
  std::vector<placed<basis>> differences; ///< from the official schemas
  std::vector<placed<exemption>> exemptions;
  std::vector<statement> statements;
  std::set<std::string, std::less<>> features; ///< of all revisions
  /// Definition -> the revisions that have it, from schemas/mcp.
  std::map<std::string, std::set<std::string>, std::less<>> definitions;
  check_report report;

  void problem(place const& at, std::string what, std::string hint = {});
  void warning(place const& at, std::string what, std::string hint = {});
};

/// Reads every file, and checks each against its schema (check_shapes.cpp).
void read_all(parts& p);

/// ids, wording, revisions, statements, exemptions, interpretations, features (check_requirements.cpp).
void check_requirements(parts& p);
void check_statements(parts& p);
void check_interpretations(parts& p);
void check_features(parts& p);

/// Steps, names, patterns, controls (check_scenarios.cpp).
void check_scenarios(parts& p);
void check_eras(parts& p);
void check_rules(parts& p);

/// What mutants break (check_mutants.cpp).
void check_mutants(parts& p);

/// The names that `$` may begin with at one place.
struct scope {
  std::set<std::string, std::less<>> names;
  std::set<std::string, std::less<>> profile; ///< first tokens below `profile`
};

/// Values that stand for others, in anything that is sent or compared (check_patterns.cpp).
void check_value(parts& p, json::value const& value, place const& at, scope const& known);
/// A pattern: pointers, expressions, references, definitions. `revisions`: in which its definitions must exist.
void check_pattern(parts& p, json::object const& pattern, place const& at, scope const& known,
                   std::set<std::string> const& revisions);
/// True when the pattern holds only for an error, a refusal or nothing at all: what silence and chaos also give.
bool wants_refusal(json::object const& pattern);

/// "fixtures/rules/server/tools.json", "fixtures/rules/" -> "server/tools".
std::string stem(std::string_view file, std::string_view folder);

} // namespace assay::catalogue::checking
