// What every report shows, computed once from one or more records: the failures in order, the matrix of pages and
// revisions, what was not tested and why. Renderers lay it out and decide nothing. docs/reports.md describes it.
#pragma once

#include "conformance/record/record.hpp"
#include "reports/transcript.hpp"

#include <string>
#include <vector>

namespace assay::reports {

/// A record's own part: who was tested, with what.
struct run_view {
  record::header head;
  record::footer foot;
  bool finished = false; ///< the record has a footer
};

/// Something that was tested, in one run or in several.
struct subject_view {
  std::string name; ///< its command or URL, or what the reader calls it
  std::string role; ///< server or client
  judge::verdict verdict;
  std::vector<std::string> revisions;  ///< that were judged
  std::vector<std::string> transports; ///< over which
};

/// A revision over a transport, of one subject. Runs of the same three are parts of one whole, and share a column.
struct column {
  std::size_t run = 0;     ///< index of the first such run
  std::size_t subject = 0; ///< index of the subject
  std::string revision;
  std::string transport;
  std::string state; ///< as in judge::revision_state
  std::string reason;
  std::string name; ///< "2025-11-25 stdio", with the subject where runs differ in it
};

/// What the requirements of a page came to in a column, each counted once by the worst that its checks came to.
struct cell {
  int must_failed = 0, should_failed = 0; ///< SHOULD and MAY together
  int blocked = 0, passed = 0, not_exercised = 0, inapplicable = 0;
  int wrong() const { return must_failed + should_failed; }
};

struct row {
  std::string page; ///< "server/tools"
  std::vector<cell> cells;
};

/// Failures of one check that say the same, in one or more permutations.
struct failure {
  std::string requirement;
  std::string by;
  std::string level;
  std::string expected;
  std::string actual;
  bool known = false;
  std::vector<std::size_t> columns;        ///< where, in order
  std::vector<std::string> ids;            ///< of the check runs, as the columns
  std::vector<transcript_line> transcript; ///< of the first of them
  std::string pointer;                     ///< to the place in the marked message; may be empty
  std::string again;                       ///< the command that runs the first of them alone
};

/// A requirement that failed, with all its failures.
struct failed_requirement {
  record::requirement about;
  std::string role;    ///< server or client: whose obligation it is
  std::string place;   ///< in the first revision where it failed
  std::string reading; ///< the interpretation it rests on; empty: none
  std::vector<failure> failures;
  std::vector<std::string> outcomes; ///< a subject: the worst that its checks came to; empty when it has none
  bool known() const;
};

/// A requirement that nobody could judge, and where.
struct unjudged {
  record::requirement about;
  std::vector<std::size_t> columns;
};

/// Checks that did not come to a result for the same reason.
struct reason_group {
  std::string reason;
  std::vector<std::string> checks; ///< "requirement@scenario", each once
  std::vector<std::size_t> columns;
};

struct model {
  std::vector<run_view> runs;
  std::vector<subject_view> subjects; ///< in the records' order
  judge::verdict verdict;             ///< of all runs together
  std::vector<std::string> gate;
  int exit_code = 0;
  bool finished = false; ///< every record has its footer
  bool partial = false;  ///< some run was asked for less than everything

  std::vector<column> columns;
  std::vector<row> rows;                    ///< in the order of the specification
  std::vector<row> subject_rows;            ///< the same with a cell for each subject
  std::vector<failed_requirement> failures; ///< MUST first, then in the order of the specification
  std::vector<reason_group> blocked;        ///< and errors of ours
  std::vector<unjudged> not_exercised;
  std::vector<reason_group> inapplicable;
  std::vector<unjudged> untested; ///< binding, but without a check
  std::vector<record::exemption> exemptions;
  std::vector<record::interpretation> interpretations; ///< that checks of these runs rest on
  std::vector<judge::check_run> checks;                ///< all, in the records' order; in a column each once, the worst
  std::vector<std::size_t> check_columns;              ///< the column of each check
  std::vector<std::size_t> check_runs;                 ///< the run of each check
  std::vector<record::requirement> requirements;       ///< all of the records, each once

  record::requirement const* find_requirement(std::string_view id) const;
};

/// Builds the model; `records` has at least one.
model build(std::vector<record::record> const& records);

/// "2025-11-25/server/tools#errors", for record::address: in that revision, else in the nearest later one that has it,
/// else in the last; empty when none has.
std::string place(record::requirement const& r, std::string const& revision);

/// "mcp-assay server --only '...' --stdio '...'"
std::string again(record::header const& head, judge::check_run const& run);

/// "2024-11-05, 2025-03-26 · stdio": revisions by transport, and by subject where there are several.
std::string where(model const& m, std::vector<std::size_t> const& columns);

/// What a class of exemption means, as half a sentence.
std::string exemption_class(std::string const& reason);

/// What `observable` means for a requirement without a check.
std::string untested_reason(record::requirement const& r);

/// "reference server": what the subject is, for headings; the last part of a long command.
std::string subject_of(model const& m);

} // namespace assay::reports
