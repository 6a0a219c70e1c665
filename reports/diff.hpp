// What changed between two runs: which failures are new, which are gone, what is judged now that was not.
#pragma once

#include "reports/model.hpp"

#include <string>
#include <vector>

namespace assay::reports {

/// A check in a revision over a transport, in both runs.
struct change {
  std::string id; ///< "requirement@scenario[2025-11-25 stdio]"
  std::string level;
  std::string before; ///< outcome; "absent" when the run had no such check
  std::string after;
  std::string old_message; ///< of a failure
  std::string message;     ///< of a failure: "expected ...; actual ..."
  std::string reason;      ///< why it is not judged now
};

struct difference {
  std::vector<change> new_failures;        ///< fails now, and did not before
  std::vector<change> fixed;               ///< passes now, and failed before
  std::vector<change> still_failing;       ///< in both; the message may have changed
  std::vector<change> no_longer_shown;     ///< failed before, and is neither passed nor failed now
  std::vector<change> newly_exercised;     ///< passes now, and was not judged before
  std::vector<change> no_longer_exercised; ///< passed before, and is not judged now
  int same = 0;                            ///< checks with the same outcome that is no failure
  std::string old_verdict, new_verdict;
  std::vector<std::string> notes; ///< what makes the runs hard to compare: other data, another subject
};

difference compare(model const& before, model const& after);

/// For people, MUST first.
std::string diff_text(difference const& d);
std::string diff_markdown(difference const& d);
std::string diff_json(difference const& d);

} // namespace assay::reports
