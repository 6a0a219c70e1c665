// mcp-assay prove: every check green on the reference, and red on the reference broken in the place that it is about.
// docs/interpreting.md, "Mutants".
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
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

/// A way to run the suite over a reference. Beside the reference as it comes, the server pinned to its newest modern
/// revision: some requirements bind only a server that speaks no legacy revision.
struct configuration {
  std::string role;
  std::string transport;
  std::string pinned; ///< a revision, or empty
  std::string name() const { return role + " " + transport + (pinned.empty() ? "" : " pinned to " + pinned); }
};

/// One run: a configuration, whole or broken.
struct trial {
  configuration const* where = nullptr;
  catalogue::mutant const* mutant = nullptr; ///< nullptr: the baseline
  std::vector<std::string> revisions;        ///< empty: all
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

bool failed(judge::check_run const& c) {
  return c.outcome == "fail";
}

class prover {
public:
  prover(context& c, proving const& p, catalogue::catalogue const& data, std::vector<catalogue::mutant> const& mutants)
      : context_(c), options_(p), mutants_(mutants) {
    auto name = fs::temp_directory_path().string() + "/mcp-assay-prove-XXXXXX";
    folder_ = mkdtemp(name.data());
    self_ = fs::read_symlink("/proc/self/exe").string();
    reference_ = p.reference.empty() ? fs::path(self_).parent_path().string() : p.reference;
    for (auto const* role : {"server", "client"})
      for (auto const* transport : {"stdio", "streamable-http"})
        configurations_.push_back({role, transport, {}});
    for (auto const* role : {"server", "client"})
      configurations_.push_back({role, "http+sse", {}});
    if (auto const* modern = data.revisions.newest("modern"))
      for (auto const* transport : {"stdio", "streamable-http"})
        configurations_.push_back({"server", transport, modern->name});
  }
  ~prover() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  int go() {
    for (auto const* program : {"mcp-reference-server", "mcp-reference-client"})
      if (!fs::exists(fs::path(reference_) / program))
        return tell({(fs::path(reference_) / program).string(), "is not there",
                     "give --reference the folder of the reference programs"});
    for (auto const& where : configurations_)
      baselines_.push_back(trial{&where, nullptr, {}, {}, {}, {}});
    run_all(baselines_);
    judge_baselines();
    plan_mutants();
    run_all(trials_);
    judge_mutants();
    return conclude();
  }

private:
  bool wanted(catalogue::mutant const& m) const {
    return options_.pattern.empty() || judge::selects(options_.pattern, m.breaks) ||
           judge::selects(options_.pattern, m.name);
  }

  // ---- runs

  std::string command(trial const& t) const {
    auto const& where = *t.where;
    std::string reference = shell_quoted((fs::path(reference_) / ("mcp-reference-" + where.role)).string());
    if (t.mutant) reference += " --fault " + shell_quoted("@" + t.folder + "/mutant.json");
    if (!where.pinned.empty()) reference += " --revision " + where.pinned;
    std::string out = shell_quoted(self_) + " " + where.role;
    if (!context_.data_folder.empty()) out += " --data " + shell_quoted(context_.data_folder);
    bool const http = where.transport != "stdio";
    if (where.role == "server")
      out += http ? " --http-command " + shell_quoted(reference + " --http 0") : " --stdio " + shell_quoted(reference);
    else
      out += where.transport == "http+sse" ? " --sse-client " + shell_quoted(reference)
             : http                        ? " --command " + shell_quoted(reference)
                                           : " --stdio-client " + shell_quoted(reference + " stdio:");
    if (where.role == "server" && where.transport == "http+sse") out += " --sse-url /sse";
    if (!where.pinned.empty()) out += " --revision " + where.pinned;
    for (auto const& revision : t.revisions)
      if (where.pinned.empty()) out += " --revision " + revision;
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

  void run_all(std::vector<trial>& trials) {
    std::size_t done = 0;
    for (auto& t : trials)
      t.folder = folder_ + "/" + std::to_string(++folders_);
    run::run_commands(
        trials.size(), options_.jobs, [&](std::size_t i) { return prepare(trials[i]); },
        [&](std::size_t i, run::command_end const& end) {
          take(trials[i], end);
          if (++done % 20 == 0 || done == trials.size()) std::cerr << done << " of " << trials.size() << " runs\n";
        });
  }

  // ---- judgement

  void say(std::string const& word, std::string const& text) {
    std::cout << word << std::string(word.size() < 12 ? 12 - word.size() : 1, ' ') << text << '\n';
  }

  void complain(std::string const& word, std::string const& text) {
    ++problems_;
    say(word, text);
  }

  /// Green on the whole reference: what a mutant has to turn red.
  void judge_baselines() {
    for (auto const& t : baselines_) {
      if (!t.failure.empty()) complain("NO RUN", "the reference " + t.where->name() + ": " + t.failure);
      for (auto const& c : t.checks) {
        if (c.outcome == "pass") {
          green_[t.where].insert(c.id());
          checks_of_[c.requirement].insert(t.where->role + " " + c.check());
        } else if (failed(c) || c.outcome == "blocked" || c.outcome == "error") {
          complain("NOT GREEN",
                   c.id() + " on the reference " + t.where->name() + ": " +
                       (failed(c) ? "expected " + c.expected + "; actual " + c.actual : c.outcome + ", " + c.reason));
        }
      }
    }
  }

  /// A mutant is tried wherever a check of its requirement is green; on the pinned server only for what shows nowhere
  /// else.
  void plan_mutants() {
    for (auto const& m : mutants_) {
      if (!wanted(m)) continue;
      bool any = false;
      std::set<std::string> seen; // check runs that another configuration tries already
      for (auto const& baseline : baselines_) {
        if (baseline.where->role != m.role) continue;
        std::set<std::string> revisions;
        bool fresh = false;
        for (auto const& c : baseline.checks)
          if (c.requirement == m.breaks && c.outcome == "pass") {
            revisions.insert(c.revision);
            fresh = seen.insert(c.id()).second || fresh;
          }
        if (!fresh) continue;
        any = true;
        trials_.push_back(trial{baseline.where, &m, {revisions.begin(), revisions.end()}, {}, {}, {}});
      }
      if (!any) complain("IDLE", m.name + ": no check of " + m.breaks + " passes on the reference " + m.role);
    }
  }

  void judge_mutants() {
    std::map<catalogue::mutant const*, std::vector<trial const*>> by_mutant;
    for (auto const& t : trials_)
      by_mutant[t.mutant].push_back(&t);
    tried_ = by_mutant.size();
    for (auto const& m : mutants_) {
      auto const found = by_mutant.find(&m);
      if (found == by_mutant.end()) continue;
      broken_.insert(m.breaks);
      std::string survivors;
      std::set<std::string> met; // collateral that happened
      int places = 0;
      for (auto const* t : found->second) {
        if (!t->failure.empty())
          survivors += (survivors.empty() ? "" : ", ") + t->where->name() + " (" + t->failure + ")";
        auto const& green = green_[t->where];
        std::map<std::string, std::pair<bool, bool>> state; // revision -> could fail, did
        for (auto const& c : t->checks) {
          bool const was_green = green.contains(c.id());
          if (c.requirement == m.breaks) {
            auto& [could, did] = state[c.revision];
            could = could || was_green;
            did = did || failed(c);
            if (failed(c)) red_.insert(t->where->role + " " + c.check());
          } else if (failed(c) && was_green) {
            if (std::find(m.collateral.begin(), m.collateral.end(), c.requirement) != m.collateral.end())
              met.insert(c.requirement);
            else
              complain("COLLATERAL", m.name + " (breaks " + m.breaks + ") also fails " + c.id() + ": expected " +
                                         c.expected + "; actual " + c.actual);
          }
        }
        for (auto const& [revision, could_did] : state) {
          places += could_did.first;
          if (could_did.first && !could_did.second)
            survivors += (survivors.empty() ? "" : ", ") + revision + " " + t->where->transport;
        }
      }
      for (auto const& c : m.collateral)
        if (!met.contains(c)) complain("UNUSED", m.name + ": lists the collateral " + c + ", which does not fail");
      if (!survivors.empty()) {
        survived_.insert(m.breaks);
        complain("SURVIVED", m.name + " (breaks " + m.breaks + "): " + survivors);
      } else {
        ++killed_;
        if (options_.verbose)
          say("killed", m.name + " (breaks " + m.breaks + "), in " + std::to_string(places) + " permutations");
      }
    }
  }

  int conclude() {
    int proved = 0, unproved = 0;
    for (auto const& [id, checks] : checks_of_) {
      if (!options_.pattern.empty() && !broken_.contains(id)) continue;
      bool whole = broken_.contains(id) && !survived_.contains(id);
      if (!broken_.contains(id))
        complain("NO MUTANT", id);
      else
        for (auto const& check : checks)
          if (!red_.contains(check)) {
            whole = false;
            complain("NEVER RED", check.substr(check.find(' ') + 1));
          }
      ++(whole ? proved : unproved);
    }
    std::cout << checks_of_.size() << " requirements observed on the reference; " << proved << " proved, " << unproved
              << " not; " << killed_ << " of " << tried_ << " mutants killed, " << survived_.size()
              << " requirements with a survivor\n";
    return problems_ ? not_met : met;
  }

  context& context_;
  proving const& options_;
  std::vector<catalogue::mutant> const& mutants_;
  std::string folder_, self_, reference_;
  std::vector<configuration> configurations_;
  std::vector<trial> baselines_, trials_;
  std::size_t folders_ = 0, tried_ = 0;
  int problems_ = 0, killed_ = 0;
  std::map<configuration const*, std::set<std::string>> green_; // check run ids
  std::map<std::string, std::set<std::string>> checks_of_;      // requirement -> "role check" that pass somewhere
  std::set<std::string> red_;                                   // "role check"
  std::set<std::string> broken_, survived_;                     // requirements
};

} // namespace

void add_prove(CLI::App& app, context& c) {
  auto* verb =
      app.add_subcommand("prove", "Shows that the checks can fail: green on the reference, red on each mutant of it\n\n"
                                  "Examples:\n"
                                  "  mcp-assay prove                 everything\n"
                                  "  mcp-assay prove pagination      only the mutants of a page or requirement");
  auto p = std::make_shared<proving>();
  verb->add_option("pattern", p->pattern, "Only mutants that this selects, by their name or their requirement")
      ->type_name("PATTERN");
  verb->add_option("--reference", p->reference,
                   "Folder of mcp-reference-server and mcp-reference-client; default: beside this program")
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
