// Mutants: what they break exists, is checked, and is of the role that they play.
#include "conformance/catalogue/check_parts.hpp"

#include <algorithm>

namespace assay::catalogue::checking {

void check_mutants(parts& p) {
  std::set<std::string, std::less<>> checked;
  for (auto const& s : p.scenarios)
    for (auto& id : s.value.requirements())
      checked.insert(std::move(id));
  for (auto const& r : p.rules)
    checked.insert(r.value.requirement);

  for (auto const& [m, at] : p.mutants) {
    auto const* broken = p.all.find_requirement(m.breaks);
    if (!broken) {
      p.problem({at.file, "/breaks"}, "there is no requirement " + m.breaks);
    } else {
      if (broken->subject != m.role && broken->subject != "both")
        p.problem({at.file, "/role"}, m.breaks + " binds the " + broken->subject + ", this mutant is a " + m.role);
      if (!checked.contains(m.breaks))
        p.problem({at.file, "/breaks"}, "nothing checks " + m.breaks + ", so nothing can catch this mutant",
                  "write a scenario or a rule, or remove the mutant");
    }
    for (std::size_t i = 0; i < m.collateral.size(); ++i) {
      place const here{at.file, "/collateral/" + std::to_string(i)};
      if (!p.all.find_requirement(m.collateral[i])) p.problem(here, "there is no requirement " + m.collateral[i]);
      if (m.collateral[i] == m.breaks) p.problem(here, "is what the mutant is for, no collateral");
    }
  }
}

} // namespace assay::catalogue::checking
