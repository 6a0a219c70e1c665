// Our own format, for programs that want what people see.
#include "reference/wire/json.hpp"
#include "reports/formats.hpp"

namespace assay::reports {

namespace {

namespace json = boost::json;

json::array names(model const& m, std::vector<std::size_t> const& columns) {
  json::array out;
  for (auto const i : columns)
    out.push_back(json::value(m.columns[i].name));
  return out;
}

json::object brief(record::requirement const& r) {
  json::object out;
  out.emplace("requirement", r.id);
  out.emplace("level", r.level);
  out.emplace("says", r.says);
  out.emplace("page", r.page);
  return out;
}

json::array groups(model const& m, std::vector<reason_group> const& list) {
  json::array out;
  for (auto const& g : list) {
    json::object one;
    one.emplace("reason", g.reason);
    one.emplace("columns", names(m, g.columns));
    one.emplace("checks", json::value_from(g.checks));
    out.push_back(std::move(one));
  }
  return out;
}

json::array silent(model const& m, std::vector<unjudged> const& list, bool reasons) {
  json::array out;
  for (auto const& u : list) {
    auto one = brief(u.about);
    one.emplace("columns", names(m, u.columns));
    if (reasons) one.emplace("reason", untested_reason(u.about));
    out.push_back(std::move(one));
  }
  return out;
}

json::array failures(model const& m) {
  json::array out;
  for (auto const& r : m.failures) {
    auto one = brief(r.about);
    one.emplace("address", record::address(r.place));
    one.emplace("interpretation", r.reading);
    one.emplace("mutants", json::value_from(r.about.mutants));
    json::array all;
    for (auto const& f : r.failures) {
      json::object each;
      each.emplace("by", f.by);
      each.emplace("known", f.known);
      each.emplace("checks", json::value_from(f.ids));
      each.emplace("expected", f.expected);
      each.emplace("actual", f.actual);
      each.emplace("again", f.again);
      json::array lines;
      for (auto const& l : f.transcript) {
        json::object line;
        line.emplace("from", l.from == side::subject ? "subject" : l.from == side::suite ? "suite" : "nobody");
        line.emplace("at", l.at);
        line.emplace("text", l.text);
        if (l.here) line.emplace("here", true);
        lines.push_back(std::move(line));
      }
      each.emplace("transcript", std::move(lines));
      all.push_back(std::move(each));
    }
    one.emplace("failures", std::move(all));
    out.push_back(std::move(one));
  }
  return out;
}

} // namespace

std::string json_report(model const& m) {
  auto const& head = m.runs.front().head;
  json::object out;
  out.emplace("suite", head.suite);
  out.emplace("data", head.data);
  out.emplace("started", head.started);
  out.emplace("subject", subject_of(m));
  out.emplace("role", head.role);
  out.emplace("partial", m.partial);
  out.emplace("verdict", json::value_from(m.verdict));
  json::object gate;
  gate.emplace("code", m.exit_code);
  gate.emplace("reasons", json::value_from(m.gate));
  out.emplace("gate", std::move(gate));
  json::array revisions;
  for (auto const& c : m.columns) {
    json::object one;
    one.emplace("name", c.name);
    one.emplace("revision", c.revision);
    one.emplace("transport", c.transport);
    one.emplace("state", c.state);
    one.emplace("reason", c.reason);
    revisions.push_back(std::move(one));
  }
  out.emplace("revisions", std::move(revisions));
  json::array pages;
  for (auto const& r : m.rows) {
    json::array cells;
    for (auto const& c : r.cells) {
      json::object one;
      one.emplace("must_failed", c.must_failed);
      one.emplace("should_failed", c.should_failed);
      one.emplace("blocked", c.blocked);
      one.emplace("passed", c.passed);
      one.emplace("not_exercised", c.not_exercised);
      one.emplace("inapplicable", c.inapplicable);
      cells.push_back(std::move(one));
    }
    json::object one;
    one.emplace("page", r.page);
    one.emplace("cells", std::move(cells));
    pages.push_back(std::move(one));
  }
  out.emplace("pages", std::move(pages));
  out.emplace("failures", failures(m));
  out.emplace("blocked", groups(m, m.blocked));
  out.emplace("not_exercised", silent(m, m.not_exercised, false));
  out.emplace("inapplicable", groups(m, m.inapplicable));
  out.emplace("untested", silent(m, m.untested, true));
  json::array exempt;
  for (auto const& e : m.exemptions)
    exempt.push_back(json::value_from(e));
  out.emplace("exempt", std::move(exempt));
  json::array readings;
  for (auto const& i : m.interpretations)
    readings.push_back(json::value_from(i));
  out.emplace("interpretations", std::move(readings));
  json::array checks;
  for (auto const& c : m.checks) {
    json::object one;
    one.emplace("id", c.id());
    auto const members = json::value_from(c);
    for (auto const& [name, value] : members.as_object())
      one.emplace(name, value);
    checks.push_back(std::move(one));
  }
  out.emplace("checks", std::move(checks));
  return wire::pretty(out) + "\n";
}

} // namespace assay::reports
