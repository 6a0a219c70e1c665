// mcp-assay list: the checks there are, and how far the specification is covered.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/verbs.hpp"
#include "conformance/judge/pattern.hpp"
#include "reference/wire/json.hpp"

#include <iostream>

namespace assay::cli {

namespace {

namespace json = boost::json;

constexpr char const* about = R"(Lists the checks, or with --coverage how far they reach.

Examples:
  mcp-assay list                              all checks, with level and title
  mcp-assay list tools --revision latest      those with "tools" in their id that apply in the newest revision
  mcp-assay list 'pagination.*'               by a pattern
  mcp-assay list --coverage                   statements, requirements, checks and mutants by revision and page)";

struct options {
  std::string pattern;
  std::string revision;
  bool coverage = false;
  std::string format = "text";
};

struct check {
  std::string id; ///< "requirement@scenario"
  std::string level;
  std::string title;
  std::vector<std::string> permutations; ///< "2025-11-25 stdio"
};

bool wanted(std::string const& pattern, std::string const& id) {
  return pattern.empty() || judge::selects(pattern, id) || id.find(pattern) != std::string::npos;
}

template <class T>
std::vector<std::string> permutations_of(catalogue::catalogue const& all, catalogue::requirement const& r, T const& by,
                                         revision::revision const* only) {
  std::vector<std::string> out;
  for (auto const& revision : all.revisions.all())
    if (!only || only->name == revision.name)
      for (auto const& transport : revision.transports)
        if (all.applies(r, revision, transport) && all.applies(by, revision, transport))
          out.push_back(revision.name + " " + transport);
  return out;
}

/// All checks, in the order of requirements.
std::vector<check> checks_of(catalogue::catalogue const& all, revision::revision const* only) {
  std::map<std::string, std::vector<catalogue::scenario const*>, std::less<>> scenarios;
  for (auto const& s : all.scenarios)
    for (auto const& id : s.requirements())
      scenarios[id].push_back(&s);
  std::vector<check> out;
  for (auto const& r : all.requirements) {
    for (auto const* s : scenarios[r.id])
      out.push_back({r.id + "@" + s->name, r.level, s->title, permutations_of(all, r, *s, only)});
    for (auto const& rule : all.rules)
      if (rule.requirement == r.id)
        out.push_back({r.id + "@rules/" + rule.page + "/" + rule.name, r.level, "in all traffic: " + r.says,
                       permutations_of(all, r, rule, only)});
  }
  std::erase_if(out, [](auto const& c) { return c.permutations.empty(); });
  return out;
}

int list_checks(catalogue::catalogue const& all, options const& o, revision::revision const* only) {
  auto found = checks_of(all, only);
  std::erase_if(found, [&](auto const& c) { return !wanted(o.pattern, c.id); });
  if (o.format == "json") {
    json::array out;
    for (auto const& c : found)
      out.push_back(json::object{
          {"check", c.id}, {"level", c.level}, {"title", c.title}, {"permutations", json::value_from(c.permutations)}});
    std::cout << wire::pretty(out) << '\n';
    return found.empty() ? not_met : met;
  }
  std::size_t width = 0;
  for (auto const& c : found)
    width = std::max(width, std::min<std::size_t>(c.id.size(), 90));
  for (auto const& c : found)
    std::cout << c.id << std::string(c.id.size() < width ? width - c.id.size() : 0, ' ') << "  " << c.level
              << std::string(8 - std::min<std::size_t>(c.level.size(), 7), ' ') << c.title << '\n';
  if (found.empty()) {
    std::cerr << "mcp-assay list: no check has \"" << o.pattern << "\" in its id"
              << (only ? " and applies in " + only->name : std::string()) << '\n';
    return not_met;
  }
  return met;
}

struct row {
  std::set<std::string> statements, cited, exempt;
  std::map<std::string, int> reasons;
  int requirements = 0, observed = 0, proved = 0;
};

int coverage(catalogue::catalogue const& all, data::store const& store, options const& o,
             revision::revision const* only) {
  auto statements = catalogue::load_statements(store);
  if (statements.has_error()) return complain("list", statements.error());
  auto exemptions = catalogue::load_exemptions(store);
  if (exemptions.has_error()) return complain("list", exemptions.error());
  auto mutants = catalogue::load_mutants(store);
  if (mutants.has_error()) return complain("list", mutants.error());

  std::set<std::string, std::less<>> cited, broken;
  for (auto const& r : all.requirements)
    cited.insert(r.statements.begin(), r.statements.end());
  for (auto const& m : *mutants)
    broken.insert(m.breaks);
  std::map<std::string, std::string, std::less<>> reason_of;
  for (auto const& e : *exemptions)
    for (auto const& digest : e.statements)
      reason_of.emplace(digest, e.reason);

  json::array out;
  std::size_t width = 4;
  for (auto const& s : *statements)
    width = std::max(width, s.page.size());
  for (auto const& revision : all.revisions.all()) {
    if (only && only->name != revision.name) continue;
    std::set<std::string, std::less<>> seen;
    for (auto const& c : checks_of(all, &revision))
      seen.insert(c.id.substr(0, c.id.find('@')));
    std::map<std::string, row> rows;
    for (auto const& s : *statements) {
      if (s.revision != revision.name) continue;
      auto& r = rows[s.page];
      if (!r.statements.insert(s.digest).second) continue;
      if (cited.contains(s.digest))
        r.cited.insert(s.digest);
      else if (auto const found = reason_of.find(s.digest); found != reason_of.end()) {
        r.exempt.insert(s.digest);
        ++r.reasons[found->second];
      }
    }
    for (auto const& r : all.requirements) {
      bool const binds = std::any_of(revision.transports.begin(), revision.transports.end(),
                                     [&](auto const& t) { return all.applies(r, revision, t); });
      if (!binds) continue;
      auto& at = rows[r.page];
      ++at.requirements;
      at.observed += seen.contains(r.id);
      at.proved += seen.contains(r.id) && broken.contains(r.id);
    }
    if (o.format == "text")
      std::cout << revision.name << " (" << revision.era << ")\n  " << std::string(width, ' ')
                << "  statements  cited  exempt  requirements  observed  proved  exempt because\n";
    for (auto const& [page, r] : rows) {
      std::string reasons;
      json::object by_reason;
      for (auto const& [reason, n] : r.reasons) {
        reasons += (reasons.empty() ? "" : ", ") + reason + " " + std::to_string(n);
        by_reason.emplace(reason, n);
      }
      if (o.format == "json") {
        out.push_back(json::object{{"revision", revision.name},
                                   {"page", page},
                                   {"statements", r.statements.size()},
                                   {"cited", r.cited.size()},
                                   {"exempt", std::move(by_reason)},
                                   {"requirements", r.requirements},
                                   {"observed", r.observed},
                                   {"proved", r.proved}});
        continue;
      }
      auto column = [](std::size_t value, std::size_t columns) {
        auto const text = std::to_string(value);
        return std::string(columns - std::min(columns, text.size()), ' ') + text;
      };
      std::cout << "  " << page << std::string(width - std::min(width, page.size()), ' ')
                << column(r.statements.size(), 12) << column(r.cited.size(), 7) << column(r.exempt.size(), 8)
                << column(r.requirements, 14) << column(r.observed, 10) << column(r.proved, 8) << "  " << reasons
                << '\n';
    }
    if (o.format == "text") std::cout << '\n';
  }
  if (o.format == "json") std::cout << wire::pretty(out) << '\n';
  return met;
}

int run(context const& c, options const& o) {
  auto all = catalogue::load(c.store);
  if (all.has_error()) return complain("list", all.error());
  revision::revision const* only = nullptr;
  if (!o.revision.empty()) {
    auto found = find_revision(all->revisions, o.revision);
    if (found.has_error()) return complain("list", found.error());
    only = *found;
  }
  return o.coverage ? coverage(*all, *c.store, o, only) : list_checks(*all, o, only);
}

} // namespace

void add_list(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("list", about);
  auto o = std::make_shared<options>();
  verb->add_option("pattern", o->pattern, "Part of a check's id, or a pattern with *");
  verb->add_option("--revision", o->revision, "Only what applies in this revision, or `latest`")->type_name("R");
  verb->add_flag("--coverage", o->coverage, "Counts by revision and page instead of checks");
  verb->add_option("--format", o->format, "text or json")->check(CLI::IsMember({"text", "json"}))->type_name("FORMAT");
  verb->callback([&c, o] { c.exit_code = run(c, *o); });
}

} // namespace assay::cli
