// The dialect that CI servers agree on: testsuites, testsuite, testcase with failure, error or skipped.
#include "conformance/judge/known_failures.hpp"
#include "reports/failure.hpp"
#include "reports/formats.hpp"
#include "reports/text.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace assay::reports {

namespace {

struct counted {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  void take(judge::check_run const& c) {
    ++tests;
    bool const fails = c.outcome == "fail" && !c.known;
    failures += fails;
    errors += c.outcome == "error";
    skipped += !fails && c.outcome != "error" && c.outcome != "pass";
  }
  std::string attributes() const {
    return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"" +
           std::to_string(errors) + "\" skipped=\"" + std::to_string(skipped) + "\"";
  }
};

} // namespace

std::string junit(model const& m) {
  // Each failed check run with the text of its group.
  std::map<std::pair<std::size_t, std::string>, std::string> texts;
  for (auto const& r : m.failures)
    for (auto const& f : r.failures) {
      auto const text = failure_text(m, r, f, {});
      for (std::size_t i = 0; i < f.ids.size(); ++i)
        texts[{f.columns[i], f.ids[i]}] = text;
    }
  counted all;
  std::vector<counted> each(m.columns.size());
  for (std::size_t i = 0; i < m.checks.size(); ++i) {
    all.take(m.checks[i]);
    each[m.check_columns[i]].take(m.checks[i]);
  }
  double total = 0;
  for (auto const& r : m.runs)
    total += r.foot.seconds;
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3f", total);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mcp-assay\"" + all.attributes() +
                    " time=\"" + seconds + "\">\n";
  for (std::size_t k = 0; k < m.columns.size(); ++k) {
    auto const& column = m.columns[k];
    auto const& head = m.runs[column.run].head;
    auto stamp = head.started;
    if (stamp.ends_with('Z')) stamp.pop_back(); // JUnit's own schema wants a time without a zone
    out += "  <testsuite name=\"" + escaped(column.name) + "\"" + each[k].attributes() + " timestamp=\"" +
           escaped(stamp) + "\">\n";
    out += "    <properties>\n";
    auto const property = [&](char const* name, std::string const& value) {
      out += std::string("      <property name=\"") + name + "\" value=\"" + escaped(value) + "\"/>\n";
    };
    property("subject", head.subject);
    property("suite", head.suite);
    property("data", head.data);
    property("state", column.state + (column.reason.empty() ? "" : ": " + column.reason));
    out += "    </properties>\n";
    for (std::size_t i = 0; i < m.checks.size(); ++i) {
      if (m.check_columns[i] != k) continue;
      auto const& c = m.checks[i];
      out += "    <testcase classname=\"" + escaped(c.requirement) + "\" name=\"" + escaped(c.id()) + "\" time=\"0\"";
      if (c.outcome == "pass") {
        out += "/>\n";
        continue;
      }
      out += ">\n      ";
      if (c.outcome == "fail" && !c.known)
        out += "<failure type=\"" + escaped(c.level) + "\" message=\"" + escaped(judge::message(c)) + "\">" +
               escaped(texts[{k, c.id()}]) + "</failure>";
      else if (c.outcome == "error")
        out += "<error type=\"error\" message=\"" + escaped(c.reason) + "\"/>";
      else if (c.outcome == "fail")
        out += "<skipped message=\"known failure: " + escaped(judge::message(c)) + "\"/>";
      else
        out += "<skipped message=\"" + escaped(c.outcome + (c.reason.empty() ? "" : ": " + c.reason)) + "\"/>";
      out += "\n    </testcase>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

} // namespace assay::reports
