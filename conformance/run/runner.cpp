// Each group has shared sessions, and own sessions beside them, all on one io_context. What belongs to a group whether
// it is run or replayed is in group.hpp.
#include "conformance/run/runner.hpp"

#include "conformance/engine/rules.hpp"
#include "conformance/run/endpoint.hpp"
#include "conformance/run/group.hpp"
#include "conformance/run/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <deque>

namespace assay::run {

namespace {

namespace json = boost::json;
using engine::outcome;

constexpr int most_restarts = 20; // of a shared session
constexpr int most_shared = 4;    // sessions of a group that take turns with its scenarios
constexpr int least_turns = 8;    // scenarios for which another one is worth its opening

/// At most so many connections at a time.
class slots {
public:
  slots(asio::any_io_executor const& executor, int free) : freed_(executor), all_(free), free_(free) {}

  int all() const { return all_; }

  /// Several at once, so that two who want several do not wait for each other's.
  asio::awaitable<void> take(int wanted = 1) {
    while (free_ < wanted) {
      freed_.reset();
      co_await freed_.wait();
    }
    free_ -= wanted;
  }

  void give() {
    ++free_;
    freed_.set();
  }

private:
  transport::event freed_;
  int all_;
  int free_;
};

/// Counts work that was spawned, and waits for its end.
class crew {
public:
  explicit crew(asio::any_io_executor const& executor) : executor_(executor), idle_(executor) { idle_.set(); }

  void spawn(asio::awaitable<void> work) {
    ++running_;
    idle_.reset();
    asio::co_spawn(executor_, std::move(work), [this](std::exception_ptr thrown) {
      if (thrown && !thrown_) thrown_ = thrown;
      if (--running_ == 0) idle_.set();
    });
  }

  asio::awaitable<void> all() { co_await idle_.wait(); }
  std::exception_ptr thrown() const { return thrown_; }

private:
  asio::any_io_executor executor_;
  transport::event idle_;
  int running_ = 0;
  std::exception_ptr thrown_;
};

/// A group as it is run live.
struct running {
  std::unique_ptr<group> own;
  std::unique_ptr<session> shared;                   ///< between its qualification and its scenarios
  std::map<std::string, judge::check_run> rule_runs; ///< by rule, merged over the sessions
  std::vector<judge::check_run> runs;
};

class whole {
public:
  whole(catalogue::catalogue const& data, run_options const& options, record::writer& writer)
      : data_(data), options_(options), selected_{options.only, options.skip}, executor_(io_.get_executor()),
        slots_(executor_, std::max(1, options.jobs)) {
    state_.options = &options;
    state_.writer = &writer;
  }

  wire::result<run_result> go() {
    if (auto planned = plan(); planned.has_error()) return planned.error();
    asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([this](boost::system::error_code failed, int) {
      if (!failed) state_.stop();
    });
    std::exception_ptr thrown;
    auto work = everything();
    asio::co_spawn(executor_, std::move(work), [&](std::exception_ptr e) {
      thrown = e;
      signals.cancel();
    });
    io_.run();
    if (thrown) std::rethrow_exception(thrown);
    if (problem_) return *problem_;
    run_result out;
    out.complete = !state_.stopping;
    for (auto& g : groups_) {
      out.states.push_back({g->own->env.revision->name, g->own->env.transport, g->own->state, g->own->reason});
      for (auto& run : g->runs)
        out.checks.push_back(std::move(run));
    }
    return out;
  }

private:
  // ---- plan

  wire::result<void> plan() {
    for (auto const& name : options_.revisions)
      if (!data_.revisions.find(name)) {
        std::string known;
        for (auto const& r : data_.revisions.all())
          known += (known.empty() ? "" : ", ") + r.name;
        return wire::problem{"--revision " + name, "is no revision of the specification", "choose from " + known};
      }
    auto const transport = options_.subject.transport();
    auto const subject = options_.subject.is_client() ? message::sender::client : message::sender::server;
    bool any = false;
    for (auto const& revision : data_.revisions.all()) {
      if (!options_.revisions.empty() &&
          std::find(options_.revisions.begin(), options_.revisions.end(), revision.name) == options_.revisions.end())
        continue;
      auto planned = plan_group(data_, revision, transport, subject, selected_);
      if (planned.has_error()) return planned.error();
      auto g = std::make_unique<running>();
      g->own = std::move(*planned);
      g->own->sample = options_.subject.sample;
      all_ += static_cast<int>(g->own->scenarios.size());
      any = any || !g->own->scenarios.empty() || !g->own->rules.empty();
      groups_.push_back(std::move(g));
    }
    if (!any && !options_.only.empty())
      return wire::problem{"--only", "selects no check for this subject", "mcp-assay list shows the ids"};
    return {};
  }

  // ---- run

  asio::awaitable<void> everything() {
    if (options_.subject.over_http() && !options_.subject.is_client()) {
      auto opened = co_await open_endpoint(executor_, state_);
      if (opened.has_error()) {
        problem_ = opened.error();
        co_return;
      }
      endpoint_ = std::move(*opened);
    }
    crew all(executor_);
    auto work = all_groups();
    all.spawn(std::move(work));
    co_await all.all();
    // Once nobody changes the subject any more.
    for (auto& g : groups_)
      if (g->own->state == "judged" && !state_.stopping && !all.thrown()) own_scenarios(*g, all, true);
    co_await all.all();
    if (endpoint_ && endpoint_->child) {
      transport::end_patience patience;
      patience.closed_input = {}; // what listens on a port does not read its input
      co_await endpoint_->child->end(patience);
    }
    if (all.thrown()) std::rethrow_exception(all.thrown());
    for (auto& g : groups_)
      finish(*g);
  }

  std::string const& url() const {
    static std::string const none;
    return endpoint_ ? endpoint_->url : none;
  }

  /// Steps that run in a session as a scenario without checks does.
  struct preparation {
    std::unique_ptr<engine::interpreter> interpreter;
    std::string stopped; ///< what stopped them; empty when they came to their end
  };

  asio::awaitable<preparation> prepare(group& g, session& s, std::vector<catalogue::step> steps, std::string name) {
    preparation out;
    out.interpreter = std::make_unique<engine::interpreter>(g.env, std::move(steps), json::object{},
                                                            std::set<std::string>{}, s.traffic, s.names);
    co_await drive(s, *out.interpreter, std::move(name));
    out.stopped = out.interpreter->finished() ? out.interpreter->blocked_by() : std::string("the run was interrupted");
    co_return out;
  }

  /// Nothing when it cannot be opened, which is then the run's problem.
  std::unique_ptr<session> open(group& g, std::string const& purpose) {
    auto opened = open_session(state_, executor_, g.env, url(), purpose, &g.known);
    if (opened.has_value()) return std::move(*opened);
    problem_ = opened.error();
    return nullptr;
  }

  /// Streams that have carried their response and have not ended yet. The one channel of a server lasts.
  static bool ending(group const& g, session const& s) {
    if (g.env.one_channel()) return false;
    for (auto const& [id, e] : s.traffic.exchanges())
      if (!e.from_subject && e.stream && !e.ended)
        for (auto const number : e.frames)
          if (auto const kind = s.traffic.frames()[number - 1].kind;
              kind == wire::message_kind::response || kind == wire::message_kind::error)
            return true;
    return false;
  }

  asio::awaitable<void> close(running& g, session& s) {
    drain(s);
    // Whether a stream ends after its response is for the rules to judge, not for the moment at which we leave.
    auto const expiry = std::chrono::steady_clock::now() + options_.deadlines.find("answer")->second;
    while (ending(*g.own, s) && !state_.stopping) {
      auto e = co_await s.events->next(expiry);
      if (!e) break;
      s.absorb(*e);
    }
    judge_rules(g, s);
    co_await s.link->close();
  }

  /// What the scenarios of one group change in a server must not show in what another group is told: first all ask, and
  /// then all go on. Where there are too few slots for that, one group goes after the other.
  asio::awaitable<void> all_groups() {
    auto const wanted =
        std::count_if(groups_.begin(), groups_.end(), [](auto& g) { return g->own->state == "judged"; });
    if (options_.subject.is_client()) {
      co_await each_group(&whole::client_group, true);
    } else if (wanted <= slots_.all()) {
      co_await each_group(&whole::ask_server, true);
      co_await each_group(&whole::server_scenarios, true);
    } else {
      co_await each_group(&whole::server_group, false);
    }
  }

  asio::awaitable<void> each_group(asio::awaitable<void> (whole::*part)(running&), bool together) {
    crew all(executor_);
    for (auto& g : groups_) {
      if (g->own->state != "judged") continue;
      auto work = (this->*part)(*g);
      all.spawn(std::move(work));
      if (!together) co_await all.all();
    }
    co_await all.all();
    if (all.thrown()) std::rethrow_exception(all.thrown());
  }

  asio::awaitable<void> server_group(running& g) {
    co_await ask_server(g);
    co_await server_scenarios(g);
  }

  /// Opens the first shared session, asks the subject what it is, and keeps both the session and its slot if that is
  /// judged.
  asio::awaitable<void> ask_server(running& g) {
    co_await slots_.take();
    if (!state_.stopping) g.shared = open(*g.own, "shared");
    if (g.shared) co_await qualify(g, *g.shared);
    if (g.shared && g.own->state == "judged") co_return;
    if (g.shared) co_await close(g, *g.shared); // whatever it would do now proves nothing
    g.shared.reset();
    slots_.give();
  }

  asio::awaitable<void> server_scenarios(running& g) {
    if (!g.shared) co_return;
    auto const more = wanted_sessions(*g.own) - 1;
    co_await slots_.take(more);
    auto opened = co_await shared_sessions(g, more);
    for (auto unused = more + 1 - static_cast<int>(opened.size()); unused > 0; --unused)
      slots_.give();
    crew sessions(executor_);
    own_scenarios(g, sessions, false);
    std::deque<planned const*> turns;
    for (auto const& p : g.own->scenarios)
      if (!alone(*g.own, *p.scenario) && !inapplicable(g, p)) turns.push_back(&p);
    longest_first(turns);
    for (auto& one : opened) {
      auto work = shared_scenarios(g, std::move(one), turns);
      sessions.spawn(std::move(work));
    }
    co_await sessions.all();
    if (sessions.thrown()) std::rethrow_exception(sessions.thrown());
  }

  /// How many sessions share the scenarios of a group. Where each is a process of its own, it would cost more than it
  /// saves; and those that all groups have already must leave slots for them.
  int wanted_sessions(group const& g) const {
    if (!g.env.http()) return 1;
    auto const turns =
        std::count_if(g.scenarios.begin(), g.scenarios.end(), [&](planned const& p) { return !alone(g, *p.scenario); });
    auto const room = 1 + std::max(0, slots_.all() - static_cast<int>(groups_.size()));
    return std::clamp(static_cast<int>(turns / least_turns), 1, std::min(most_shared, room));
  }

  struct shared_session {
    std::unique_ptr<session> own; ///< nothing when it cannot be opened
    bool opened = false;          ///< as the era opens it
  };

  asio::awaitable<shared_session> open_shared(group& g) {
    shared_session out{open(g, "shared")};
    if (!out.own) co_return out;
    auto steps = opening_steps(g);
    auto const opening = co_await prepare(g, *out.own, std::move(steps), "opening");
    out.opened = opening.stopped.empty();
    co_return out;
  }

  /// The first one, and as many others as the subject opens, `most`.
  asio::awaitable<std::vector<std::unique_ptr<session>>> shared_sessions(running& g, int most) {
    std::vector<std::unique_ptr<session>> out;
    out.push_back(std::move(g.shared));
    while (most-- > 0 && !state_.stopping) {
      auto another = co_await open_shared(*g.own);
      if (another.own && !another.opened) co_await close(g, *another.own);
      if (!another.opened) break; // a server of one session, perhaps: that is enough
      out.push_back(std::move(another.own));
    }
    co_return out;
  }

  /// Opens the session, and asks the subject what it is.
  asio::awaitable<void> qualify(running& r, session& shared) {
    auto& g = *r.own;
    auto steps = opening_steps(g);
    auto opening = co_await prepare(g, shared, std::move(steps), "opening");
    if (!take_opening(g, *opening.interpreter, shared.names, shared.traffic)) {
      g.reason = g.state == "unspoken" ? "the subject does not speak it" : explain(shared, opening.stopped);
      co_return;
    }
    if (steps = probe_steps(g); !steps.empty())
      if (auto probe = open(g, "probe")) {
        co_await prepare(g, *probe, std::move(steps), "probe");
        take_probe(g, probe->names);
        drain(*probe);
        co_await probe->link->close();
      }
    introspection asked(g, shared.names);
    while (auto part = asked.next()) {
      steps = std::move(*part);
      auto done = co_await prepare(g, shared, std::move(steps), "introspection");
      asked.take(*done.interpreter);
      if (g.state == "unqualified" && !done.stopped.empty())
        g.reason = "the subject did not qualify: " + explain(shared, done.stopped);
    }
    settle_profile(g);
    state_.writer->write_profile(g.env.revision->name, g.env.transport, g.profile);
  }

  /// Those with the most steps go first, so that the run does not wait for them at its end.
  static void longest_first(auto& turns) {
    std::ranges::stable_sort(turns, std::ranges::greater{}, [](auto const* p) { return p->scenario->steps.size(); });
  }

  /// Starts those that have a connection to themselves: the last ones, or the others.
  void own_scenarios(running& g, crew& owners, bool last) {
    std::vector<planned const*> turns;
    for (auto const& p : g.own->scenarios)
      if (alone(*g.own, *p.scenario) && (p.scenario->connection == "last") == last) turns.push_back(&p);
    longest_first(turns);
    for (auto const* p : turns) {
      auto work = own_scenario(g, *p);
      owners.spawn(std::move(work));
    }
  }

  /// The last thing that the subject did in the session was to answer.
  static bool answering(session const& s) {
    if (s.traffic.frames().empty()) return false;
    auto const& last = s.traffic.frames().back();
    return last.from_subject && !last.request.is_null();
  }

  /// The scenarios take turns in the session, as long as the sessions that share them have left any. Gives its slot
  /// back.
  asio::awaitable<void> shared_scenarios(running& r, std::unique_ptr<session> shared,
                                         std::deque<planned const*>& turns) {
    auto& g = *r.own;
    int restarts = 0;
    bool suspect = false;
    while (!turns.empty() && !state_.stopping) {
      auto const* p = turns.front();
      turns.pop_front();
      bool broken = !shared->alive();
      if (!broken && suspect) {
        auto steps = health_steps(g);
        auto const health = co_await prepare(g, *shared, std::move(steps), "health");
        broken = !health.stopped.empty();
      }
      if (broken && restarts < most_restarts) {
        // What a scenario broke must not hide what the others show.
        ++restarts;
        co_await close(r, *shared);
        auto again = co_await open_shared(g);
        if (!again.own) {
          slots_.give();
          co_return;
        }
        shared = std::move(again.own);
      }
      // No scenario starts in a session that another one may have broken, or is blamed for it.
      suspect = co_await scenario(r, *shared, *p) || !answering(*shared);
    }
    co_await close(r, *shared);
    slots_.give();
  }

  asio::awaitable<void> client_group(running& r) {
    auto& g = *r.own;
    if (state_.stopping) co_return;
    co_await slots_.take();
    if (auto probe = open(g, "qualification")) {
      auto steps = opening_steps(g);
      auto opening = co_await prepare(g, *probe, std::move(steps), "opening");
      if (!take_opening(g, *opening.interpreter, probe->names, probe->traffic))
        g.reason = g.state == "unspoken" ? "the subject does not open it" : explain(*probe, opening.stopped);
      settle_profile(g);
      state_.writer->write_profile(g.env.revision->name, g.env.transport, g.profile);
      co_await close(r, *probe);
    }
    slots_.give();
    if (problem_ || g.state != "judged") co_return;
    crew owners(executor_);
    own_scenarios(r, owners, false);
    co_await owners.all();
    if (owners.thrown()) std::rethrow_exception(owners.thrown());
  }

  asio::awaitable<void> own_scenario(running& g, planned const& p) {
    if (inapplicable(g, p)) co_return;
    co_await slots_.take();
    if (!state_.stopping) {
      if (auto s = open(*g.own, p.scenario->name)) {
        (void)co_await scenario(g, *s, p);
        co_await close(g, *s);
      }
    }
    slots_.give();
  }

  /// True when something went wrong, so that the session's health is in doubt.
  asio::awaitable<bool> scenario(running& g, session& s, planned const& p) {
    bool suspect = false;
    // Names of one scenario are not another's.
    engine::bindings names(&s.names);
    auto steps = scenario_steps(*g.own, *p.scenario);
    engine::interpreter it(g.own->env, std::move(steps), p.scenario->serves, p.requirements, s.traffic, names);
    co_await drive(s, it, p.scenario->name);
    for (auto const& r : it.results()) {
      auto run = make_run(*g.own, r, p.scenario->name, s.number);
      if (!it.finished()) {
        run.outcome = "blocked";
        run.reason = "the run was interrupted";
      } else if (run.outcome == "blocked") {
        run.reason = explain(s, run.reason);
      }
      suspect = suspect || run.outcome != "pass";
      g.runs.push_back(std::move(run));
    }
    progress(p.scenario->name + " " + g.own->suffix());
    co_return suspect;
  }

  // ---- results

  void judge_rules(running& g, session const& s) {
    for (auto const& [rule, result] : engine::judge_rules(g.own->rules, g.own->env, s.traffic, s.names)) {
      auto run = make_run(*g.own, result, rule_name(*rule), s.number);
      auto [there, first] = g.rule_runs.try_emplace(run.check(), run);
      if (!first && outweighs(run, there->second)) there->second = std::move(run);
    }
  }

  /// Whether the profile does not meet the scenario's needs; then that is its result.
  bool inapplicable(running& g, planned const& p) {
    auto const m = unmet(*g.own, *p.scenario);
    if (!m) return false;
    for (auto const& id : p.requirements) {
      engine::check_result r;
      r.requirement = id;
      r.result = outcome::inapplicable;
      r.reason = "the subject's profile has no fitting " + m->pointer + ": expected " + m->expected +
                 (m->actual.size() > 60 ? std::string{} : ", it is " + m->actual); // a whole list tells nothing
      g.runs.push_back(make_run(*g.own, r, p.scenario->name, 0));
    }
    progress(p.scenario->name);
    return true;
  }

  std::string explain(session const& s, std::string reason) const {
    auto const& failure = s.traffic.failure();
    if (!failure.empty() && reason.find(failure) == std::string::npos) reason += "; " + failure;
    if (auto const& exit = s.traffic.exit()) {
      reason += exit->signal ? "; the process ended by signal " + std::to_string(*exit->signal)
                             : "; the process ended with code " + std::to_string(exit->code.value_or(0));
      auto tail = s.link->stderr_tail();
      while (!tail.empty() && (tail.back() == '\n' || tail.back() == '\r'))
        tail.pop_back();
      if (auto line = tail.rfind('\n'); line != std::string::npos) tail.erase(0, line + 1);
      if (!tail.empty()) reason += ", its last words: " + tail.substr(0, 200);
    }
    return reason;
  }

  void finish(running& g) {
    auto const& own = *g.own;
    for (auto& [name, run] : g.rule_runs)
      g.runs.push_back(std::move(run));
    std::set<std::string> done;
    for (auto const& run : g.runs)
      done.insert(run.check());
    auto const why = state_.stopping && own.reason.empty() ? std::string("the run was interrupted") : own.reason;
    if (own.state != "judged" || state_.stopping)
      for (auto const& p : own.scenarios)
        for (auto const& id : p.requirements)
          if (!done.contains(id + "@" + p.scenario->name)) g.runs.push_back(not_run(own, id, p.scenario->name, why));
    for (auto& run : g.runs)
      if (auto outcome = by_state(own, run.outcome); outcome != run.outcome) {
        run.outcome = std::move(outcome);
        run.reason = own.reason;
      }
    std::sort(g.runs.begin(), g.runs.end(), [](auto const& a, auto const& b) {
      return std::tie(a.by, a.requirement) < std::tie(b.by, b.requirement);
    });
  }

  void progress(std::string const& what) {
    ++done_;
    if (options_.progress) options_.progress(done_, all_, what);
  }

  catalogue::catalogue const& data_;
  run_options const& options_;
  selection selected_;
  asio::io_context io_{1};
  asio::any_io_executor executor_;
  run_state state_;
  slots slots_;
  std::vector<std::unique_ptr<running>> groups_;
  std::unique_ptr<endpoint> endpoint_;
  std::optional<wire::problem> problem_;
  int all_ = 0, done_ = 0;
};

} // namespace

wire::result<run_result> run(catalogue::catalogue const& data, run_options const& options, record::writer& writer) {
  return whole(data, options, writer).go();
}

} // namespace assay::run
