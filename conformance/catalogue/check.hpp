// Everything that can be wrong with the data and that no single file shows; what `mcp-assay check-data` asks.
// docs/interpreting.md says what the data mean.
#pragma once

#include "reference/data/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace assay::catalogue {

/// One thing that is wrong, or looks so.
struct finding {
  std::string file;    ///< "fixtures/rules/server/tools.json"
  std::string pointer; ///< JSON Pointer into it, or "byte N" where it is no JSON
  std::string what;
  std::string hint;
  bool warning = false; ///< worth a look, but no reason to refuse the data
};

/// What there is, for the summary.
struct check_counts {
  int requirements = 0;
  int observed = 0; ///< with a scenario or a rule
  int declared = 0; ///< on the wire, and nothing checks them yet
  int proved = 0;   ///< observed, and a mutant breaks them
  int scenarios = 0, rules = 0, checks = 0, mutants = 0, interpretations = 0;
  int statements = 0, cited = 0, exempt = 0; ///< by digest
  int pages = 0, finished_pages = 0;
};

struct check_report {
  std::vector<finding> findings; ///< in the order of files
  check_counts counts;
  bool sound() const; ///< nothing but warnings
};

/// Empty when the expression compiles, else what is wrong with it. Handed in, for the engine stands above this folder.
using regex_check = std::function<std::string(std::string const& expression)>;

/// Checks fixtures/ against schemas/assay/ and each file against the others. Never gives up at the first problem: what
/// depends on a file with a wrong shape is checked without it.
check_report check(data::store const& store, regex_check const& regex_problem);

} // namespace assay::catalogue
