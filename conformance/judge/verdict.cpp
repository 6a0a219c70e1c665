// Counting.
#include "conformance/judge/verdict.hpp"

#include <algorithm>
#include <set>

namespace assay::judge {

namespace {

void count(counts& c, check_run const& run) {
  if (run.outcome == "pass")
    ++c.pass;
  else if (run.outcome == "fail")
    ++c.fail;
  else if (run.outcome == "blocked")
    ++c.blocked;
  else if (run.outcome == "inapplicable")
    ++c.inapplicable;
  else if (run.outcome == "not exercised")
    ++c.not_exercised;
  else
    ++c.error;
  c.known += run.known;
}

std::string plural(int n, std::string const& one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

} // namespace

verdict give_verdict(std::vector<check_run> const& runs, std::vector<revision_state> const& states, bool complete) {
  verdict out;
  std::set<std::pair<std::string, std::string>> failed; // revision, requirement
  std::set<std::string> failed_anywhere;
  for (auto const& run : runs) {
    count(out.all, run);
    auto& c = out.by_revision[run.revision];
    count(c, run);
    if (run.outcome != "fail") continue;
    if (failed.insert({run.revision, run.requirement}).second)
      ++(run.level == "MUST" ? c.must_failed : c.should_failed);
    if (failed_anywhere.insert(run.requirement).second)
      ++(run.level == "MUST" ? out.all.must_failed : out.all.should_failed);
  }
  std::set<std::string> judged;
  std::set<std::string> unreached;
  for (auto const& s : states) {
    if (s.state == "judged")
      judged.insert(s.revision);
    else if (s.state != "unspoken")
      unreached.insert(s.revision);
  }
  if (!complete) {
    out.word = "no verdict";
    out.sentence = "The run is incomplete, so there is no verdict.";
  } else if (out.all.must_failed > 0) {
    out.word = "not conformant";
    out.sentence = "Not conformant: " + plural(out.all.must_failed, "MUST requirement") + " failed" +
                   (out.all.should_failed ? ", and " + plural(out.all.should_failed, "SHOULD requirement") : "") + ".";
  } else if (!unreached.empty()) {
    out.word = "no verdict";
    out.sentence = "No verdict: " + plural(static_cast<int>(unreached.size()), "revision") + " could not be judged.";
  } else if (judged.empty()) {
    out.word = "no verdict";
    out.sentence = "No verdict: the subject speaks none of the revisions.";
  } else if (out.all.pass == 0) {
    out.word = "no verdict";
    out.sentence = "No verdict: no check passed.";
  } else {
    out.word = "conformant";
    out.sentence =
        "Conformant to " + plural(static_cast<int>(judged.size()), "revision") + ": no MUST requirement failed" +
        (out.all.should_failed ? "; " + plural(out.all.should_failed, "SHOULD requirement") + " did" : "") + ".";
  }
  return out;
}

gate close_gate(std::vector<check_run> const& runs, std::vector<revision_state> const& states,
                std::vector<known_failure> const& known, bool strict, bool complete,
                std::vector<std::string> const& asked) {
  gate out;
  int failures = 0, errors = 0, blocked = 0, evidence = 0;
  for (auto const& run : runs) {
    blocked += run.outcome == "blocked";
    evidence += run.outcome == "pass" || run.outcome == "fail";
    failures += run.outcome == "fail" && !run.known && (strict || run.level == "MUST");
    errors += run.outcome == "error";
  }
  bool judged = false;
  std::map<std::string, std::string> unreached; // reason -> where
  for (auto const& s : states) {
    judged = judged || s.state == "judged";
    bool const wanted = std::find(asked.begin(), asked.end(), s.revision) != asked.end();
    if (s.state != "judged" && (wanted || s.state != "unspoken")) {
      auto& where = unreached[s.reason];
      where += (where.empty() ? "" : ", ") + s.revision;
    }
  }
  for (auto const& [reason, where] : unreached) {
    out.code = 1;
    out.reasons.push_back(where + ": " + reason);
  }
  if (failures) {
    out.code = 1;
    out.reasons.push_back(plural(failures, "check") + " failed that " + (failures == 1 ? "is" : "are") + " not known");
  }
  for (auto const& entry : known)
    if (entry.in_scope && !entry.met) {
      out.code = 1;
      out.reasons.push_back("known-failures line " + std::to_string(entry.line) + " is stale: nothing that " +
                            entry.pattern + " selects fails with \"" + entry.text +
                            "\"; remove the line or update its message");
    }
  if (!judged) {
    out.code = 1;
    out.reasons.push_back("no revision was judged");
  } else if (evidence == 0) {
    out.code = 1;
    out.reasons.push_back("no check came to a result");
  }
  // They do not close the gate: a subject may lack what a check needs. But they are no silence.
  if (blocked) out.reasons.push_back(plural(blocked, "check") + (blocked == 1 ? " was" : " were") + " blocked");
  if (errors || !complete) {
    out.code = 3;
    out.reasons.push_back(errors ? plural(errors, "check") + " met an error of ours" : "the run is incomplete");
  }
  return out;
}

} // namespace assay::judge
