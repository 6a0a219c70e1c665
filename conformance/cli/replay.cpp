// The order of things is that of conformance/run/runner.cpp; the record's marks say when each scenario began and ended,
// and when a deadline passed. What we send is not taken from the record but made again, and has to be the same.
#include "conformance/cli/replay.hpp"

#include "conformance/engine/rules.hpp"
#include "conformance/judge/pattern.hpp"
#include "conformance/run/profile.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <sstream>

namespace assay::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t most_contradictions = 20;

/// What the record would hold of an action.
json::object written(int session, engine::action const& action, std::size_t frame) {
  auto text = std::make_unique<std::ostringstream>();
  auto* out = text.get();
  record::writer writer(std::move(text));
  writer.write(session, 0, action, frame);
  auto parsed = wire::parse_value(out->str());
  return parsed.has_value() && parsed->is_object() ? std::move(parsed->get_object()) : json::object{};
}

/// Only the beginning of the message is in the record: what it was, nobody can tell any more.
bool cut(record::entry const& e) {
  return e.data.contains("bytes") && !e.data.contains("truncated");
}

/// A text in the message was replaced; its kind, method and id are there.
bool redacted(record::entry const& e) {
  return wire::serialize(e.data).find("[redacted]") != std::string::npos;
}

struct planned {
  catalogue::scenario const* scenario = nullptr;
  std::set<std::string> requirements;
};

/// A revision over a transport, as the runner has it.
struct group {
  engine::environment env;
  std::optional<message::schemas> schemas;
  std::map<std::string, planned> scenarios;
  engine::bindings known;
  json::object profile;
  bool profiled = false;
  std::string state = "judged";
  std::map<std::string, judge::check_run> runs;               ///< of scenarios, by check
  std::map<std::string, std::vector<judge::check_run>> rules; ///< by check, one a session
  std::map<std::string, std::string> lost;                    ///< scenario -> why it cannot be replayed
  std::string rules_lost;
};

class player {
public:
  player(catalogue::catalogue const& data, record::record const& r)
      : data_(data), record_(r), client_(r.head.role == "client") {}

  wire::result<replayed> go() {
    if (!record_.has_footer)
      return wire::problem{"record", "has no footer: the run did not come to its end", "run it again"};
    for (auto const& transport : record_.head.transports)
      for (auto const& name : record_.head.revisions) {
        auto const* revision = data_.revisions.find(name);
        if (!revision)
          return wire::problem{"record", "is of the revision " + name + ", which the data do not have",
                               "use the data that the record names"};
        if (auto r = one(*revision, transport); r.has_error()) return r.error();
      }
    compare();
    return std::move(out_);
  }

private:
  bool selected(std::string const& id) const {
    auto any = [&](std::vector<std::string> const& patterns) {
      return std::any_of(patterns.begin(), patterns.end(), [&](auto const& p) { return judge::selects(p, id); });
    };
    return (record_.head.only.empty() || any(record_.head.only)) && !any(record_.head.skip);
  }

  void contradict(std::string what) {
    if (out_.contradictions.size() < most_contradictions) out_.contradictions.push_back(std::move(what));
  }

  static std::string suffix(group const& g) { return "[" + g.env.revision->name + " " + g.env.transport + "]"; }

  wire::result<void> one(revision::revision const& revision, std::string const& transport) {
    auto owned = std::make_unique<group>();
    auto& g = *owned;
    g.env.data = &data_;
    g.env.revision = &revision;
    g.env.transport = transport;
    g.env.era = &data_.eras.find(revision.era)->second;
    g.env.subject = client_ ? message::sender::client : message::sender::server;
    g.known.set("run", engine::run_view(g.env));
    if (!revision.carries(transport)) {
      g.state = "unspoken";
      groups_.push_back(std::move(owned));
      return {};
    }
    auto schemas = message::schemas::load(*data_.store, revision.name);
    if (schemas.has_error()) return schemas.error();
    g.schemas.emplace(std::move(*schemas));
    g.env.schemas = &*g.schemas;
    for (auto const& scenario : data_.scenarios) {
      if (scenario.plays != (client_ ? "server" : "client") || !data_.applies(scenario, revision, transport)) continue;
      planned p{&scenario, {}};
      for (auto const& id : scenario.requirements()) {
        auto const* r = data_.find_requirement(id);
        if (r && (r->subject == record_.head.role || r->subject == "both") && data_.applies(*r, revision, transport) &&
            selected(id + "@" + scenario.name + suffix(g)))
          p.requirements.insert(id);
      }
      if (!p.requirements.empty()) g.scenarios.emplace(scenario.name, std::move(p));
    }
    // The sessions that the others take their names from come first.
    std::vector<record::session const*> sessions;
    for (auto const& s : record_.sessions)
      if (s.revision == revision.name && s.transport == transport) sessions.push_back(&s);
    auto const first = [](record::session const* s) { return s->purpose == "shared" || s->purpose == "qualification"; };
    std::stable_sort(sessions.begin(), sessions.end(),
                     [&](auto const* a, auto const* b) { return first(a) > first(b); });
    if (sessions.empty()) contradict("no session was opened for " + suffix(g) + ", and nothing says why");
    bool opening = true;
    for (auto const* s : sessions) {
      session(g, *s, opening);
      opening = false;
    }
    finish(g);
    groups_.push_back(std::move(owned));
    return {};
  }

  /// Something that runs in a session: a scenario, or a preparation without checks.
  struct part {
    std::string name;
    planned const* plan = nullptr;
    std::unique_ptr<engine::bindings> names; ///< a scenario's own
    std::unique_ptr<engine::interpreter> interpreter;
    std::size_t page = 0; ///< of tools, in the introspection; 0: another part of it
  };

  struct live {
    explicit live(engine::bindings const* outer) : names(outer) {}
    engine::traffic traffic;
    engine::bindings names;
    std::unique_ptr<part> running;
    std::deque<std::pair<engine::action, std::size_t>> owed; ///< what we would send, with its frame
    std::string lost;                                        ///< why the rest cannot be replayed
    std::string rules_lost;                                  ///< why the rules cannot be judged over it
    std::size_t introspected = 0;                            ///< parts of the era's introspection that are done
    std::size_t page = 1;
  };

  void session(group& g, record::session const& s, bool first) {
    engine::bindings own; // own sessions do not see `opened` of the shared one
    own.set("run", *g.known.find("run"));
    own.set("profile", g.profile);
    bool const shares = s.purpose == "shared" || s.purpose == "qualification";
    live l(shares ? &g.known : &own);
    for (auto& a : engine::connecting(g.env, l.traffic)) {
      l.traffic.note(a, 0);
      l.owed.emplace_back(std::move(a), 0);
    }
    auto const entries = record_.entries.find(s.session);
    if (entries != record_.entries.end())
      for (auto const& e : entries->second) {
        if (l.lost.empty())
          step(g, s, l, e, first && shares);
        else if (e.what == "begin")
          g.lost.try_emplace(scenario_of(e), l.lost);
      }
    if (first && shares) settle_profile(g);
    if (!l.rules_lost.empty() && g.rules_lost.empty()) g.rules_lost = l.rules_lost;
    if (!l.lost.empty()) return;
    if (l.running) contradict(l.running->name + suffix(g) + " began and never ended");
    if (!l.owed.empty()) contradict("session " + std::to_string(s.session) + " lacks a message that we send there");
    if (!l.rules_lost.empty()) return;
    for (auto const& [rule, result] : engine::judge_rules(g.env, l.traffic, l.names)) {
      auto run = make_run(g, result, "rules/" + rule->page + "/" + rule->name, s.session);
      if (selected(run.id())) g.rules[run.check()].push_back(std::move(run));
    }
  }

  static std::string scenario_of(record::entry const& e) {
    auto const* name = e.data.if_contains("scenario");
    return name && name->is_string() ? std::string(name->get_string()) : std::string{};
  }

  /// The rest of the session cannot be replayed.
  void give_up(group& g, live& l, std::string reason) {
    l.lost = std::move(reason);
    l.rules_lost = l.lost;
    if (l.running && l.running->plan) g.lost.try_emplace(l.running->name, l.lost);
    if (l.running && !l.running->plan && l.running->name != "health") // all that follows rests on it
      for (auto const& [name, p] : g.scenarios)
        g.lost.try_emplace(name, l.lost);
  }

  /// The scenario that runs cannot be judged again, nor the rules over its session; those after it can.
  void give_up_scenario(group& g, live& l, std::string const& reason) {
    l.rules_lost = reason;
    if (l.running && l.running->plan)
      g.lost.try_emplace(l.running->name, reason);
    else if (l.running && l.running->name != "health")
      give_up(g, l, reason);
  }

  void step(group& g, record::session const& s, live& l, record::entry const& e, bool first) {
    auto const place = "session " + std::to_string(s.session) + " at " + std::to_string(e.at) + " ms";
    auto const* type = e.data.if_contains("type");
    auto const kind = type && type->is_string() ? std::string(type->get_string()) : std::string{};
    if (kind == "mark" && e.what == "begin") {
      if (l.running) contradict(place + ": " + scenario_of(e) + " begins before " + l.running->name + " ended");
      begin(g, l, scenario_of(e), place, first);
    } else if (kind == "mark" && e.what == "deadline") {
      if (!l.running || l.running->interpreter->finished())
        contradict(place + ": a deadline passed, and nothing waited");
      else
        perform(l, l.running->interpreter->deadline_passed(), e.at);
    } else if (kind == "mark" && e.what == "finish") {
      if (!l.running)
        contradict(place + ": " + scenario_of(e) + " ended, and had not begun");
      else
        end(g, s, l, place, first);
    } else if (kind == "in") {
      if (cut(e)) {
        give_up(g, l, "the record holds only the beginning of a long message");
        return;
      }
      if (redacted(e)) {
        give_up_scenario(g, l, "the record leaves a secret out of a message");
        if (!l.lost.empty()) return;
      }
      auto const event = record::event_of(e);
      if (!event) {
        contradict(place + ": no event is written like this");
        return;
      }
      l.traffic.absorb(*event, e.at);
      if (l.running && !l.running->interpreter->finished()) perform(l, l.running->interpreter->advance(), e.at);
    } else if (kind == "out") {
      sent(g, s, l, e, place);
    }
  }

  void perform(live& l, std::vector<engine::action> actions, double at) {
    while (!actions.empty()) {
      for (auto& a : actions) {
        auto const before = l.traffic.frames().size();
        l.traffic.note(a, at);
        auto const frame = l.traffic.frames().size() > before ? before + 1 : 0;
        l.owed.emplace_back(std::move(a), frame);
      }
      actions = l.running->interpreter->advance();
    }
  }

  void sent(group& g, record::session const& s, live& l, record::entry const& e, std::string const& place) {
    // What a secret may have decided is not known.
    bool const unsure = l.running && l.running->plan && g.lost.contains(l.running->name);
    if (unsure && (l.owed.empty() || !same_as_owed(s, l, e))) {
      give_up(g, l, "the record leaves a secret out of a message");
      return;
    }
    if (l.owed.empty()) {
      contradict(place + ": the record has a message that we do not send there");
      return;
    }
    if (!same_as_owed(s, l, e)) contradict(place + ": the record has another message than we send there");
    l.owed.pop_front();
  }

  static bool same_as_owed(record::session const& s, live const& l, record::entry const& e) {
    auto expected = written(s.session, l.owed.front().first, l.owed.front().second);
    auto actual = e.data;
    expected.erase("at");
    actual.erase("at");
    return wire::equal(expected, actual);
  }

  void begin(group& g, live& l, std::string const& name, std::string const& place, bool first) {
    auto next = std::make_unique<part>();
    next->name = name;
    std::vector<catalogue::step> steps;
    auto* names = &l.names;
    json::object serves;
    std::set<std::string> requirements;
    if (name == "opening") {
      if (client_) {
        steps = g.env.era->client_opening;
        steps.push_back(end_step());
      } else {
        catalogue::step open;
        open.open = json::object{};
        steps.push_back(std::move(open));
      }
    } else if (name == "introspection" && first) {
      steps = introspection(g, l, *next);
    } else if (name == "health") {
      steps.resize(2);
      steps[0].send = g.env.era->fence;
      steps[0].as = "health";
      steps[1].expect = json::object{{"answer_to", "health"}};
    } else if (auto const found = g.scenarios.find(name); found != g.scenarios.end()) {
      if (first) settle_profile(g);
      next->plan = &found->second;
      steps = found->second.scenario->steps;
      if (client_) steps.push_back(end_step());
      serves = found->second.scenario->serves;
      requirements = found->second.requirements;
      next->names = std::make_unique<engine::bindings>(&l.names);
      names = next->names.get();
    } else {
      contradict(place + ": \"" + name + "\" is no part of this run");
      l.lost = "its session has a part that this run has not";
      return;
    }
    next->interpreter = std::make_unique<engine::interpreter>(g.env, std::move(steps), std::move(serves),
                                                              std::move(requirements), l.traffic, *names);
    l.running = std::move(next);
    perform(l, l.running->interpreter->advance(), 0);
  }

  static catalogue::step end_step() {
    catalogue::step end;
    end.expect = json::object{{"exit", true}};
    end.within = "exit";
    return end;
  }

  /// The next part of the introspection: the era's, and then page by page the rest of the tools.
  std::vector<catalogue::step> introspection(group& g, live& l, part& next) {
    engine::match_context const matching{&l.names, g.env.schemas, g.env.subject};
    auto const& parts = g.env.era->introspection;
    while (l.introspected < parts.size()) {
      auto const& one = parts[l.introspected++];
      if (!engine::match(json::value(g.profile), one.needs, matching)) return one.steps;
    }
    next.page = ++l.page;
    auto const name = "tools-page-" + std::to_string(next.page);
    auto const* cursor =
        next.page == 2 ? g.profile.if_contains("pages")
                       : l.names.find("tools-page-" + std::to_string(next.page - 1) + "/message/result/nextCursor");
    std::vector<catalogue::step> steps(2);
    json::object params;
    params.emplace("cursor", cursor ? *cursor : json::value());
    json::object request;
    request.emplace("method", "tools/list");
    request.emplace("params", std::move(params));
    json::object send;
    send.emplace("request", std::move(request));
    steps[0].send = std::move(send);
    steps[0].as = "list-" + name;
    steps[1].expect = json::object{{"answer_to", steps[0].as}};
    steps[1].as = name;
    steps[1].holds = json::object{{"/message/result/tools", json::object{{"type", "array"}}}};
    return steps;
  }

  void end(group& g, record::session const& s, live& l, std::string const& place, bool first) {
    auto const done = std::move(l.running);
    auto const& it = *done->interpreter;
    if (!it.finished()) contradict(place + ": " + done->name + suffix(g) + " ended before it was finished");
    if (done->plan) {
      for (auto const& result : it.results()) {
        auto run = make_run(g, result, done->name, s.session);
        auto const check = run.check();
        if (!g.runs.emplace(check, std::move(run)).second)
          contradict(place + ": " + done->name + suffix(g) + " was played twice");
      }
      return;
    }
    if (!first) return;
    if (done->name == "opening") {
      opened(g, l, it);
    } else if (done->name == "introspection") {
      if (done->page) {
        auto const* tools = l.names.find("tools-page-" + std::to_string(done->page) + "/message/result/tools");
        auto* all = g.profile.if_contains("tools");
        if (it.blocked_by().empty() && tools && tools->is_array() && all && all->is_array())
          for (auto const& tool : tools->get_array())
            all->get_array().push_back(tool);
        return;
      }
      if (!it.blocked_by().empty()) g.state = "unqualified";
      g.profile = run::make_profile(g.env, l.names, record_.head.sample);
    }
  }

  void opened(group& g, live& l, engine::interpreter const& it) {
    if (client_) {
      if (auto const* view = l.names.find("opened"))
        g.known.set("opened", *view);
      else
        g.state = l.traffic.frames().empty() && l.traffic.exchanges().empty() ? "unreached" : "unspoken";
      return;
    }
    if (!it.blocked_by().empty()) {
      engine::match_context const matching{&l.names, g.env.schemas, g.env.subject};
      bool const unspoken =
          std::any_of(g.env.era->unspoken.begin(), g.env.era->unspoken.end(),
                      [&](auto const& pattern) { return !engine::match(it.last_view(), pattern, matching); });
      g.state = unspoken ? "unspoken" : "unreached";
      return;
    }
    if (auto const* view = l.names.find("opened")) g.known.set("opened", *view);
    g.profile = run::make_profile(g.env, l.names, record_.head.sample);
  }

  void settle_profile(group& g) {
    if (g.profiled) return;
    g.profiled = true;
    g.known.set("profile", g.profile);
    for (auto const& line : record_.profiles) {
      auto const& o = line.as_object();
      auto const text = [&](char const* name) {
        return o.contains(name) && o.at(name).is_string() ? std::string(o.at(name).as_string()) : std::string{};
      };
      if (text("revision") == g.env.revision->name && text("transport") == g.env.transport && o.contains("profile") &&
          !wire::equal(o.at("profile"), g.profile))
        contradict("the profile of " + suffix(g) + " does not follow from the traffic");
    }
  }

  judge::check_run make_run(group const& g, engine::check_result const& r, std::string by, int session) const {
    judge::check_run run;
    run.requirement = r.requirement;
    run.by = std::move(by);
    run.revision = g.env.revision->name;
    run.transport = g.env.transport;
    auto const* requirement = data_.find_requirement(r.requirement);
    run.level = requirement ? requirement->level : "MUST";
    run.outcome = std::string(engine::to_string(r.result));
    run.expected = r.expected;
    run.actual = r.actual;
    run.reason = r.reason;
    run.session = session;
    run.frame = static_cast<int>(r.frame);
    run.since = static_cast<int>(r.since);
    run.exchange = r.exchange;
    return run;
  }

  /// What was planned and not played, and what the group's state makes of the rest.
  void finish(group& g) {
    engine::match_context const matching{&g.known, g.env.schemas, g.env.subject};
    for (auto const& [name, p] : g.scenarios)
      for (auto const& id : p.requirements) {
        if (g.runs.contains(id + "@" + name)) continue;
        engine::check_result r;
        r.requirement = id;
        bool const unmet =
            g.state == "judged" && engine::match(json::value(g.profile), p.scenario->needs, matching).has_value();
        r.result = unmet || g.state == "unspoken" ? engine::outcome::inapplicable : engine::outcome::blocked;
        // A scenario that should have been played, and was not: nothing may pass for it.
        if (!unmet && g.state == "judged" && !g.lost.contains(name))
          contradict(id + "@" + name + suffix(g) + " should have been played, and was not");
        g.runs.emplace(id + "@" + name, make_run(g, r, name, 0));
      }
  }

  /// The worst that the sessions say of a rule.
  static judge::check_run const& merged(std::vector<judge::check_run> const& runs) {
    auto const* out = &runs.front();
    for (auto const& run : runs) {
      bool const worse = run.outcome == "fail" && out->outcome != "fail";
      bool const shown = run.outcome == "pass" && out->outcome == "not exercised";
      if (worse || shown) out = &run;
    }
    return *out;
  }

  static std::string by_state(group const& g, std::string outcome) {
    if (g.state == "unspoken") return "inapplicable";
    if ((g.state == "unqualified" || g.state == "unreached") && outcome == "pass") return "blocked";
    return outcome;
  }

  void compare() {
    std::map<std::string, judge::check_run const*> recorded;
    for (auto const& c : record_.checks)
      if (!recorded.emplace(c.id(), &c).second) contradict(c.id() + " is in the record twice");
    auto states = record_.states;
    for (auto const& g : groups_) {
      for (auto& s : states)
        if (s.revision == g->env.revision->name && s.transport == g->env.transport && s.state != g->state) {
          if (g->lost.empty())
            contradict(suffix(*g) + " is recorded as " + s.state + ", and is " + g->state);
          else
            continue;
          s.state = g->state;
        }
      for (auto& [check, run] : g->runs) {
        auto const lost = g->lost.find(run.by);
        one_check(recorded, *g, run, {run}, lost == g->lost.end() ? std::string{} : lost->second);
      }
      std::set<std::string> rules;
      for (auto const& [check, runs] : g->rules) {
        rules.insert(check);
        auto run = merged(runs);
        auto lost = g->rules_lost;
        // A failure stays one, whatever the lost sessions hold; which of them is shown, they may decide.
        if (auto const found = recorded.find(run.id());
            !lost.empty() && run.outcome == "fail" && found != recorded.end() && found->second->outcome == "fail") {
          run = *found->second;
          lost.clear();
          one_check(recorded, *g, run, {run}, lost);
          continue;
        }
        if (run.outcome == "fail") lost.clear();
        one_check(recorded, *g, run, runs, lost);
      }
      if (!g->rules_lost.empty()) // of a rule whose only sessions are lost nothing is known
        for (auto const& [id, c] : recorded)
          if (c->revision == g->env.revision->name && c->transport == g->env.transport && c->by.starts_with("rules/") &&
              !rules.contains(c->check())) {
            out_.not_replayable[g->rules_lost].push_back(id);
            out_.checks.push_back(*c);
          }
    }
    std::set<std::string> there;
    for (auto const& c : out_.checks)
      there.insert(c.id());
    for (auto const& [id, c] : recorded)
      if (!there.contains(id)) contradict(id + " is in the record, and no check of these data");
    out_.verdict = judge::give_verdict(out_.checks, states, record_.foot.complete);
    auto const& was = record_.foot.verdict;
    if (out_.verdict.word != was.word || out_.verdict.sentence != was.sentence)
      contradict("the recorded verdict is \"" + was.sentence + "\", and what follows is \"" + out_.verdict.sentence +
                 "\"");
  }

  void one_check(std::map<std::string, judge::check_run const*> const& recorded, group const& g, judge::check_run run,
                 std::vector<judge::check_run> const& sessions, std::string const& lost) {
    run.outcome = by_state(g, run.outcome);
    auto const id = run.id();
    auto const found = recorded.find(id);
    if (found == recorded.end()) {
      contradict(id + " is not in the record, and comes to: " + run.outcome);
      out_.checks.push_back(std::move(run));
      return;
    }
    auto const& was = *found->second;
    if (!lost.empty()) {
      out_.not_replayable[lost].push_back(id);
      out_.checks.push_back(was);
      return;
    }
    run.known = was.known;
    bool same = run.outcome == was.outcome && run.level == was.level;
    if (same && was.outcome == "fail")
      same = std::any_of(sessions.begin(), sessions.end(), [&](auto const& s) {
        return s.outcome == "fail" && s.expected == was.expected && s.actual == was.actual &&
               (!was.frame || (s.session == was.session && s.frame == was.frame));
      });
    if (same)
      ++out_.followed;
    else
      contradict(id + " is recorded as " + was.outcome +
                 (was.outcome == "fail" ? " (" + judge::message(was) + ")" : "") + ", and comes to: " + run.outcome +
                 (run.outcome == "fail" ? " (" + judge::message(run) + ")" : ""));
    out_.checks.push_back(std::move(run));
  }

  catalogue::catalogue const& data_;
  record::record const& record_;
  bool client_;
  std::vector<std::unique_ptr<group>> groups_;
  replayed out_;
};

} // namespace

wire::result<replayed> replay(catalogue::catalogue const& data, record::record const& r) {
  return player(data, r).go();
}

} // namespace assay::cli
