// For people who read it in a pull request. GitHub's flavour: tables, and <details> for what is long.
#include "reports/failure.hpp"
#include "reports/formats.hpp"
#include "reports/text.hpp"

#include <algorithm>

namespace assay::reports {

namespace {

constexpr std::size_t most_failures = 15; // named before the details
constexpr std::size_t most_details = 100;
constexpr std::size_t most_blocked = 5;
constexpr std::size_t most_columns = 12; // of revisions, one line each

std::string code(std::string_view text) {
  std::string out;
  for (char c : text)
    out += c == '`' ? '\'' : c == '\n' || c == '\r' ? ' ' : c;
  return "`" + out + "`";
}

/// A fence that the text cannot close.
std::string fenced(std::string const& text) {
  std::size_t longest = 2, run = 0;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  std::string const fence(longest + 1, '`');
  return fence + "text\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

std::string cell_text(cell const& c) {
  if (c.wrong())
    return "**" + (c.must_failed ? std::to_string(c.must_failed) + " MUST" : std::string{}) +
           (c.must_failed && c.should_failed ? ", " : "") +
           (c.should_failed ? std::to_string(c.should_failed) + " SHOULD" : std::string{}) + "**";
  return c.blocked ? "blocked" : c.passed ? "✓" : "–";
}

void matrix(std::string& out, model const& m) {
  out += "| page |";
  for (auto const& c : m.columns)
    out += " " + markdown_line(c.name) + " |";
  out += "\n|---|";
  for (std::size_t i = 0; i < m.columns.size(); ++i)
    out += "---|";
  out += "\n";
  for (auto const& r : m.rows) {
    out += "| " + markdown_line(r.page) + " |";
    for (auto const& c : r.cells)
      out += " " + cell_text(c) + " |";
    out += "\n";
  }
}

} // namespace

std::string markdown(model const& m) {
  auto const& head = m.runs.front().head;
  std::string out = "## " + markdown_line(m.verdict.sentence) + "\n\n";
  out += "MCP " + head.role + " " + code(shortened(subject_of(m), 120)) + ", " + plural(m.checks.size(), "check") +
         ", mcp-assay " + head.suite + ", data " + code(head.data.substr(0, 12)) + "\n";
  if (m.partial) out += "\nA part of the checks only was asked for.\n";
  for (auto const& reason : m.gate)
    out += "\n- Gate: " + markdown_line(reason);
  if (!m.gate.empty()) out += "\n";

  out += "\n| revision | failed | blocked | passed |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(m.columns.size(), most_columns); ++i) {
    cell sum;
    for (auto const& r : m.rows) {
      sum.must_failed += r.cells[i].must_failed;
      sum.should_failed += r.cells[i].should_failed;
      sum.blocked += r.cells[i].blocked;
      sum.passed += r.cells[i].passed;
    }
    auto const& c = m.columns[i];
    out += "| " + markdown_line(c.name) + " | ";
    out += c.state == "judged" ? (sum.wrong() ? cell_text(sum) : "0") + " | " + std::to_string(sum.blocked) + " | " +
                                     std::to_string(sum.passed)
                               : markdown_line(shortened(c.reason, 160)) + " | |";
    out += " |\n";
  }
  if (m.columns.size() > most_columns)
    out += "\nand " + plural(m.columns.size() - most_columns, "more column") + ", below\n";

  if (!m.failures.empty()) {
    out += "\n| failed requirement | level | where |\n|---|---|---|\n";
    for (std::size_t i = 0; i < std::min(m.failures.size(), most_failures); ++i) {
      auto const& f = m.failures[i];
      std::vector<std::size_t> columns;
      for (auto const& one : f.failures)
        columns.insert(columns.end(), one.columns.begin(), one.columns.end());
      std::sort(columns.begin(), columns.end());
      columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
      out += "| " +
             (f.place.empty() ? code(f.about.id) : "[" + code(f.about.id) + "](" + record::address(f.place) + ")") +
             " " + markdown_line(f.about.says) + " | " + f.about.level + (f.known() ? ", known" : "") + " | " +
             markdown_line(where(m, columns)) + " |\n";
    }
    if (m.failures.size() > most_failures)
      out += "\nand " + plural(m.failures.size() - most_failures, "more requirement") + ", below\n";
  }
  for (std::size_t i = 0; i < std::min(m.blocked.size(), most_blocked); ++i)
    out += std::string(i ? "" : "\n") + "- Blocked: " + plural(m.blocked[i].checks.size(), "check") + " (" +
           markdown_line(where(m, m.blocked[i].columns)) + "): " + markdown_line(shortened(m.blocked[i].reason, 300)) +
           "\n";
  if (m.blocked.size() > most_blocked)
    out += "- and for " + plural(m.blocked.size() - most_blocked, "more reason") + "\n";

  std::size_t shown = 0;
  for (auto const& r : m.failures) {
    if (shown == most_details) break;
    out += "\n<details><summary>" + escaped(r.about.level) + " <code>" + escaped(r.about.id) + "</code></summary>\n\n";
    for (auto const& f : r.failures)
      if (shown < most_details) {
        ++shown;
        out += fenced(failure_text(m, r, f, {false, 110})) + "\n";
      }
    out += "</details>\n";
  }
  if (!m.rows.empty()) {
    out += "\n<details><summary>Every page</summary>\n\n";
    matrix(out, m);
    out += "\n</details>\n";
  }
  if (!m.not_exercised.empty()) {
    out += "\n<details><summary>Not exercised: " + plural(m.not_exercised.size(), "requirement") + "</summary>\n\n";
    for (auto const& u : m.not_exercised)
      out += "- " + code(u.about.id) + " " + markdown_line(u.about.says) + " (" + markdown_line(where(m, u.columns)) +
             ")\n";
    out += "\n</details>\n";
  }
  if (!m.untested.empty()) {
    out += "\n<details><summary>Not tested: " + plural(m.untested.size(), "requirement") + "</summary>\n\n";
    for (auto const& u : m.untested)
      out += "- " + code(u.about.id) + " " + markdown_line(u.about.says) + ": " + untested_reason(u.about) + "\n";
    out += "\n</details>\n";
  }
  return out;
}

} // namespace assay::reports
