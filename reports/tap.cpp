// The Test Anything Protocol, version 14.
#include "conformance/judge/known_failures.hpp"
#include "reports/formats.hpp"
#include "reports/text.hpp"

namespace assay::reports {

namespace {

/// In a description, a number sign would begin a directive.
std::string description(std::string_view text) {
  std::string out;
  for (char c : plain(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

/// A YAML string in double quotes, as JSON has it.
std::string yaml(std::string const& text) {
  return wire::serialize(boost::json::value(text));
}

} // namespace

std::string tap(model const& m) {
  std::string out =
      "TAP version 14\n1.." + std::to_string(m.checks.size()) + (m.checks.empty() ? " # SKIP no checks" : "") + "\n";
  std::size_t n = 0;
  for (auto const& c : m.checks) {
    ++n;
    bool const bad = (c.outcome == "fail" && !c.known) || c.outcome == "error";
    out += std::string(bad ? "not ok " : "ok ") + std::to_string(n) + " - " + description(c.id());
    if (c.outcome == "fail" && c.known)
      out += " # SKIP known failure: " + description(judge::message(c)); // as in JUnit; the gate decides alike
    else if (!bad && c.outcome != "pass")
      out += " # SKIP " + description(c.outcome + (c.reason.empty() ? "" : ": " + c.reason));
    out += "\n";
    if (!bad) continue;
    out += "  ---\n  severity: " + std::string(c.level == "MUST" ? "fail" : "comment") + "\n  level: " + yaml(c.level) +
           "\n";
    if (c.outcome == "error")
      out += "  message: " + yaml(c.reason) + "\n";
    else
      out += "  expected: " + yaml(c.expected) + "\n  actual: " + yaml(c.actual) + "\n";
    if (auto const* r = m.find_requirement(c.requirement)) {
      if (!r->says.empty()) out += "  requirement: " + yaml(r->says) + "\n";
      if (auto const at = place(*r, c.revision); !at.empty()) out += "  see: " + yaml(record::address(at)) + "\n";
    }
    out += "  ...\n";
  }
  if (!m.finished) out += "Bail out! The record has no footer, so the run did not come to its end.\n";
  return out;
}

} // namespace assay::reports
