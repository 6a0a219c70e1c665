// In the order in which a group goes.
#include "conformance/run/group.hpp"

#include "conformance/judge/pattern.hpp"
#include "conformance/run/profile.hpp"

#include <algorithm>

namespace assay::run {

namespace {

constexpr int most_pages = 50; // of the tools, in the introspection

engine::match_context matching(group const& g, engine::bindings const& names) {
  return {&names, g.env.schemas, g.env.subject};
}

catalogue::step end_of_client() {
  catalogue::step end;
  end.expect = json::object{{"exit", true}};
  end.within = "exit";
  return end;
}

std::vector<catalogue::step> page_steps(int page, json::value const& cursor) {
  auto const name = "tools-page-" + std::to_string(page);
  std::vector<catalogue::step> steps(2);
  steps[0].send =
      json::object{{"request", json::object{{"method", "tools/list"}, {"params", json::object{{"cursor", cursor}}}}}};
  steps[0].as = "list-" + name;
  steps[1].expect = json::object{{"answer_to", steps[0].as}};
  steps[1].as = name;
  steps[1].holds = json::object{{"/message/result/tools", json::object{{"type", "array"}}}};
  return steps;
}

} // namespace

bool selection::takes(std::string const& id) const {
  auto any = [&](std::vector<std::string> const& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](auto const& p) { return judge::selects(p, id); });
  };
  return (only.empty() || any(only)) && !any(skip);
}

wire::result<std::unique_ptr<group>> plan_group(catalogue::catalogue const& data, revision::revision const& revision,
                                                std::string const& transport, message::sender subject,
                                                selection const& selected) {
  auto out = std::make_unique<group>();
  auto& g = *out;
  g.env.data = &data;
  g.env.revision = &revision;
  g.env.transport = transport;
  g.env.era = &data.eras.find(revision.era)->second;
  g.env.subject = subject;
  g.known.set("run", engine::run_view(g.env));
  settle_profile(g); // nothing yet
  if (!revision.carries(transport)) {
    g.state = "unspoken";
    g.reason = "the revision has no " + transport + " transport";
    return out;
  }
  auto schemas = message::schemas::load(*data.store, revision.name, revision.extensions);
  if (schemas.has_error()) return schemas.error();
  g.schemas.emplace(std::move(*schemas));
  g.env.schemas = &*g.schemas;
  auto const* side = g.client() ? "client" : "server";
  auto const* plays = g.client() ? "server" : "client";
  auto const judged = [&](std::string const& id, std::string const& by) {
    auto const* r = data.find_requirement(id);
    return r && (r->subject == side || r->subject == "both") && data.applies(*r, revision, transport) &&
           selected.takes(id + "@" + by + g.suffix());
  };
  for (auto const& scenario : data.scenarios) {
    if (scenario.plays != plays || !data.applies(scenario, revision, transport)) continue;
    planned p{&scenario, {}};
    for (auto const& id : scenario.requirements())
      if (judged(id, scenario.name)) p.requirements.insert(id);
    if (!p.requirements.empty()) g.scenarios.push_back(std::move(p));
  }
  for (auto const& rule : data.rules)
    if (data.applies(rule, revision, transport) && judged(rule.requirement, rule_name(rule))) g.rules.push_back(&rule);
  return out;
}

std::string rule_name(catalogue::rule const& rule) {
  return "rules/" + rule.page + "/" + rule.name;
}

bool alone(group const& g, catalogue::scenario const& s) {
  return s.connection != "shared" || g.client();
}

std::vector<catalogue::step> opening_steps(group const& g) {
  if (g.client()) {
    auto steps = g.env.era->client_opening;
    steps.push_back(end_of_client());
    return steps;
  }
  catalogue::step open;
  open.open = json::object{};
  return {open};
}

std::vector<catalogue::step> probe_steps(group const& g) {
  return g.client() ? std::vector<catalogue::step>{} : g.env.era->probe;
}

void take_probe(group& g, engine::bindings const& names) {
  for (auto const& s : g.env.era->probe)
    if (auto const* view = s.verb() == "expect" && !s.as.empty() ? names.find(s.as) : nullptr) g.known.set(s.as, *view);
}

std::vector<catalogue::step> health_steps(group const& g) {
  std::vector<catalogue::step> steps(2);
  steps[0].send = json::object{{"fence", json::object{}}};
  steps[0].as = "health";
  steps[1].expect = json::object{{"answer_to", "health"}};
  // A server may lack the fence's method; but who no longer knows the session says so with a status.
  auto const status = [](json::object matcher) {
    return json::object{{"where", json::object{{"/http/status", std::move(matcher)}}}};
  };
  json::array const served{status({{"present", false}}), status({{"at_most", 299}})};
  steps[1].holds = json::object{{"/kind", json::object{{"one_of", json::array{"response", "error"}}}},
                                {"", json::object{{"any_of", served}}}};
  return steps;
}

std::vector<catalogue::step> scenario_steps(group const& g, catalogue::scenario const& s) {
  auto steps = s.steps;
  if (g.client()) steps.push_back(end_of_client());
  return steps;
}

bool take_opening(group& g, engine::interpreter const& opening, engine::bindings const& names,
                  engine::traffic const& traffic) {
  if (g.client()) {
    // Its own exit ends the steps; whether the client opened shows in the names.
    if (names.find("opened")) {
      g.profile = make_profile(g.env, names, g.sample);
      return true;
    }
    bool const said = !traffic.frames().empty() || !traffic.exchanges().empty();
    g.state = said ? "unspoken" : "unreached";
    return false;
  }
  if (!opening.finished() || !opening.blocked_by().empty()) {
    auto const context = matching(g, names);
    bool const unspoken = std::any_of(g.env.era->unspoken.begin(), g.env.era->unspoken.end(), [&](auto const& pattern) {
      return engine::holds(opening.last_view(), pattern, context);
    });
    g.state = unspoken ? "unspoken" : "unreached";
    return false;
  }
  g.profile = make_profile(g.env, names, g.sample);
  return true;
}

std::optional<std::vector<catalogue::step>> introspection::next() {
  auto const& parts = group_.env.era->introspection;
  while (part_ < parts.size()) {
    auto const& part = parts[part_++];
    if (engine::holds(json::value(group_.profile), part.needs, matching(group_, names_))) return part.steps;
  }
  if (ended_ || group_.state != "judged" || page_ >= most_pages) return std::nullopt;
  auto const* cursor = page_ == 1 ? group_.profile.if_contains("pages")
                                  : names_.find("tools-page-" + std::to_string(page_) + "/message/result/nextCursor");
  if (!cursor || !cursor->is_string()) return std::nullopt;
  return page_steps(++page_, *cursor);
}

void introspection::take(engine::interpreter const& part) {
  bool const blocked = !part.finished() || !part.blocked_by().empty();
  if (page_ == 1) {
    if (blocked) group_.state = "unqualified";
    group_.profile = make_profile(group_.env, names_, group_.sample);
    return;
  }
  auto const* tools = names_.find("tools-page-" + std::to_string(page_) + "/message/result/tools");
  auto* all = group_.profile.if_contains("tools");
  if (blocked || !tools || !tools->is_array() || !all || !all->is_array()) {
    ended_ = true;
    return;
  }
  for (auto const& tool : tools->get_array())
    all->get_array().push_back(tool);
}

void settle_profile(group& g) {
  g.known.set("profile", g.profile);
}

std::optional<engine::mismatch> unmet(group const& g, catalogue::scenario const& s) {
  return engine::match(*g.known.find("profile"), s.needs, matching(g, g.known));
}

judge::check_run make_run(group const& g, engine::check_result const& r, std::string by, int session) {
  judge::check_run run;
  run.requirement = r.requirement;
  run.by = std::move(by);
  run.revision = g.env.revision->name;
  run.transport = g.env.transport;
  run.level = g.env.data->find_requirement(r.requirement)->level;
  run.outcome = std::string(to_string(r.result));
  run.expected = r.expected;
  run.actual = r.actual;
  run.reason = r.reason;
  if (r.frame || r.exchange || r.result == engine::outcome::fail) {
    run.session = session;
    run.frame = static_cast<int>(r.frame);
    run.since = static_cast<int>(r.since);
    run.exchange = r.exchange;
  }
  return run;
}

bool outweighs(judge::check_run const& later, judge::check_run const& earlier) {
  bool const worse = later.outcome == "fail" && earlier.outcome != "fail";
  bool const shown = later.outcome == "pass" && earlier.outcome == "not exercised";
  bool const first = later.outcome == earlier.outcome && later.session < earlier.session;
  return worse || shown || first;
}

judge::check_run not_run(group const& g, std::string const& requirement, std::string const& scenario,
                         std::string const& reason) {
  engine::check_result r;
  r.requirement = requirement;
  r.result = g.state == "unspoken" ? engine::outcome::inapplicable : engine::outcome::blocked;
  r.reason = reason;
  return make_run(g, r, scenario, 0);
}

std::string by_state(group const& g, std::string const& outcome) {
  if (g.state == "unspoken") return "inapplicable";
  if ((g.state == "unqualified" || g.state == "unreached") && outcome == "pass") return "blocked";
  return outcome;
}

} // namespace assay::run
