// Plans the permutations, runs them concurrently over pooled and own sessions, and gives back what every check came to.
#pragma once

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/judge/check_run.hpp"
#include "conformance/judge/verdict.hpp"
#include "conformance/record/record.hpp"
#include "conformance/run/options.hpp"

namespace assay::run {

struct run_result {
  std::vector<judge::check_run> checks;
  std::vector<judge::revision_state> states;
  bool complete = false; ///< false after Ctrl-C
};

/// Runs everything that the options select. The writer gets sessions, traffic, states and checks; header and footer are
/// the caller's. Problems: the subject could not be reached at all, a revision is unknown, a pattern selects nothing.
/// Blocks until done; Ctrl-C and SIGTERM end it early with what there is.
wire::result<run_result> run(catalogue::catalogue const& data, run_options const& options, record::writer& writer);

} // namespace assay::run
