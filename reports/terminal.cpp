// Text of a fixed width.
#include "reports/terminal.hpp"

#include "reports/text.hpp"

#include <algorithm>
#include <cstdio>

namespace assay::reports {

namespace {

std::string number_cell(int number, std::size_t width) {
  auto const text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

} // namespace

std::string terminal(model const& m, text_style const& style) {
  std::string out;
  for (auto const& requirement : m.failures)
    for (auto const& f : requirement.failures)
      out += failure_text(m, requirement, f, style) + "\n";

  for (auto const& group : m.blocked)
    out += "BLOCKED " + plural(group.checks.size(), "check") + " (" + plain(where(m, group.columns)) +
           "): " + plain(group.reason) + "\n";
  if (!m.blocked.empty()) out += "\n";

  std::vector<judge::counts> table(m.columns.size());
  for (std::size_t i = 0; i < m.checks.size(); ++i) {
    auto& n = table[m.check_columns[i]];
    auto const& outcome = m.checks[i].outcome;
    n.pass += outcome == "pass";
    n.fail += outcome == "fail";
    n.blocked += outcome == "blocked" || outcome == "error";
    n.inapplicable += outcome == "inapplicable";
    n.not_exercised += outcome == "not exercised";
  }
  std::size_t widest = 17;
  for (auto const& c : m.columns)
    widest = std::max(widest, c.name.size() - c.revision.size() - 1);
  out += padded("revision", 12) + padded("transport", widest) + "  pass  fail  blocked  inapplicable  not exercised\n";
  for (std::size_t i = 0; i < m.columns.size(); ++i) {
    auto const& c = m.columns[i];
    auto const& n = table[i];
    out += padded(plain(c.revision), 12) + padded(plain(c.name.substr(c.revision.size() + 1)), widest) +
           number_cell(n.pass, 6) + number_cell(n.fail, 6) + number_cell(n.blocked, 9) +
           number_cell(n.inapplicable, 14) + number_cell(n.not_exercised, 15) +
           (c.state == "judged" ? "" : "  " + plain(c.reason)) + "\n";
  }
  out += "\n";
  for (auto const& reason : m.gate)
    out += "gate: " + plain(reason) + "\n";
  double total = 0;
  for (auto const& r : m.runs)
    total += r.foot.seconds;
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.2f s", total);
  out += plain(m.verdict.sentence) + "  (" + plural(m.checks.size(), "check") + " in " + seconds + ")\n";
  return out;
}

} // namespace assay::reports
