// SARIF 2.1.0 (OASIS), for code scanning. There is no source file to point at: the place of a result is the record.
#include "conformance/judge/known_failures.hpp"
#include "reference/wire/json.hpp"
#include "reports/formats.hpp"
#include "reports/text.hpp"

#include <map>

namespace assay::reports {

namespace {

namespace json = boost::json;

std::string level_of(std::string const& level) {
  return level == "MUST" ? "error" : level == "SHOULD" ? "warning" : "note";
}

json::object text(std::string const& t) {
  json::object out;
  out.emplace("text", t);
  return out;
}

json::object rule(model const& m, record::requirement const& r) {
  json::object out;
  out.emplace("id", r.id);
  out.emplace("name", r.id);
  auto const role = m.runs.front().head.role;
  out.emplace("shortDescription",
              text("A conforming " + role + " " + (r.says.empty() ? "meets " + r.id : r.says) + "."));
  std::string help;
  for (auto const& column : m.columns)
    if (auto const at = place(r, column.revision); !at.empty()) help = record::address(at); // the newest
  if (!help.empty()) out.emplace("helpUri", help);
  out.emplace("help", text("mcp-assay explain " + r.id));
  json::object configuration;
  configuration.emplace("level", level_of(r.level));
  out.emplace("defaultConfiguration", std::move(configuration));
  json::object properties;
  properties.emplace("tags", json::array{json::value(r.level), json::value(r.page)});
  out.emplace("properties", std::move(properties));
  return out;
}

} // namespace

std::string sarif(model const& m) {
  std::map<std::string, std::size_t> index;
  json::array rules;
  for (auto const& r : m.requirements) {
    index[r.id] = rules.size();
    rules.push_back(rule(m, r));
  }
  json::array results;
  for (auto const& r : m.failures)
    for (auto const& f : r.failures)
      for (std::size_t i = 0; i < f.ids.size(); ++i) {
        json::object one;
        one.emplace("ruleId", f.requirement);
        one.emplace("ruleIndex", index[f.requirement]);
        one.emplace("level", level_of(f.level));
        one.emplace("message", text("expected " + f.expected + "; actual " + f.actual + ". Again: " + f.again));
        json::object location;
        json::object artifact;
        artifact.emplace("uri", "record.jsonl");
        json::object region;
        region.emplace("startLine", 1);
        json::object physical;
        physical.emplace("artifactLocation", std::move(artifact));
        physical.emplace("region", std::move(region));
        location.emplace("physicalLocation", std::move(physical));
        json::object logical;
        logical.emplace("fullyQualifiedName", f.ids[i]);
        logical.emplace("kind", "check");
        json::array logicals;
        logicals.push_back(std::move(logical));
        location.emplace("logicalLocations", std::move(logicals));
        json::array locations;
        locations.push_back(std::move(location));
        one.emplace("locations", std::move(locations));
        json::object prints;
        prints.emplace("assayCheck/v1", m.columns[f.columns[i]].name + " " + f.ids[i]);
        one.emplace("partialFingerprints", std::move(prints));
        if (f.known) {
          json::object suppression;
          suppression.emplace("kind", "external");
          suppression.emplace("justification", "listed as a known failure");
          json::array suppressions;
          suppressions.push_back(std::move(suppression));
          one.emplace("suppressions", std::move(suppressions));
        }
        results.push_back(std::move(one));
      }
  auto const& head = m.runs.front().head;
  json::object driver;
  driver.emplace("name", "mcp-assay");
  driver.emplace("version", head.suite);
  driver.emplace("informationUri", "https://modelcontextprotocol.io/specification");
  driver.emplace("rules", std::move(rules));
  json::object tool;
  tool.emplace("driver", std::move(driver));
  json::object invocation;
  invocation.emplace("executionSuccessful", m.finished && m.exit_code != 3);
  if (!head.started.empty()) invocation.emplace("startTimeUtc", head.started);
  json::object properties;
  properties.emplace("subject", subject_of(m));
  properties.emplace("verdict", m.verdict.sentence);
  properties.emplace("data", head.data);
  json::object run;
  run.emplace("tool", std::move(tool));
  json::array invocations;
  invocations.push_back(std::move(invocation));
  run.emplace("invocations", std::move(invocations));
  run.emplace("results", std::move(results));
  run.emplace("properties", std::move(properties));
  json::object out;
  out.emplace("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  out.emplace("version", "2.1.0");
  json::array runs;
  runs.push_back(std::move(run));
  out.emplace("runs", std::move(runs));
  return wire::pretty(out) + "\n";
}

} // namespace assay::reports
