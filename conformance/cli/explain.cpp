// mcp-assay explain: the shortest path from an id to the clause, the provocation, the mutants and the code.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/places.hpp"
#include "conformance/cli/suggest.hpp"
#include "conformance/cli/verbs.hpp"
#include "conformance/engine/describe.hpp"
#include "reference/wire/json.hpp"

#include <iostream>

namespace assay::cli {

namespace {

namespace json = boost::json;

constexpr char const* about = R"(Explains a requirement, check, scenario, rule, mutant or interpretation.

Examples:
  mcp-assay explain pagination.invalid-cursor-rejected     a requirement
  mcp-assay explain server/utilities/pagination/unknown-cursor
                                                           a scenario; its last part is enough
  mcp-assay explain 'tools.list-answered@list[latest stdio]'
                                                           a check, as a report names it)";

/// Everything that an id can mean.
struct data_set {
  catalogue::catalogue all;
  std::vector<catalogue::mutant> mutants;
  std::vector<catalogue::statement> statements;
};

std::string rule_name(catalogue::rule const& r) {
  return "rules/" + r.page + "/" + r.name;
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

std::string revisions_text(std::string const& since, std::string const& removed_in) {
  return "since " + since + (removed_in.empty() ? "" : ", until " + removed_in);
}

std::string joined(std::vector<std::string> const& all, std::string const& with = ", ") {
  std::string out;
  for (auto const& one : all)
    out += (out.empty() ? "" : with) + one;
  return out;
}

std::string subject_of(std::string const& subject) {
  return subject == "both" ? "server or client" : subject;
}

void show_steps(catalogue::scenario const& s, std::string_view requirement, std::string const& indent) {
  int number = 0;
  for (auto const& step : s.steps) {
    std::cout << indent << ++number << ". " << engine::describe_step(step, s.plays) << '\n';
    for (auto const& id : step.requirements())
      if (requirement.empty() || id == requirement)
        std::cout << indent << "   checks " << (requirement.empty() ? id + ": " : "")
                  << engine::describe_check(step, id) << '\n';
  }
}

void show_scenario_head(catalogue::scenario const& s, std::string const& indent) {
  std::cout << indent << "scenario " << s.name << ": " << s.title << '\n';
  std::vector<std::string> narrowed;
  if (!s.transports.empty()) narrowed.push_back("over " + joined(s.transports));
  if (!s.features.empty()) narrowed.push_back("where the revision has " + joined(s.features));
  if (!s.since.empty() || !s.removed_in.empty())
    narrowed.push_back(revisions_text(s.since.empty() ? "the first" : s.since, s.removed_in));
  if (!s.needs.empty()) narrowed.push_back("needs of the subject: " + engine::describe_pattern(s.needs));
  if (!narrowed.empty()) std::cout << indent << "  " << joined(narrowed, "; ") << '\n';
}

void show_rule(catalogue::rule const& r, std::string const& indent) {
  std::cout << indent << rule_name(r) << ": of all " << r.over << ", each with " << engine::describe_pattern(r.for_each)
            << '\n';
  for (auto const& [words, pattern] :
       {std::pair("wants", &r.holds), std::pair("comes after one with", &r.preceded_by),
        std::pair("comes after none with", &r.not_preceded_by), std::pair("is followed by one with", &r.followed_by),
        std::pair("is followed by none with", &r.not_followed_by)})
    if (auto const* object = pattern->if_object())
      std::cout << indent << "  " << words << " " << engine::describe_pattern(*object) << '\n';
  if (!r.unique_by.empty()) std::cout << indent << "  occurs once by " << joined(r.unique_by) << '\n';
}

void show_mutant(catalogue::mutant const& m, std::string const& indent) {
  std::cout << indent << "mutant " << m.name << " (reference " << m.role << "): ";
  if (!m.fault.empty())
    std::cout << "the switch " << m.fault << '\n';
  else
    std::cout << "rewrites " << wire::serialize(m.rewrite) << '\n';
}

void show_again(catalogue::requirement const& r, std::string const& only) {
  std::cout << "\n  run it alone\n";
  if (r.subject != "client") std::cout << "    mcp-assay server --only '" << only << "' --stdio 'node my-server.js'\n";
  if (r.subject != "server")
    std::cout << "    mcp-assay client --only '" << only << "' --command 'node my-client.js'\n";
}

void explain(catalogue::requirement const& r, data_set const& d, std::string_view by) {
  std::cout << r.id << "   " << r.level << " · " << subject_of(r.subject) << " · "
            << revisions_text(r.since, r.removed_in) << '\n'
            << "  A conforming " << subject_of(r.subject) << " " << r.says << ".\n";
  if (!r.transports.empty()) std::cout << "  Over " << joined(r.transports) << " only.\n";
  if (!r.features.empty()) std::cout << "  Where the revision has " << joined(r.features) << ".\n";
  if (r.observable == "contract")
    std::cout << "  Seen when the subject does something on cue: it needs the tools of the contract.\n";
  if (r.observable == "outside")
    std::cout << "  Nobody outside can see whether it is met, so nothing checks it: " << r.unseen << ".\n";

  std::cout << "\n  in the specification\n";
  for (auto const& s : d.statements)
    if (std::find(r.statements.begin(), r.statements.end(), s.digest) != r.statements.end() &&
        d.all.revisions.within(s.revision, r.since, r.removed_in))
      std::cout << "    " << s.keyword << "  " << address(s.revision, s.page, s.anchor) << '\n';
  if (!r.source.empty()) std::cout << "    " << r.source << '\n';

  for (auto const& i : d.all.interpretations)
    if (i.name == r.interpretation)
      std::cout << "\n  our reading (" << i.name << ")\n    " << i.question << "\n    " << i.reading << "\n    "
                << i.because << '\n';

  bool any = false;
  for (auto const& s : d.all.scenarios) {
    auto const ids = s.requirements();
    if (std::find(ids.begin(), ids.end(), r.id) == ids.end() || (!by.empty() && by != s.name && by != s.short_name()))
      continue;
    std::cout << (any ? "" : "\n  how it is checked\n");
    any = true;
    show_scenario_head(s, "    ");
    show_steps(s, r.id, "      ");
  }
  for (auto const& rule : d.all.rules)
    if (rule.requirement == r.id && (by.empty() || by == rule_name(rule))) {
      std::cout << (any ? "" : "\n  how it is checked\n");
      any = true;
      show_rule(rule, "    ");
    }
  if (!any) std::cout << "\n  nothing checks it yet\n";

  bool heading = false;
  for (auto const& m : d.mutants)
    if (m.breaks == r.id) {
      std::cout << (heading ? "" : "\n  how it is proved\n");
      heading = true;
      show_mutant(m, "    ");
    }
  heading = false;
  for (auto const& p : places())
    if (p.requirement == r.id) {
      std::cout << (heading ? "" : "\n  in the reference\n") << "    " << p.file << ":" << p.line << '\n';
      heading = true;
    }
  if (any) show_again(r, by.empty() ? r.id : r.id + "@" + std::string(by));
}

void explain(catalogue::scenario const& s) {
  show_scenario_head(s, "");
  std::cout << "  " << (s.connection == "own" ? "on a connection of its own" : "in a session that it shares")
            << "; we play the " << s.plays << "\n\n";
  show_steps(s, {}, "  ");
  std::cout << "\n  run it alone\n    mcp-assay " << (s.plays == "client" ? "server" : "client") << " --only '"
            << s.short_name() << "' "
            << (s.plays == "client" ? "--stdio 'node my-server.js'" : "--command 'node my-client.js'") << '\n';
}

/// "requirement@scenario[2025-11-25 stdio]" without the permutation.
std::string without_permutation(std::string const& id) {
  return id.substr(0, id.find('['));
}

int run(context const& c, std::string const& typed) {
  data_set d;
  auto all = catalogue::load(c.store);
  if (all.has_error()) return complain("explain", all.error());
  d.all = std::move(*all);
  auto mutants = catalogue::load_mutants(*c.store);
  if (mutants.has_error()) return complain("explain", mutants.error());
  d.mutants = std::move(*mutants);
  auto statements = catalogue::load_statements(*c.store);
  if (statements.has_error()) return complain("explain", statements.error());
  d.statements = std::move(*statements);

  auto id = without_permutation(typed);
  std::string by;
  if (auto const at = id.find('@'); at != std::string::npos) {
    by = id.substr(at + 1);
    id.resize(at);
  }
  if (auto const* r = d.all.find_requirement(id)) {
    explain(*r, d, by);
    return met;
  }
  bool found = false;
  auto separate = [&] {
    if (found) std::cout << '\n';
    found = true;
  };
  auto names = [&](std::string_view name) { return name == id || last_part(name) == id; };
  for (auto const& s : d.all.scenarios)
    if (names(s.name)) {
      separate();
      explain(s);
    }
  for (auto const& r : d.all.rules)
    if (names(rule_name(r)) || r.page + "/" + r.name == id) {
      separate();
      show_rule(r, "");
      std::cout << "  for " << r.requirement << '\n';
    }
  for (auto const& m : d.mutants)
    if (names(m.name)) {
      separate();
      show_mutant(m, "");
      std::cout << "  breaks " << m.breaks
                << (m.collateral.empty() ? "" : "; and with it " + joined(m.collateral) + ", because " + m.because)
                << '\n';
    }
  for (auto const& i : d.all.interpretations)
    if (i.name == id) {
      separate();
      std::cout << i.name << " (" << i.page << ", " << joined(i.revisions) << ")\n  " << i.question << "\n  "
                << i.reading << "\n  " << i.because << '\n';
    }
  if (found) return met;

  std::vector<std::string> known;
  for (auto const& r : d.all.requirements)
    known.push_back(r.id);
  for (auto const& s : d.all.scenarios) {
    known.push_back(s.name);
    known.emplace_back(s.short_name());
  }
  for (auto const& r : d.all.rules)
    known.push_back(rule_name(r));
  for (auto const& m : d.mutants)
    known.push_back(m.name);
  auto const close = nearest(id, known, 5);
  return complain("explain",
                  {id, "is no requirement, scenario, rule or mutant",
                   close.empty() ? "mcp-assay list shows what there is" : "did you mean " + choices(close) + "?"});
}

} // namespace

void add_explain(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("explain", about);
  auto id = std::make_shared<std::string>();
  verb->add_option("id", *id, "What a report or `mcp-assay list` names")->required();
  verb->callback([&c, id] { c.exit_code = run(c, *id); });
}

} // namespace assay::cli
