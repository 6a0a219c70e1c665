// The record's marks say when each part of a session began and ended, and when a deadline passed; what the parts are,
// and what follows from them, is as in a live run (conformance/run/group.hpp). What we send is not taken from the
// record but made again, and has to be the same.
#include "conformance/cli/replay.hpp"

#include "conformance/engine/rules.hpp"
#include "conformance/record/redact.hpp"
#include "conformance/run/group.hpp"

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

/// A text in the message was replaced; its kind, method and id are there.
bool redacted(record::entry const& e) {
  return wire::serialize(e.data).find("[redacted]") != std::string::npos;
}

/// A group as it is replayed.
struct replaying {
  std::unique_ptr<run::group> own;
  std::map<std::string, run::planned const*, std::less<>> scenarios; ///< by name
  bool settled = false;                                              ///< the profile
  std::map<std::string, judge::check_run> runs;                      ///< of scenarios, by check
  std::map<std::string, std::vector<judge::check_run>> rules;        ///< by check, one a session
  std::map<std::string, std::string> lost;                           ///< scenario -> why it cannot be replayed
  std::string rules_lost;
};

class player {
public:
  player(catalogue::catalogue const& data, record::record const& r)
      : data_(data), record_(r), selected_{r.head.only, r.head.skip} {}

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
  void contradict(std::string what) {
    if (out_.contradictions.size() < most_contradictions) out_.contradictions.push_back(std::move(what));
  }

  wire::result<void> one(revision::revision const& revision, std::string const& transport) {
    auto const subject = record_.head.role == "client" ? message::sender::client : message::sender::server;
    auto planned = run::plan_group(data_, revision, transport, subject, selected_);
    if (planned.has_error()) return planned.error();
    auto owned = std::make_unique<replaying>();
    auto& g = *owned;
    g.own = std::move(*planned);
    g.own->sample = record_.head.sample;
    for (auto const& p : g.own->scenarios)
      g.scenarios.emplace(p.scenario->name, &p);
    groups_.push_back(std::move(owned));
    if (g.own->state != "judged") return {};
    // The sessions that show what the others rest on come first.
    std::vector<record::session const*> sessions;
    for (auto const& s : record_.sessions)
      if (s.revision == revision.name && s.transport == transport) sessions.push_back(&s);
    auto const rank = [](record::session const* s) { return s->purpose == "probe" ? 0 : shares(*s) ? 1 : 2; };
    std::stable_sort(sessions.begin(), sessions.end(), [&](auto const* a, auto const* b) { return rank(a) < rank(b); });
    if (sessions.empty()) contradict("no session was opened for " + g.own->suffix() + ", and nothing says why");
    bool opening = true;
    for (auto const* s : sessions) {
      session(g, *s, opening && shares(*s));
      opening = opening && !shares(*s);
    }
    finish(g);
    return {};
  }

  /// The first of these shows what the subject is.
  static bool shares(record::session const& s) { return s.purpose == "shared" || s.purpose == "qualification"; }

  /// Something that runs in a session: a scenario, or a preparation without checks.
  struct part {
    std::string name;
    run::planned const* plan = nullptr;
    std::unique_ptr<engine::bindings> names; ///< a scenario's own
    std::unique_ptr<engine::interpreter> interpreter;
  };

  struct live {
    explicit live(run::group& g) : names(&g.known), asked(g, names) {}
    engine::traffic traffic;
    engine::bindings names;
    run::introspection asked;
    std::unique_ptr<part> running;
    std::deque<std::pair<engine::action, std::size_t>> owed; ///< what we would send, with its frame
    std::string lost;                                        ///< why the rest cannot be replayed
    std::string rules_lost;                                  ///< why the rules cannot be judged over it
  };

  /// `first`: the one that shows what the subject is.
  void session(replaying& r, record::session const& s, bool first) {
    auto& g = *r.own;
    bool const probe = s.purpose == "probe";
    live l(g);
    for (auto& a : engine::connecting(g.env, l.traffic)) {
      l.traffic.note(a, 0);
      l.owed.emplace_back(std::move(a), 0);
    }
    auto const entries = record_.entries.find(s.session);
    if (entries != record_.entries.end())
      for (auto const& e : entries->second) {
        if (l.lost.empty())
          step(r, s, l, e, first);
        else if (e.what == "begin")
          r.lost.try_emplace(scenario_of(e), l.lost);
      }
    if (first) settle_profile(r);
    if (!l.rules_lost.empty() && r.rules_lost.empty() && !probe) r.rules_lost = l.rules_lost;
    if (!l.lost.empty()) return;
    if (l.running) contradict(l.running->name + g.suffix() + " began and never ended");
    if (!l.owed.empty()) contradict("session " + std::to_string(s.session) + " lacks a message that we send there");
    if (!l.rules_lost.empty() || probe) return;
    for (auto const& [rule, result] : engine::judge_rules(g.rules, g.env, l.traffic, l.names)) {
      auto run = run::make_run(g, result, run::rule_name(*rule), s.session);
      r.rules[run.check()].push_back(std::move(run));
    }
  }

  static std::string scenario_of(record::entry const& e) {
    auto const* name = e.data.if_contains("scenario");
    return name && name->is_string() ? std::string(name->get_string()) : std::string{};
  }

  /// The rest of the session cannot be replayed.
  void give_up(replaying& g, live& l, std::string reason) {
    l.lost = std::move(reason);
    l.rules_lost = l.lost;
    if (l.running && l.running->plan) g.lost.try_emplace(l.running->name, l.lost);
    if (l.running && !l.running->plan && l.running->name != "health") // all that follows rests on it
      for (auto const& [name, p] : g.scenarios)
        g.lost.try_emplace(name, l.lost);
  }

  /// The scenario that runs cannot be judged again, nor the rules over its session; those after it can.
  void give_up_scenario(replaying& g, live& l, std::string const& reason) {
    l.rules_lost = reason;
    if (l.running && l.running->plan)
      g.lost.try_emplace(l.running->name, reason);
    else if (l.running && l.running->name != "health")
      give_up(g, l, reason);
  }

  void step(replaying& g, record::session const& s, live& l, record::entry const& e, bool first) {
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

  void sent(replaying& g, record::session const& s, live& l, record::entry const& e, std::string const& place) {
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

  void begin(replaying& r, live& l, std::string const& name, std::string const& place, bool first) {
    auto& g = *r.own;
    auto next = std::make_unique<part>();
    next->name = name;
    std::optional<std::vector<catalogue::step>> steps;
    auto* names = &l.names;
    json::object serves;
    std::set<std::string> requirements;
    if (name == "opening") {
      steps = run::opening_steps(g);
    } else if (name == "probe") {
      steps = run::probe_steps(g);
    } else if (name == "introspection" && first) {
      steps = l.asked.next();
    } else if (name == "health") {
      steps = run::health_steps(g);
    } else if (auto const found = r.scenarios.find(name); found != r.scenarios.end()) {
      if (first) settle_profile(r);
      next->plan = found->second;
      steps = run::scenario_steps(g, *next->plan->scenario);
      serves = next->plan->scenario->serves;
      requirements = next->plan->requirements;
      next->names = std::make_unique<engine::bindings>(&l.names);
      names = next->names.get();
    }
    if (!steps) {
      contradict(place + ": \"" + name + "\" is no part of this run");
      l.lost = "its session has a part that this run has not";
      return;
    }
    next->interpreter = std::make_unique<engine::interpreter>(g.env, std::move(*steps), std::move(serves),
                                                              std::move(requirements), l.traffic, *names);
    l.running = std::move(next);
    perform(l, l.running->interpreter->advance(), 0);
  }

  void end(replaying& r, record::session const& s, live& l, std::string const& place, bool first) {
    auto& g = *r.own;
    auto const done = std::move(l.running);
    auto const& it = *done->interpreter;
    if (!it.finished()) contradict(place + ": " + done->name + g.suffix() + " ended before it was finished");
    if (done->plan) {
      for (auto const& result : it.results()) {
        auto run = run::make_run(g, result, done->name, s.session);
        auto const check = run.check();
        if (!r.runs.emplace(check, std::move(run)).second)
          contradict(place + ": " + done->name + g.suffix() + " was played twice");
      }
    } else if (done->name == "probe") {
      run::take_probe(g, l.names);
    } else if (first && done->name == "opening") {
      run::take_opening(g, it, l.names, l.traffic);
    } else if (first && done->name == "introspection") {
      l.asked.take(it);
    }
  }

  void settle_profile(replaying& r) {
    if (r.settled) return;
    r.settled = true;
    auto& g = *r.own;
    run::settle_profile(g);
    json::value follows(g.profile);
    record::redact(follows);
    for (auto const& line : record_.profiles) {
      auto const& o = line.as_object();
      auto const text = [&](char const* name) {
        return o.contains(name) && o.at(name).is_string() ? std::string(o.at(name).as_string()) : std::string{};
      };
      if (text("revision") == g.env.revision->name && text("transport") == g.env.transport && o.contains("profile") &&
          !wire::equal(o.at("profile"), follows))
        contradict("the profile of " + g.suffix() + " does not follow from the traffic");
    }
  }

  /// What was planned and not played.
  void finish(replaying& r) {
    auto const& g = *r.own;
    for (auto const& [name, p] : r.scenarios)
      for (auto const& id : p->requirements) {
        if (r.runs.contains(id + "@" + name)) continue;
        auto run = run::not_run(g, id, name, {});
        if (g.state == "judged" && run::unmet(g, *p->scenario))
          run.outcome = std::string(engine::to_string(engine::outcome::inapplicable));
        else if (g.state == "judged" && !r.lost.contains(name)) // nothing may pass for it
          contradict(run.id() + " should have been played, and was not");
        r.runs.emplace(run.check(), std::move(run));
      }
  }

  /// What the sessions say of a rule, as a live run has it.
  static judge::check_run const& merged(std::vector<judge::check_run> const& runs) {
    auto const* out = &runs.front();
    for (auto const& run : runs)
      if (run::outweighs(run, *out)) out = &run;
    return *out;
  }

  void compare() {
    std::map<std::string, judge::check_run const*> recorded;
    for (auto const& c : record_.checks)
      if (!recorded.emplace(c.id(), &c).second) contradict(c.id() + " is in the record twice");
    auto states = record_.states;
    for (auto const& g : groups_) {
      for (auto& s : states)
        if (s.revision == g->own->env.revision->name && s.transport == g->own->env.transport &&
            s.state != g->own->state) {
          if (g->lost.empty())
            contradict(g->own->suffix() + " is recorded as " + s.state + ", and is " + g->own->state);
          else
            continue;
          s.state = g->own->state;
        }
      for (auto& [check, run] : g->runs) {
        auto const lost = g->lost.find(run.by);
        one_check(recorded, *g->own, run, {run}, lost == g->lost.end() ? std::string{} : lost->second);
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
          one_check(recorded, *g->own, run, {run}, lost);
          continue;
        }
        if (run.outcome == "fail") lost.clear();
        one_check(recorded, *g->own, run, runs, lost);
      }
      if (!g->rules_lost.empty()) // of a rule whose only sessions are lost nothing is known
        for (auto const& [id, c] : recorded)
          if (c->revision == g->own->env.revision->name && c->transport == g->own->env.transport &&
              c->by.starts_with("rules/") && !rules.contains(c->check())) {
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

  void one_check(std::map<std::string, judge::check_run const*> const& recorded, run::group const& g,
                 judge::check_run run, std::vector<judge::check_run> const& sessions, std::string const& lost) {
    run.outcome = run::by_state(g, run.outcome);
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
        auto const said = record::redacted(s);
        return s.outcome == "fail" && said.expected == was.expected && said.actual == was.actual &&
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
  run::selection selected_;
  std::vector<std::unique_ptr<replaying>> groups_;
  replayed out_;
};

} // namespace

wire::result<replayed> replay(catalogue::catalogue const& data, record::record const& r) {
  return player(data, r).go();
}

} // namespace assay::cli
