// A revision over a transport, as it is judged: which scenarios, what runs before them, what follows from what came.
// Without I/O, so that a live run (runner.hpp) and the replay of a record go the same way. docs/interpreting.md.
#pragma once

#include "conformance/engine/interpreter.hpp"
#include "conformance/judge/check_run.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace assay::run {

namespace json = boost::json;

/// Patterns of --only and --skip over the ids of check runs.
struct selection {
  std::vector<std::string> only; ///< empty: all
  std::vector<std::string> skip;
  bool takes(std::string const& id) const;
};

/// A scenario with those of its requirements that are judged here.
struct planned {
  catalogue::scenario const* scenario = nullptr;
  std::set<std::string> requirements;
};

struct group {
  engine::environment env;
  std::optional<message::schemas> schemas;
  std::vector<planned> scenarios;            ///< in the order of the data
  std::vector<catalogue::rule const*> rules; ///< judged over the traffic of each session
  engine::bindings known; ///< in every session: run, profile, and what the probe named; each opens anew
  json::object profile;
  json::object sample;          ///< the subject file's
  std::string state = "judged"; ///< as judge::revision_state has it
  std::string reason;

  bool client() const { return env.subject == message::sender::client; }
  /// "[2025-11-25 stdio]", as ids of check runs end.
  std::string suffix() const { return "[" + env.revision->name + " " + env.transport + "]"; }
};

/// Chooses the scenarios and rules. A revision that the transport does not carry gives a group that is unspoken,
/// without any. Problem: the schemas of the revision are broken. The catalogue outlives the group.
wire::result<std::unique_ptr<group>> plan_group(catalogue::catalogue const& data, revision::revision const& revision,
                                                std::string const& transport, message::sender subject,
                                                selection const& selected);

/// A rule, as checks are said to be by it.
std::string rule_name(catalogue::rule const& rule);

/// The scenario needs a connection of its own. A client is started anew for each.
bool alone(group const& g, catalogue::scenario const& s);

// ---- what runs before and between the scenarios; the names are those of the marks in the record

/// "opening": opens the session as the era wants it; for a client, lets it open and come to its end.
std::vector<catalogue::step> opening_steps(group const& g);
/// "probe": what the era asks on a connection of its own, since it may decide what the connection is good for; may be
/// none. What its answers are named is known afterwards.
std::vector<catalogue::step> probe_steps(group const& g);
void take_probe(group& g, engine::bindings const& names);
/// "health": the era's fence.
std::vector<catalogue::step> health_steps(group const& g);
/// The scenario's. A client is given time to end by itself, so that the rules see how it leaves.
std::vector<catalogue::step> scenario_steps(group const& g, catalogue::scenario const& s);

/// Takes what the opening came to: the state, and the first of the profile. `names` and `traffic` are the session's.
/// False when nothing more can be asked.
bool take_opening(group& g, engine::interpreter const& opening, engine::bindings const& names,
                  engine::traffic const& traffic);

/// "introspection": what a server is asked before its scenarios, part by part.
class introspection {
public:
  /// Both outlive it; `names` is the shared session's.
  introspection(group& g, engine::bindings const& names) : group_(g), names_(names) {}

  /// The next part; none when everything has been asked. The era's parts come first, and then, page by page, the rest
  /// of the tools: what a scenario needs may stand on a later page.
  std::optional<std::vector<catalogue::step>> next();
  /// Takes what the part came to into the profile. A part of the era's that was blocked unqualifies the subject.
  void take(engine::interpreter const& part);

private:
  group& group_;
  engine::bindings const& names_;
  std::size_t part_ = 0;
  int page_ = 1;
  bool ended_ = false;
};

/// The profile is whole: scenarios may see it.
void settle_profile(group& g);

// ---- what follows

/// The entry of the scenario's needs that the settled profile does not meet.
std::optional<engine::mismatch> unmet(group const& g, catalogue::scenario const& s);

/// Where a session is given, it is that of the evidence.
judge::check_run make_run(group const& g, engine::check_result const& r, std::string by, int session);

/// Of the same rule in two sessions, the second says more: a failure over anything else, a pass over nothing seen, and
/// of two alike the session that was opened first, whichever closed first.
bool outweighs(judge::check_run const& later, judge::check_run const& earlier);

/// What a planned scenario that never ran comes to. `reason` says why it did not.
judge::check_run not_run(group const& g, std::string const& requirement, std::string const& scenario,
                         std::string const& reason);

/// What the group's state makes of an outcome: nothing counts of a revision that is not spoken, and silence and
/// flattery prove nothing.
std::string by_state(group const& g, std::string const& outcome);

} // namespace assay::run
