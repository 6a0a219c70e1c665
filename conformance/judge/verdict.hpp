// The verdict (conformant or not, from MUST failures alone) and the gate (the exit code).
#pragma once

#include "conformance/judge/check_run.hpp"
#include "conformance/judge/known_failures.hpp"

#include <map>
#include <string>
#include <vector>

namespace assay::judge {

struct counts {
  int pass = 0, fail = 0, blocked = 0, inapplicable = 0, not_exercised = 0, error = 0;
  int must_failed = 0, should_failed = 0; ///< requirements, not runs
  int known = 0;                          ///< failed runs that are listed
};
BOOST_DESCRIBE_STRUCT(counts, (),
                      (pass, fail, blocked, inapplicable, not_exercised, error, must_failed, should_failed, known))

/// What became of a revision that was asked for.
struct revision_state {
  std::string revision;
  std::string transport;
  std::string state;  ///< "judged", "unspoken", "unqualified" or "unreached"
  std::string reason; ///< of anything but judged
};
BOOST_DESCRIBE_STRUCT(revision_state, (), (revision, transport, state, reason))

struct verdict {
  std::string word; ///< "conformant", "not conformant" or "no verdict"
  std::string sentence;
  std::map<std::string, counts> by_revision;
  counts all;
};
BOOST_DESCRIBE_STRUCT(verdict, (), (word, sentence, by_revision, all))

/// Known failures count as failures here.
verdict give_verdict(std::vector<check_run> const& runs, std::vector<revision_state> const& states, bool complete);

struct gate {
  int code = 0; ///< 0 met, 1 not met, 3 incomplete
  std::vector<std::string> reasons;
};

/// Met when every failure is known, no entry is stale, nothing was an error, and at least one revision was judged.
/// SHOULD failures count with `strict` only. Blocked checks of a judged revision do not pass the gate silently: they
/// are named. `asked`: the revisions that were asked for by name; one that the subject does not speak does not pass
/// either.
gate close_gate(std::vector<check_run> const& runs, std::vector<revision_state> const& states,
                std::vector<known_failure> const& known, bool strict, bool complete,
                std::vector<std::string> const& asked = {});

} // namespace assay::judge
