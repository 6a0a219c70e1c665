// What `server` and `client` share: their options, the run, the record, the report and the gate.
#pragma once

#include "conformance/cli/context.hpp"
#include "conformance/run/options.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::cli {

struct judging {
  run::run_options run;
  std::string subject_file;
  std::string known_failures_file;
  std::string out;
  std::string format = "terminal";
  std::vector<std::string> deadlines; ///< "answer=2s"
  bool strict = false;
  bool fix = false; ///< write the known failures instead of comparing with them
};

/// The options that both verbs have.
void add_judging_options(CLI::App& verb, judging& j);

/// Runs, writes record.jsonl, report.txt and report.html into --out, shows the report; the exit code.
int judge_subject(context& c, judging& j);

/// Shows a problem on stderr as everything else here does; the exit code 2.
int tell(wire::problem const& p);

} // namespace assay::cli
