// mcp-assay prove: every check green on the reference, and red on the reference broken in the place that it is about.
// docs/interpreting.md, "Mutants".
#include <CLI/CLI.hpp>

#include "conformance/cli/judging.hpp"
#include "conformance/cli/verbs.hpp"

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/judge/pattern.hpp"
#include "conformance/record/record.hpp"
#include "conformance/run/commands.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

namespace assay::cli {

namespace {

namespace fs = std::filesystem;

struct proving {
  std::string pattern;
  std::string reference; ///< folder of the reference programs
  int jobs = 2;
  bool verbose = false;
};

/// One run of the suite over a reference, whole or broken.
struct trial {
  catalogue::mutant const* mutant = nullptr; ///< nullptr: the baseline
  std::string role;
  std::string transport;
  std::vector<std::string> revisions;
  std::string folder;
  std::string failure; ///< why there is no result
  std::vector<judge::check_run> checks;
};

std::string shell_quoted(std::string const& text) {
  std::string out = "'";
  for (char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

class prover {
public:
  prover(context& c, proving const& p, catalogue::catalogue const& data, std::vector<catalogue::mutant> const& mutants)
      : context_(c), options_(p), data_(data), mutants_(mutants) {
    char name[] = "/tmp/mcp-assay-prove-XXXXXX";
    folder_ = mkdtemp(name);
    self_ = fs::read_symlink("/proc/self/exe").string();
    reference_ = p.reference.empty() ? fs::path(self_).parent_path().string() : p.reference;
  }
  ~prover() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  int go() {
    for (auto const* program : {"mcp-reference-server", "mcp-reference-client"})
      if (!fs::exists(fs::path(reference_) / program))
        return tell({(fs::path(reference_) / program).string(), "is not there", "give --reference the folder of the reference programs"});
    baseline();
    plan_mutants();
    run_all();
    return judge();
  }

private:
  void baseline() {
    for (auto const* role : {"server", "client"})
      for (auto const* transport : {"stdio", "streamable-http"})
        trials_.push_back(std::make_unique<trial>(trial{nullptr, role, transport, {}, {}, {}, {}}));
  }

  bool wanted(catalogue::mutant const& m) const {
    return options_.pattern.empty() || judge::selects(options_.pattern, m.breaks) || judge::selects(options_.pattern, m.name);
  }

  /// A mutant is tried over the transports and revisions in which its requirement holds.
  void plan_mutants() {
    for (auto const& m : mutants_) {
      auto const* r = data_.find_requirement(m.breaks);
      if (!wanted(m) || !r)
        continue;
      for (auto const* transport : {"stdio", "streamable-http"}) {
        std::vector<std::string> revisions;
        for (auto const& revision : data_.revisions.all())
          if (revision.carries(transport) && data_.applies(*r, revision, transport) && checked(m, revision, transport))
            revisions.push_back(revision.name);
        if (!revisions.empty())
          trials_.push_back(std::make_unique<trial>(trial{&m, m.role, transport, revisions, {}, {}, {}}));
      }
    }
  }

  /// Some check of the broken requirement can run there.
  bool checked(catalogue::mutant const& m, revision::revision const& revision, std::string_view transport) const {
    auto const plays = m.role == "server" ? "client" : "server";
    for (auto const& s : data_.scenarios) {
      auto const ids = s.requirements();
      if (s.plays == plays && data_.applies(s, revision, transport) && std::find(ids.begin(), ids.end(), m.breaks) != ids.end())
        return true;
    }
    for (auto const& rule : data_.rules)
      if (rule.requirement == m.breaks && data_.applies(rule, revision, transport))
        return true;
    return false;
  }

  std::string command(trial const& t) const {
    std::string reference = shell_quoted((fs::path(reference_) / ("mcp-reference-" + t.role)).string());
    if (t.mutant)
      reference += " --fault " + shell_quoted("@" + t.folder + "/mutant.json");
    std::string out = shell_quoted(self_) + " " + t.role;
    if (!context_.data_folder.empty())
      out += " --data " + shell_quoted(context_.data_folder);
    bool const http = t.transport != "stdio";
    if (t.role == "server")
      out += http ? " --http-command " + shell_quoted(reference + " --http 0") : " --stdio " + shell_quoted(reference);
    else
      out += http ? " --command " + shell_quoted(reference) : " --stdio-client " + shell_quoted(reference + " stdio:");
    for (auto const& revision : t.revisions)
      out += " --revision " + revision;
    return out + " --deadline answer=2s --deadline exit=2s --jobs 8 --format none --out " + shell_quoted(t.folder);
  }

  /// Writes the mutant and gives the command.
  std::string prepare(trial& t) const {
    fs::create_directories(t.folder);
    if (t.mutant) {
      std::ofstream file(t.folder + "/mutant.json", std::ios::binary);
      file << t.mutant->text;
    }
    return command(t);
  }

  void take(trial& t, run::command_end const& end) const {
    if (!end.problem.empty()) {
      t.failure = end.problem;
    } else if (end.status.signal || end.status.code == usage || end.status.code == incomplete) {
      t.failure = transport::to_string(end.status) + ": " + end.stderr_tail;
    } else {
      auto record = record::read(t.folder + "/record.jsonl", record::entries::evidence);
      if (record.has_error())
        t.failure = wire::to_string(record.error());
      else
        t.checks = std::move(record->checks);
    }
    std::error_code ignored;
    fs::remove_all(t.folder, ignored);
  }

  void run_all() {
    std::size_t done = 0;
    for (std::size_t i = 0; i < trials_.size(); ++i)
      trials_[i]->folder = folder_ + "/" + std::to_string(i);
    run::run_commands(
        trials_.size(), options_.jobs, [&](std::size_t i) { return prepare(*trials_[i]); },
        [&](std::size_t i, run::command_end const& end) {
          take(*trials_[i], end);
          if (++done % 20 == 0 || done == trials_.size())
            std::cerr << done << " of " << trials_.size() << " runs\n";
        });
  }

  static bool failed(judge::check_run const& c) { return c.outcome == "fail"; }

  int judge() {
    int problems = 0;
    auto say = [&](std::string const& word, std::string const& text) {
      std::cout << word << std::string(word.size() < 12 ? 12 - word.size() : 1, ' ') << text << '\n';
    };
    // Baseline: green, and what it passes is what a mutant has to turn red.
    std::set<std::string> green;                             // check run ids of "role"
    std::map<std::string, std::set<std::string>> checks_of;  // role+requirement -> checks that pass somewhere
    std::set<std::string> requirements;
    for (auto const& t : trials_) {
      if (t->mutant)
        continue;
      if (!t->failure.empty()) {
        ++problems;
        say("NO RUN", "the reference " + t->role + " over " + t->transport + ": " + t->failure);
      }
      for (auto const& c : t->checks) {
        if (c.outcome == "pass") {
          green.insert(t->role + " " + c.id());
          checks_of[t->role + " " + c.requirement].insert(c.check());
          requirements.insert(c.requirement);
        } else if (failed(c) || c.outcome == "blocked" || c.outcome == "error") {
          ++problems;
          say("NOT GREEN", c.id() + " on the reference " + t->role + ": " +
                               (failed(c) ? "expected " + c.expected + "; actual " + c.actual : c.outcome + ", " + c.reason));
        }
      }
    }
    std::map<std::string, std::set<std::string>> red; // role+requirement -> checks seen red
    std::map<catalogue::mutant const*, std::vector<trial const*>> by_mutant;
    for (auto const& t : trials_)
      if (t->mutant)
        by_mutant[t->mutant].push_back(t.get());
    std::set<std::string> broken, survived;
    int killed = 0;
    for (auto const& m : mutants_) {
      auto found = by_mutant.find(&m);
      if (found == by_mutant.end()) {
        if (wanted(m)) {
          ++problems;
          say("IDLE", m.name + ": no check of " + m.breaks + " can run");
        }
        continue;
      }
      broken.insert(m.breaks);
      std::vector<std::string> survivors, undeclared;
      std::set<std::string> met; // collateral that happened
      int places = 0;
      for (auto const* t : found->second) {
        if (!t->failure.empty()) {
          survivors.push_back(t->transport + ": " + t->failure);
          continue;
        }
        std::map<std::string, std::pair<bool, bool>> state; // revision -> could, did
        for (auto const& c : t->checks) {
          bool const was_green = green.contains(t->role + " " + c.id());
          if (c.requirement == m.breaks) {
            auto& [could, did] = state[c.revision];
            could = could || was_green;
            if (failed(c)) {
              did = true;
              red[t->role + " " + c.requirement].insert(c.check());
            }
          } else if (failed(c) && was_green) {
            if (std::find(m.collateral.begin(), m.collateral.end(), c.requirement) != m.collateral.end())
              met.insert(c.requirement);
            else
              undeclared.push_back(c.id() + ": expected " + c.expected + "; actual " + c.actual);
          }
        }
        for (auto const& [revision, could_did] : state)
          if (could_did.first) {
            ++places;
            if (!could_did.second)
              survivors.push_back(revision + " " + t->transport);
          }
      }
      for (auto const& c : m.collateral)
        if (!met.contains(c)) {
          ++problems;
          say("UNUSED", m.name + ": lists the collateral " + c + ", which does not fail");
        }
      if (places == 0) {
        ++problems;
        say("IDLE", m.name + ": no check of " + m.breaks + " passes on the reference");
      } else if (!survivors.empty()) {
        ++problems;
        survived.insert(m.breaks);
        std::string where;
        for (auto const& s : survivors)
          where += (where.empty() ? "" : ", ") + s;
        say("SURVIVED", m.name + " (breaks " + m.breaks + "): " + where);
      } else {
        ++killed;
        if (options_.verbose)
          say("killed", m.name + " (breaks " + m.breaks + "), in " + std::to_string(places) + " permutations");
      }
      for (auto const& u : undeclared) {
        ++problems;
        say("COLLATERAL", m.name + " (breaks " + m.breaks + ") also fails " + u);
      }
    }
    int proved = 0, unproved = 0;
    for (auto const& id : requirements) {
      if (!options_.pattern.empty() && !broken.contains(id))
        continue;
      bool whole = broken.contains(id) && !survived.contains(id);
      if (!broken.contains(id)) {
        say("NO MUTANT", id);
      } else {
        for (auto const* role : {"server", "client"})
          for (auto const& check : checks_of[std::string(role) + " " + id])
            if (!red[std::string(role) + " " + id].contains(check)) {
              whole = false;
              say("NEVER RED", check);
            }
      }
      ++(whole ? proved : unproved);
    }
    problems += unproved;
    std::cout << requirements.size() << " requirements observed on the reference; " << proved << " proved, " << unproved
              << " not; " << killed << " of " << by_mutant.size() << " mutants killed, " << survived.size()
              << " requirements with a survivor\n";
    return problems ? not_met : met;
  }

  context& context_;
  proving const& options_;
  catalogue::catalogue const& data_;
  std::vector<catalogue::mutant> const& mutants_;
  std::string folder_, self_, reference_;
  std::vector<std::unique_ptr<trial>> trials_;
};

} // namespace

void add_prove(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("prove",
                                  "Shows that the checks can fail: green on the reference, red on each mutant of it\n\n"
                                  "Examples:\n"
                                  "  mcp-assay prove                 everything\n"
                                  "  mcp-assay prove pagination      only the mutants of a page or requirement");
  auto p = std::make_shared<proving>();
  verb->add_option("pattern", p->pattern, "Only mutants that this selects, by their name or their requirement")->type_name("PATTERN");
  verb->add_option("--reference", p->reference, "Folder of mcp-reference-server and mcp-reference-client; default: beside this program")
      ->type_name("DIR");
  verb->add_option("--jobs", p->jobs, "Runs at a time")->check(CLI::Range(1, 64))->capture_default_str();
  verb->add_flag("--verbose", p->verbose, "Names the killed mutants too");
  verb->callback([p, &c] {
    auto data = catalogue::load(c.store);
    if (data.has_error()) {
      c.exit_code = tell(data.error());
      return;
    }
    auto mutants = catalogue::load_mutants(*c.store);
    if (mutants.has_error()) {
      c.exit_code = tell(mutants.error());
      return;
    }
    c.exit_code = prover(c, *p, *data, *mutants).go();
  });
}

} // namespace assay::cli
