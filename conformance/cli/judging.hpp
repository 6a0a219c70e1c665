// What `server` and `client` share: their options, the run, the record, the report and the gate.
#pragma once

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/cli/context.hpp"
#include "conformance/record/record.hpp"
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

/// Runs, writes record.jsonl into --out, and beside it the report as text and page unless --format is none; shows the
/// report; the exit code.
int judge_subject(context& c, judging& j);

/// What reports need of the requirements that bind this subject in these revisions: also those that no check is about,
/// the readings that they rest on, and the statements that no requirement stands for.
record::basis basis_of(catalogue::catalogue const& data, record::header const& head);

} // namespace assay::cli
