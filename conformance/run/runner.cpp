// A group is a revision over a transport: one shared session, and own sessions beside it.
#include "conformance/run/runner.hpp"

#include "conformance/engine/rules.hpp"
#include "conformance/judge/pattern.hpp"
#include "conformance/run/endpoint.hpp"
#include "conformance/run/profile.hpp"
#include "conformance/run/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>

namespace assay::run {

namespace {

namespace json = boost::json;
using engine::outcome;

constexpr int most_pages = 50;    // of the tools, in the introspection
constexpr int most_restarts = 20; // of a group's shared session

/// At most so many connections at a time.
class slots {
public:
  slots(asio::any_io_executor const& executor, int free) : freed_(executor), free_(free) {}

  asio::awaitable<void> take() {
    while (free_ <= 0) {
      freed_.reset();
      co_await freed_.wait();
    }
    --free_;
  }

  void give() {
    ++free_;
    freed_.set();
  }

private:
  transport::event freed_;
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
      if (thrown && !thrown_)
        thrown_ = thrown;
      if (--running_ == 0)
        idle_.set();
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

struct planned {
  catalogue::scenario const* scenario = nullptr;
  std::set<std::string> requirements;
};

struct group {
  engine::environment env;
  std::optional<message::schemas> schemas;
  std::vector<planned> shared, own;
  engine::bindings known; ///< run, profile, opened
  json::object profile;
  std::string state = "judged";
  std::string reason;
  std::map<std::string, judge::check_run> rule_runs; ///< by rule, merged over the sessions
  std::vector<judge::check_run> runs;
};

class whole {
public:
  whole(catalogue::catalogue const& data, run_options const& options, record::writer& writer)
      : data_(data), options_(options), executor_(io_.get_executor()), slots_(executor_, std::max(1, options.jobs)) {
    state_.options = &options;
    state_.writer = &writer;
  }

  wire::result<run_result> go() {
    if (auto planned = plan(); planned.has_error())
      return planned.error();
    asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([this](boost::system::error_code failed, int) {
      if (!failed)
        state_.stop();
    });
    std::exception_ptr thrown;
    auto work = everything();
    asio::co_spawn(executor_, std::move(work), [&](std::exception_ptr e) {
      thrown = e;
      signals.cancel();
    });
    io_.run();
    if (thrown)
      std::rethrow_exception(thrown);
    if (problem_)
      return *problem_;
    run_result out;
    out.complete = !state_.stopping;
    for (auto& g : groups_) {
      out.states.push_back({g->env.revision->name, g->env.transport, g->state, g->reason});
      for (auto& run : g->runs)
        out.checks.push_back(std::move(run));
    }
    return out;
  }

private:
  // ---- plan

  bool selected(std::string const& id) const {
    auto any = [&](std::vector<std::string> const& patterns) {
      return std::any_of(patterns.begin(), patterns.end(), [&](auto const& p) { return judge::selects(p, id); });
    };
    return (options_.only.empty() || any(options_.only)) && !any(options_.skip);
  }

  wire::result<void> plan() {
    for (auto const& name : options_.revisions)
      if (!data_.revisions.find(name)) {
        std::string known;
        for (auto const& r : data_.revisions.all())
          known += (known.empty() ? "" : ", ") + r.name;
        return wire::problem{"--revision " + name, "is no revision of the specification", "choose from " + known};
      }
    auto const transport = options_.subject.transport();
    char const* side = options_.subject.is_client() ? "client" : "server";
    char const* plays = options_.subject.is_client() ? "server" : "client";
    bool any = false;
    for (auto const& revision : data_.revisions.all()) {
      if (!options_.revisions.empty() &&
          std::find(options_.revisions.begin(), options_.revisions.end(), revision.name) == options_.revisions.end())
        continue;
      auto g = std::make_unique<group>();
      g->env.data = &data_;
      g->env.revision = &revision;
      g->env.transport = transport;
      g->env.era = &data_.eras.find(revision.era)->second;
      g->env.subject = options_.subject.is_client() ? message::sender::client : message::sender::server;
      g->known.set("run", engine::run_view(g->env));
      if (!revision.carries(transport)) {
        g->state = "unspoken";
        g->reason = "the revision has no " + transport + " transport";
        groups_.push_back(std::move(g));
        continue;
      }
      for (auto const& scenario : data_.scenarios) {
        if (scenario.plays != plays || !data_.applies(scenario, revision, transport))
          continue;
        planned p{&scenario, {}};
        for (auto const& id : scenario.requirements()) {
          auto const* r = data_.find_requirement(id);
          if (r && (r->subject == side || r->subject == "both") && data_.applies(*r, revision, transport) &&
              selected(id + "@" + scenario.name + "[" + revision.name + " " + transport + "]"))
            p.requirements.insert(id);
        }
        if (p.requirements.empty())
          continue;
        any = true;
        bool const own = scenario.connection == "own" || options_.subject.is_client();
        (own ? g->own : g->shared).push_back(std::move(p));
      }
      for (auto const& rule : data_.rules)
        if (data_.applies(rule, revision, transport) && selected(rule_id(rule, *g)))
          any = true;
      groups_.push_back(std::move(g));
    }
    if (!any && !options_.only.empty())
      return wire::problem{"--only", "selects no check for this subject", "mcp-assay list shows the ids"};
    for (auto const& g : groups_)
      all_ += static_cast<int>(g->shared.size() + g->own.size());
    return {};
  }

  std::string rule_id(catalogue::rule const& rule, group const& g) const {
    return rule.requirement + "@rules/" + rule.page + "/" + rule.name + "[" + g.env.revision->name + " " + g.env.transport + "]";
  }

  // ---- run

  asio::awaitable<void> everything() {
    if (options_.subject.over_http() && !options_.subject.is_client()) {
      auto opened = co_await open_endpoint(executor_, options_);
      if (opened.has_error()) {
        problem_ = opened.error();
        co_return;
      }
      endpoint_ = std::move(*opened);
    }
    crew all(executor_);
    for (auto& g : groups_)
      if (g->state == "judged") {
        auto loaded = message::schemas::load(*data_.store, g->env.revision->name);
        if (loaded.has_error()) {
          problem_ = loaded.error();
          co_return;
        }
        g->schemas.emplace(std::move(*loaded));
        g->env.schemas = &*g->schemas;
        auto work = options_.subject.is_client() ? client_group(*g) : server_group(*g);
        all.spawn(std::move(work));
      }
    co_await all.all();
    if (endpoint_ && endpoint_->child) {
      transport::end_patience patience;
      patience.closed_input = {}; // what listens on a port does not read its input
      co_await endpoint_->child->end(patience);
    }
    if (all.thrown())
      std::rethrow_exception(all.thrown());
    for (auto& g : groups_)
      finish(*g);
  }

  std::string const& url() const {
    static std::string const none;
    return endpoint_ ? endpoint_->url : none;
  }

  /// Runs steps in a session as a scenario without checks. What stopped it; empty when it came to its end.
  asio::awaitable<std::string> preparation(group& g, session& s, std::vector<catalogue::step> steps, std::string name,
                                           json::value* last = nullptr) {
    engine::interpreter it(g.env, std::move(steps), {}, {}, s.traffic, s.names);
    co_await drive(s, it, std::move(name));
    if (last)
      *last = it.last_view();
    co_return it.finished() ? it.blocked_by() : std::string("the run was interrupted");
  }

  std::vector<catalogue::step> opening_steps() const {
    catalogue::step open;
    open.open = json::object{};
    return {open};
  }

  /// The era's fence, as steps.
  std::vector<catalogue::step> fence_steps(group const& g) const {
    std::vector<catalogue::step> steps(2);
    steps[0].send = g.env.era->fence;
    steps[0].as = "health";
    steps[1].expect = json::object{{"answer_to", "health"}};
    return steps;
  }

  /// Streams that have carried their response and have not ended yet.
  static bool ending(session const& s) {
    for (auto const& [id, e] : s.traffic.exchanges())
      if (!e.from_subject && e.stream && !e.ended)
        for (auto const number : e.frames)
          if (auto const kind = s.traffic.frames()[number - 1].kind;
              kind == wire::message_kind::response || kind == wire::message_kind::error)
            return true;
    return false;
  }

  asio::awaitable<void> close(group& g, session& s) {
    drain(s);
    // Whether a stream ends after its response is for the rules to judge, not for the moment at which we leave.
    auto const expiry = std::chrono::steady_clock::now() + options_.deadlines.find("answer")->second;
    while (ending(s) && !state_.stopping) {
      auto e = co_await s.events->next(expiry);
      if (!e)
        break;
      s.absorb(*e);
    }
    judge_rules(g, s);
    co_await s.link->close();
  }

  asio::awaitable<void> server_group(group& g) {
    co_await slots_.take();
    auto opened = open_session(state_, executor_, g.env, url(), "shared", &g.known);
    if (opened.has_error()) {
      problem_ = opened.error();
      slots_.give();
      co_return;
    }
    auto shared = std::move(*opened);
    json::value last;
    auto blocked = co_await preparation(g, *shared, opening_steps(), "opening", &last);
    if (!blocked.empty()) {
      engine::match_context const matching{&shared->names, g.env.schemas, g.env.subject};
      bool const unspoken = std::any_of(g.env.era->unspoken.begin(), g.env.era->unspoken.end(), [&](auto const& pattern) {
        return !engine::match(last, pattern, matching);
      });
      g.state = unspoken ? "unspoken" : "unreached";
      g.reason = unspoken ? "the subject does not speak it" : explain(*shared, blocked);
      co_await close(g, *shared);
      slots_.give();
      co_return;
    }
    g.known.set("opened", *shared->names.find("opened"));
    g.profile = make_profile(g.env, shared->names, options_.subject.sample);
    for (auto const& part : g.env.era->introspection) {
      engine::match_context const matching{&shared->names, g.env.schemas, g.env.subject};
      if (engine::match(json::value(g.profile), part.needs, matching))
        continue;
      blocked = co_await preparation(g, *shared, part.steps, "introspection");
      if (!blocked.empty()) {
        g.state = "unqualified";
        g.reason = "the subject did not qualify: " + explain(*shared, blocked);
      }
      g.profile = make_profile(g.env, shared->names, options_.subject.sample);
    }
    if (g.state == "judged")
      co_await other_pages(g, *shared);
    g.known.set("profile", g.profile);
    state_.writer->write_profile(g.env.revision->name, g.env.transport, g.profile);
    if (g.state == "unqualified") { // whatever it would do now proves nothing
      co_await close(g, *shared);
      slots_.give();
      co_return;
    }

    crew owners(executor_);
    for (auto const& p : g.own) {
      auto work = own_scenario(g, p);
      owners.spawn(std::move(work));
    }
    int restarts = 0;
    bool suspect = false;
    for (auto const& p : g.shared) {
      if (state_.stopping)
        break;
      if (auto reason = unmet(g, *p.scenario); !reason.empty()) {
        inapplicable(g, p, reason);
        continue;
      }
      bool broken = !shared->alive();
      if (!broken && suspect) {
        auto silent = co_await preparation(g, *shared, fence_steps(g), "health");
        broken = !silent.empty();
      }
      if (broken && restarts < most_restarts) {
        // What a scenario broke must not hide what the others show.
        ++restarts;
        co_await close(g, *shared);
        auto again = open_session(state_, executor_, g.env, url(), "shared", &g.known);
        if (again.has_error())
          break;
        shared = std::move(*again);
        co_await preparation(g, *shared, opening_steps(), "opening");
      }
      suspect = co_await scenario(g, *shared, p);
    }
    co_await close(g, *shared);
    shared.reset();
    slots_.give();
    co_await owners.all();
    if (owners.thrown())
      std::rethrow_exception(owners.thrown());
  }

  /// The rest of the tools, when the first page is not all of them: what a scenario needs may stand on a later one.
  asio::awaitable<void> other_pages(group& g, session& s) {
    auto const* first = g.profile.if_contains("pages");
    json::value cursor = first ? *first : json::value();
    for (int page = 2; cursor.is_string() && page <= most_pages; ++page) {
      auto const name = "tools-page-" + std::to_string(page);
      std::vector<catalogue::step> steps(2);
      steps[0].send = json::object{{"request", json::object{{"method", "tools/list"}, {"params", json::object{{"cursor", cursor}}}}}};
      steps[0].as = "list-" + name;
      steps[1].expect = json::object{{"answer_to", steps[0].as}};
      steps[1].as = name;
      steps[1].holds = json::object{{"/message/result/tools", json::object{{"type", "array"}}}};
      auto const blocked = co_await preparation(g, s, std::move(steps), "introspection");
      if (!blocked.empty())
        co_return;
      for (auto const& tool : s.names.find(name + "/message/result/tools")->as_array())
        g.profile.at("tools").as_array().push_back(tool);
      auto const* next = s.names.find(name + "/message/result/nextCursor");
      cursor = next ? *next : json::value();
    }
  }

  asio::awaitable<void> client_group(group& g) {
    co_await slots_.take();
    auto opened = open_session(state_, executor_, g.env, url(), "qualification", &g.known);
    if (opened.has_error()) {
      problem_ = opened.error();
      slots_.give();
      co_return;
    }
    auto probe = std::move(*opened);
    auto blocked = co_await preparation(g, *probe, with_end(g.env.era->client_opening), "opening");
    // Its own exit ends the steps; whether the client opened shows in the names.
    if (!probe->names.find("opened")) {
      bool const said = !probe->traffic.frames().empty() || !probe->traffic.exchanges().empty();
      g.state = said ? "unspoken" : "unreached";
      g.reason = said ? "the subject does not open it" : explain(*probe, blocked);
    } else {
      g.known.set("opened", *probe->names.find("opened"));
    }
    g.known.set("profile", g.profile);
    co_await close(g, *probe);
    probe.reset();
    slots_.give();
    if (g.state != "judged")
      co_return;
    crew owners(executor_);
    for (auto const& p : g.own) {
      auto work = own_scenario(g, p);
      owners.spawn(std::move(work));
    }
    co_await owners.all();
    if (owners.thrown())
      std::rethrow_exception(owners.thrown());
  }

  /// A client is given time to end by itself, so that the rules see how it leaves.
  static std::vector<catalogue::step> with_end(std::vector<catalogue::step> steps) {
    catalogue::step end;
    end.expect = json::object{{"exit", true}};
    end.within = "exit";
    steps.push_back(std::move(end));
    return steps;
  }

  asio::awaitable<void> own_scenario(group& g, planned const& p) {
    if (auto reason = unmet(g, *p.scenario); !reason.empty()) {
      inapplicable(g, p, reason);
      co_return;
    }
    co_await slots_.take();
    if (!state_.stopping) {
      // The outer names hold `opened` of the shared session, which is not this one's: only run and profile are passed on.
      engine::bindings outer;
      outer.set("run", *g.known.find("run"));
      outer.set("profile", g.profile);
      auto opened = open_session(state_, executor_, g.env, url(), p.scenario->name, &outer);
      if (opened.has_error()) {
        problem_ = opened.error();
      } else {
        auto s = std::move(*opened);
        (void)co_await scenario(g, *s, p);
        co_await close(g, *s);
      }
    }
    slots_.give();
  }

  /// True when something went wrong, so that the session's health is in doubt.
  asio::awaitable<bool> scenario(group& g, session& s, planned const& p) {
    bool suspect = false;
    // Names of one scenario are not another's.
    engine::bindings names(&s.names);
    auto steps = options_.subject.is_client() ? with_end(p.scenario->steps) : p.scenario->steps;
    engine::interpreter it(g.env, std::move(steps), p.scenario->serves, p.requirements, s.traffic, names);
    co_await drive(s, it, p.scenario->name);
    for (auto const& r : it.results()) {
      auto run = make_run(g, r, p.scenario->name, s.number);
      if (!it.finished()) {
        run.outcome = "blocked";
        run.reason = "the run was interrupted";
      } else if (run.outcome == "blocked") {
        run.reason = explain(s, run.reason);
      }
      suspect = suspect || run.outcome != "pass";
      g.runs.push_back(std::move(run));
    }
    progress(p.scenario->name + " [" + g.env.revision->name + " " + g.env.transport + "]");
    co_return suspect;
  }

  // ---- results

  judge::check_run make_run(group const& g, engine::check_result const& r, std::string by, int session) const {
    judge::check_run run;
    run.requirement = r.requirement;
    run.by = std::move(by);
    run.revision = g.env.revision->name;
    run.transport = g.env.transport;
    run.level = data_.find_requirement(r.requirement)->level;
    run.outcome = std::string(to_string(r.result));
    run.expected = r.expected;
    run.actual = r.actual;
    run.reason = r.reason;
    if (r.frame || r.exchange) {
      run.session = session;
      run.frame = static_cast<int>(r.frame);
      run.since = static_cast<int>(r.since);
      run.exchange = r.exchange;
    }
    return run;
  }

  void judge_rules(group& g, session const& s) {
    for (auto const& [rule, result] : engine::judge_rules(g.env, s.traffic, s.names)) {
      auto const id = rule_id(*rule, g);
      if (!selected(id))
        continue;
      auto run = make_run(g, result, "rules/" + rule->page + "/" + rule->name, s.number);
      auto [there, first] = g.rule_runs.try_emplace(run.by + rule->requirement, run);
      bool const worse = run.outcome == "fail" && there->second.outcome != "fail";
      bool const shown = run.outcome == "pass" && there->second.outcome == "not exercised";
      if (!first && (worse || shown))
        there->second = std::move(run);
    }
  }

  /// The first entry of the scenario's needs that the profile does not meet.
  std::string unmet(group const& g, catalogue::scenario const& s) const {
    engine::match_context const matching{&g.known, g.env.schemas, g.env.subject};
    auto m = engine::match(json::value(g.profile), s.needs, matching);
    return m ? "the subject's profile has no fitting " + m->pointer + ": expected " + m->expected + ", it is " + m->actual
             : std::string{};
  }

  void inapplicable(group& g, planned const& p, std::string const& reason) {
    for (auto const& id : p.requirements) {
      engine::check_result r;
      r.requirement = id;
      r.result = outcome::inapplicable;
      r.reason = reason;
      g.runs.push_back(make_run(g, r, p.scenario->name, 0));
    }
    progress(p.scenario->name);
  }

  std::string explain(session const& s, std::string reason) const {
    auto const& failure = s.traffic.failure();
    if (!failure.empty() && reason.find(failure) == std::string::npos)
      reason += "; " + failure;
    if (auto const& exit = s.traffic.exit()) {
      reason += exit->signal ? "; the process ended by signal " + std::to_string(*exit->signal)
                             : "; the process ended with code " + std::to_string(exit->code.value_or(0));
      auto tail = s.link->stderr_tail();
      while (!tail.empty() && (tail.back() == '\n' || tail.back() == '\r'))
        tail.pop_back();
      if (auto line = tail.rfind('\n'); line != std::string::npos)
        tail.erase(0, line + 1);
      if (!tail.empty())
        reason += ", its last words: " + tail.substr(0, 200);
    }
    return reason;
  }

  void finish(group& g) {
    for (auto& [name, run] : g.rule_runs)
      g.runs.push_back(std::move(run));
    std::set<std::string> done;
    for (auto const& run : g.runs)
      done.insert(run.check());
    // What was planned and never came to run.
    if (g.state != "judged" || state_.stopping)
      for (auto const* list : {&g.shared, &g.own})
        for (auto const& p : *list)
          for (auto const& id : p.requirements)
            if (!done.contains(id + "@" + p.scenario->name)) {
              engine::check_result r;
              r.requirement = id;
              r.result = g.state == "unspoken" ? outcome::inapplicable : outcome::blocked;
              r.reason = state_.stopping && g.reason.empty() ? "the run was interrupted" : g.reason;
              g.runs.push_back(make_run(g, r, p.scenario->name, 0));
            }
    for (auto& run : g.runs) {
      if (g.state == "unspoken" && run.outcome != "inapplicable") {
        run.outcome = "inapplicable";
        run.reason = g.reason;
      }
      // Silence and flattery prove nothing.
      if ((g.state == "unqualified" || g.state == "unreached") && run.outcome == "pass") {
        run.outcome = "blocked";
        run.reason = g.reason;
      }
    }
    std::sort(g.runs.begin(), g.runs.end(), [](auto const& a, auto const& b) {
      return std::tie(a.by, a.requirement) < std::tie(b.by, b.requirement);
    });
  }

  void progress(std::string const& what) {
    ++done_;
    if (options_.progress)
      options_.progress(done_, all_, what);
  }

  catalogue::catalogue const& data_;
  run_options const& options_;
  asio::io_context io_{1};
  asio::any_io_executor executor_;
  run_state state_;
  slots slots_;
  std::vector<std::unique_ptr<group>> groups_;
  std::unique_ptr<endpoint> endpoint_;
  std::optional<wire::problem> problem_;
  int all_ = 0, done_ = 0;
};

} // namespace

wire::result<run_result> run(catalogue::catalogue const& data, run_options const& options, record::writer& writer) {
  return whole(data, options, writer).go();
}

} // namespace assay::run
