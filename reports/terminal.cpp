// From the record alone.
#include "reports/terminal.hpp"

#include <cstdio>
#include <map>
#include <set>

namespace assay::reports {

namespace {

std::string cell(std::string const& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

} // namespace

std::string terminal(record::record const& r, text_style const& style) {
  std::string out;
  for (auto const& group : group_failures(r))
    out += failure_text(r, group, style) + "\n";

  std::map<std::string, std::pair<int, std::set<std::string>>> blocked; // reason -> checks, permutations
  for (auto const& c : r.checks)
    if (c.outcome == "blocked" || c.outcome == "error") {
      auto& entry = blocked[c.reason];
      ++entry.first;
      entry.second.insert(c.revision + " " + c.transport);
    }
  for (auto const& [reason, entry] : blocked) {
    std::string where;
    for (auto const& w : entry.second)
      where += (where.empty() ? "" : ", ") + w;
    out += "BLOCKED " + std::to_string(entry.first) + (entry.first == 1 ? " check" : " checks") + " (" + where + "): " + reason + "\n";
  }
  if (!blocked.empty())
    out += "\n";

  std::map<std::pair<std::string, std::string>, judge::counts> table;
  for (auto const& s : r.states)
    table[{s.revision, s.transport}];
  for (auto const& c : r.checks) {
    auto& n = table[{c.revision, c.transport}];
    n.pass += c.outcome == "pass";
    n.fail += c.outcome == "fail";
    n.blocked += c.outcome == "blocked" || c.outcome == "error";
    n.inapplicable += c.outcome == "inapplicable";
    n.not_exercised += c.outcome == "not exercised";
  }
  out += "revision    transport          pass  fail  blocked  inapplicable  not exercised\n";
  for (auto const& [key, n] : table) {
    std::string state;
    for (auto const& s : r.states)
      if (s.revision == key.first && s.transport == key.second && s.state != "judged")
        state = "  " + s.reason;
    auto transport = key.second;
    transport.resize(17, ' ');
    out += key.first + "  " + transport + cell(std::to_string(n.pass), 6) + cell(std::to_string(n.fail), 6) +
           cell(std::to_string(n.blocked), 9) + cell(std::to_string(n.inapplicable), 14) +
           cell(std::to_string(n.not_exercised), 15) + state + "\n";
  }
  out += "\n";
  for (auto const& reason : r.foot.gate)
    out += "gate: " + reason + "\n";
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.2f s", r.foot.seconds);
  out += (r.has_footer ? r.foot.verdict.sentence : std::string("The record has no footer, so there is no verdict.")) + "  (" +
         std::to_string(r.checks.size()) + " checks in " + seconds + ")\n";
  return out;
}

} // namespace assay::reports
