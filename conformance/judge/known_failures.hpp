// The list of failures that a project knows of: each must fail, and with the message that is listed. A stale entry
// fails the gate. Known failures never improve the verdict.
#pragma once

#include "conformance/judge/check_run.hpp"
#include "reference/wire/problem.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace assay::judge {

/// One line: `requirement@scenario[revision transport] :: text` where the id may be a glob and the text is part of what
/// the failure says.
struct known_failure {
  int line = 0;
  std::string pattern;
  std::string text;
  bool met = false;      ///< it matched a failure of this run
  bool in_scope = false; ///< a check that it names was part of this run
};

/// Parses a file's text; `#` begins a comment. Problems name `file` and the line.
wire::result<std::vector<known_failure>> parse_known_failures(std::string_view text, std::string const& file);

/// Marks the failures that are listed, and the entries that were met.
void apply(std::vector<known_failure>& known, std::vector<check_run>& runs);

/// What a failure says, in one line: "expected /error/code to be -32602; actual -32601".
std::string message(check_run const& run);

/// The line for the list that would make this failure known.
std::string line_for(check_run const& run);

} // namespace assay::judge
