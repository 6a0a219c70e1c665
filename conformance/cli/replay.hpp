// Judges a record again, through the interpreter and the rules that judged the run: what is written as its outcome must
// follow from what is written as its traffic.
#pragma once

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/record/record.hpp"

#include <map>
#include <string>
#include <vector>

namespace assay::cli {

struct replayed {
  std::vector<judge::check_run> checks; ///< as they follow from the traffic; those that cannot be replayed as recorded
  judge::verdict verdict;               ///< of them
  int followed = 0;                     ///< checks that came out as recorded
  std::vector<std::string> contradictions;
  std::map<std::string, std::vector<std::string>> not_replayable; ///< reason -> ids of checks

  bool follows() const { return contradictions.empty(); }
};

/// `r` was read with all its traffic. Problem: the record is of no finished run, or of revisions that the data lack.
wire::result<replayed> replay(catalogue::catalogue const& data, record::record const& r);

} // namespace assay::cli
