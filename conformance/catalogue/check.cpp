// The order of the checks, and the counts.
#include "conformance/catalogue/check.hpp"

#include "conformance/catalogue/check_parts.hpp"

#include <algorithm>

namespace assay::catalogue {

namespace checking {

void parts::problem(place const& at, std::string what, std::string hint) {
  report.findings.push_back({at.file, at.pointer, std::move(what), std::move(hint), false});
}

void parts::warning(place const& at, std::string what, std::string hint) {
  report.findings.push_back({at.file, at.pointer, std::move(what), std::move(hint), true});
}

std::string stem(std::string_view file, std::string_view folder) {
  file.remove_prefix(std::min(folder.size(), file.size()));
  if (file.ends_with(".json")) file.remove_suffix(5);
  return std::string(file);
}

namespace {

void count(parts& p) {
  auto& counts = p.report.counts;
  counts.requirements = static_cast<int>(p.requirements.size());
  counts.scenarios = static_cast<int>(p.scenarios.size());
  counts.rules = static_cast<int>(p.rules.size());
  counts.mutants = static_cast<int>(p.mutants.size());
  counts.interpretations = static_cast<int>(p.interpretations.size());
  std::set<std::string, std::less<>> checked, broken;
  for (auto const& s : p.scenarios)
    for (auto& id : s.value.requirements()) {
      ++counts.checks;
      checked.insert(std::move(id));
    }
  for (auto const& r : p.rules) {
    ++counts.checks;
    checked.insert(r.value.requirement);
  }
  for (auto const& m : p.mutants)
    broken.insert(m.value.breaks);
  for (auto const& r : p.requirements) {
    bool const observed = checked.contains(r.value.id);
    counts.observed += observed;
    counts.declared += !observed && r.value.observable == "wire";
    counts.proved += observed && broken.contains(r.value.id);
  }
}

} // namespace

} // namespace checking

bool check_report::sound() const {
  return std::all_of(findings.begin(), findings.end(), [](auto const& f) { return f.warning; });
}

check_report check(data::store const& store, regex_check const& regex_problem) {
  checking::parts p;
  p.store = &store;
  p.regex_problem = regex_problem;
  checking::read_all(p);
  // What a file that cannot be read would have told is missed everywhere else: that is no news.
  if (!p.report.sound()) {
    checking::count(p);
    return std::move(p.report);
  }
  checking::check_requirements(p);
  checking::check_statements(p);
  checking::check_interpretations(p);
  checking::check_features(p);
  checking::check_eras(p);
  checking::check_scenarios(p);
  checking::check_rules(p);
  checking::check_mutants(p);
  checking::count(p);
  std::stable_sort(p.report.findings.begin(), p.report.findings.end(),
                   [](auto const& a, auto const& b) { return a.file < b.file; });
  return std::move(p.report);
}

} // namespace assay::catalogue
