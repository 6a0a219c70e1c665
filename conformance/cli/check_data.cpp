// mcp-assay check-data: every problem of the data at once, with file, place and what to do.
#include <CLI/CLI.hpp>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/catalogue/check.hpp"
#include "conformance/cli/places.hpp"
#include "conformance/cli/verbs.hpp"
#include "conformance/engine/regex.hpp"

#include <iostream>

namespace assay::cli {

namespace {

constexpr char const* about = R"(Checks the data: fixtures/ against schemas/assay/, and each file against the others.

Examples:
  mcp-assay check-data --data .     after editing fixtures/ in a checkout
  mcp-assay check-data              the data that this program carries)";

void tell(catalogue::finding const& f) {
  std::cout << (f.warning ? "warning  " : "") << f.file
            << (f.pointer.empty()            ? ""
                : f.pointer.starts_with("/") ? "#"
                                             : ", ")
            << f.pointer << ": " << f.what << '\n';
  if (!f.hint.empty()) std::cout << "  -> " << f.hint << '\n';
}

int run(std::shared_ptr<data::store const> const& store, bool quiet) {
  auto const report = catalogue::check(*store, engine::regex_problem);
  int problems = 0;
  for (auto const& f : report.findings) {
    problems += !f.warning;
    if (!f.warning || !quiet) tell(f);
  }
  // Only what is in order can be loaded, and only then it is known which requirements there are.
  if (auto const loaded = catalogue::load(store); loaded && problems == 0) {
    for (auto const& one : places()) {
      if (loaded->find_requirement(one.requirement)) continue;
      ++problems;
      std::cout << one.file << ':' << one.line << ": marks the requirement " << one.requirement
                << ", which is not there\n"
                << "  -> name one that is, or take the mark away\n";
    }
  }
  auto const& c = report.counts;
  if (problems) {
    std::cout << problems << (problems == 1 ? " problem\n" : " problems\n");
    return not_met;
  }
  std::cout << c.requirements << " requirements (" << c.observed << " observed, " << c.proved << " with a mutant, "
            << c.declared << " on the wire without a check), " << c.scenarios << " scenarios, " << c.rules << " rules, "
            << c.checks << " checks, " << c.mutants << " mutants, " << c.statements << " statements (" << c.cited
            << " cited, " << c.exempt << " exempt), " << c.finished_pages << " of " << c.pages << " pages finished\n";
  return met;
}

} // namespace

void add_check_data(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("check-data", about);
  auto quiet = std::make_shared<bool>(false);
  verb->add_flag("-q,--quiet", *quiet, "Problems only, no warnings");
  verb->callback([&c, quiet] { c.exit_code = run(c.store, *quiet); });
}

} // namespace assay::cli
