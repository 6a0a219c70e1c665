// Grouping, counting and ordering.
#include "reports/model.hpp"

#include "reports/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace assay::reports {

namespace {

int rank_of_level(std::string const& level) {
  return level == "MUST" ? 0 : level == "SHOULD" ? 1 : 2;
}

/// The order in which the specification's own table of contents has its pages, of all revisions together.
int rank_of_page(std::string_view page) {
  static constexpr std::array order{"architecture",
                                    "basic/index",
                                    "basic/lifecycle",
                                    "basic/versioning",
                                    "basic/patterns/index",
                                    "basic/patterns/mrtr",
                                    "basic/patterns/subscriptions",
                                    "basic/patterns/cancellation",
                                    "basic/patterns/progress",
                                    "basic/patterns",
                                    "basic/transports",
                                    "basic/transports/index",
                                    "basic/transports/stdio",
                                    "basic/transports/streamable-http",
                                    "basic/transports/http-sse",
                                    "basic/authorization",
                                    "basic/authorization/index",
                                    "basic/authorization/authorization-server-discovery",
                                    "basic/authorization/client-registration",
                                    "basic/authorization/security-considerations",
                                    "basic/utilities/cancellation",
                                    "basic/utilities/ping",
                                    "basic/utilities/progress",
                                    "basic/utilities",
                                    "basic",
                                    "client/roots",
                                    "client/sampling",
                                    "client/elicitation",
                                    "client",
                                    "server/index",
                                    "server/discover",
                                    "server/prompts",
                                    "server/resources",
                                    "server/tools",
                                    "server/utilities",
                                    "server",
                                    "extensions"};
  int best = static_cast<int>(order.size());
  std::size_t length = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::string_view const name = order[i];
    if (name.size() > length && page.starts_with(name) && (page.size() == name.size() || page[name.size()] == '/')) {
      best = static_cast<int>(i);
      length = name.size();
    }
  }
  return best;
}

auto page_order(std::string const& page) {
  return std::make_pair(rank_of_page(page), page);
}

/// From what tells least about a requirement that has several checks to what tells most.
constexpr std::array outcomes{"inapplicable", "not exercised", "pass", "blocked", "error", "fail"};

int rank_of_outcome(std::string const& outcome) {
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcome == outcomes[i]) return static_cast<int>(i);
  return static_cast<int>(outcomes.size()) - 2;
}

/// The place in the marked message that an expectation begins with: "/error/code to be -32602", and for a member of a
/// list "/result/tools/0 /inputSchema to be absent". As much of it as is there.
std::string pointer_within(std::vector<transcript_line> const& lines, std::string_view expected) {
  auto const marked = std::find_if(lines.begin(), lines.end(), [](auto const& l) { return l.here; });
  if (marked == lines.end()) return {};
  auto const parsed = wire::parse_value(marked->raw);
  std::string out;
  while (parsed.has_value() && expected.starts_with('/')) {
    auto const end = std::min(expected.find_first_of(" :,"), expected.size());
    auto longer = out + std::string(expected.substr(0, end));
    if (!wire::find(*parsed, longer)) break;
    out = std::move(longer);
    expected.remove_prefix(std::min(end + 1, expected.size()));
  }
  return out;
}

/// Which of a column's check runs to show where several runs judged the same check.
bool outweighs(judge::check_run const& later, judge::check_run const& earlier) {
  return rank_of_outcome(later.outcome) > rank_of_outcome(earlier.outcome);
}

struct builder {
  std::vector<record::record> const& records;
  model out;
  std::vector<std::size_t> subject_of_run;
  std::map<std::pair<std::string, std::size_t>, std::string> subject_outcomes; ///< requirement, subject -> the worst
  std::map<std::tuple<std::size_t, std::string, std::string>, std::size_t> column_of; ///< subject, revision, transport

  void runs() {
    for (auto const& r : records) {
      out.runs.push_back({r.head, r.foot, r.has_footer});
      auto const found = std::find_if(out.subjects.begin(), out.subjects.end(),
                                      [&](auto const& s) { return s.name == r.head.subject && s.role == r.head.role; });
      subject_of_run.push_back(static_cast<std::size_t>(found - out.subjects.begin()));
      if (found == out.subjects.end()) out.subjects.push_back({r.head.subject, r.head.role, {}, {}, {}});
      out.partial = out.partial || r.head.partial();
      auto const whose =
          records.size() == 1 ? std::string{} : shortened(r.head.subject, 60) + ", " + joined(r.head.transports) + ": ";
      for (auto const& reason : r.foot.gate)
        out.gate.push_back(whose + reason);
      out.exit_code = std::max(out.exit_code, r.has_footer ? r.foot.exit_code : 3);
    }
    out.finished = std::all_of(records.begin(), records.end(), [](auto const& r) { return r.has_footer; });
    columns();
    checks();
    out.verdict = verdict_of(std::nullopt);
    for (std::size_t i = 0; i < out.subjects.size(); ++i)
      out.subjects[i].verdict = verdict_of(i);
  }

  /// Of one subject, or of all together. The verdict of a single run is the one that it was given.
  judge::verdict verdict_of(std::optional<std::size_t> subject) const {
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (!subject || subject_of_run[i] == *subject) of.push_back(i);
    bool const ended = std::all_of(of.begin(), of.end(), [&](auto i) { return records[i].has_footer; });
    if (of.size() == 1 && ended) return records[of.front()].foot.verdict;
    std::vector<judge::revision_state> states;
    for (auto const& c : out.columns)
      if (!subject || c.subject == *subject) states.push_back({c.revision, c.transport, c.state, c.reason});
    std::vector<judge::check_run> runs;
    for (std::size_t i = 0; i < out.checks.size(); ++i)
      if (!subject || out.columns[out.check_columns[i]].subject == *subject) runs.push_back(out.checks[i]);
    auto verdict = judge::give_verdict(
        runs, states, std::all_of(of.begin(), of.end(), [&](auto i) { return records[i].foot.complete; }));
    if (!ended) {
      verdict.word = "no verdict";
      verdict.sentence = of.size() == 1 ? "The record has no footer, so there is no verdict."
                                        : "A record has no footer, so there is no verdict.";
    }
    return verdict;
  }

  void columns() {
    for (std::size_t i = 0; i < records.size(); ++i) {
      auto const& r = records[i];
      std::map<std::pair<std::string, std::string>, judge::revision_state> states;
      for (auto const& c : r.checks)
        states.try_emplace({c.revision, c.transport}, judge::revision_state{c.revision, c.transport, "judged", ""});
      for (auto const& s : r.states)
        states.insert_or_assign({s.revision, s.transport}, s);
      for (auto const& [key, s] : states) {
        auto const [there, first] =
            column_of.try_emplace({subject_of_run[i], s.revision, s.transport}, out.columns.size());
        if (!first) {
          auto& known = out.columns[there->second];
          if (known.state != "judged") std::tie(known.state, known.reason) = std::tie(s.state, s.reason);
          continue;
        }
        column next;
        next.run = i;
        next.subject = subject_of_run[i];
        next.revision = s.revision;
        next.transport = s.transport;
        next.state = s.state;
        next.reason = s.reason;
        next.name = s.revision + " " + s.transport;
        out.columns.push_back(std::move(next));
      }
    }
    std::stable_sort(out.columns.begin(), out.columns.end(), [](auto const& a, auto const& b) {
      return std::tie(a.revision, a.transport, a.subject) < std::tie(b.revision, b.transport, b.subject);
    });
    for (std::size_t i = 0; i < out.columns.size(); ++i) {
      auto& c = out.columns[i];
      auto& subject = out.subjects[c.subject];
      if (out.subjects.size() > 1) c.name += " " + shortened(subject.name, 40);
      auto const once = [](std::vector<std::string>& list, std::string const& name) {
        if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
      };
      if (c.state == "judged") once(subject.revisions, c.revision);
      once(subject.transports, c.transport);
      column_of[{c.subject, c.revision, c.transport}] = i;
    }
  }

  void checks() {
    std::map<std::pair<std::size_t, std::string>, std::size_t> there;
    for (std::size_t i = 0; i < records.size(); ++i)
      for (auto const& c : records[i].checks) {
        auto const column = column_of[{subject_of_run[i], c.revision, c.transport}];
        auto const [found, first] = there.try_emplace({column, c.check()}, out.checks.size());
        if (first) {
          out.checks.push_back(c);
          out.check_columns.push_back(column);
          out.check_runs.push_back(i);
        } else if (outweighs(c, out.checks[found->second])) {
          out.checks[found->second] = c;
          out.check_runs[found->second] = i;
        }
      }
  }

  void requirements() {
    std::map<std::string, std::size_t> there;
    auto take = [&](record::requirement r) {
      auto const [found, first] = there.try_emplace(r.id, out.requirements.size());
      if (first) {
        out.requirements.push_back(std::move(r));
        return;
      }
      auto& known = out.requirements[found->second];
      known.places.insert(r.places.begin(), r.places.end());
      for (auto& revision : r.revisions)
        if (std::find(known.revisions.begin(), known.revisions.end(), revision) == known.revisions.end())
          known.revisions.push_back(std::move(revision));
    };
    for (auto const& r : records)
      for (auto const& one : r.requirements)
        take(one);
    // A record that was cut off has its checks' requirements by name at most.
    for (auto const& c : out.checks)
      if (!there.contains(c.requirement)) {
        record::requirement unknown;
        unknown.id = c.requirement;
        unknown.level = c.level;
        auto const slash = c.by.rfind('/');
        unknown.page = slash == std::string::npos ? c.by : c.by.substr(0, slash);
        take(std::move(unknown));
      }
    std::stable_sort(out.requirements.begin(), out.requirements.end(),
                     [](auto const& a, auto const& b) { return page_order(a.page) < page_order(b.page); });
  }

  /// How a requirement that came to this outcome counts in a cell.
  static void count(cell& c, int outcome, record::requirement const& r) {
    switch (outcome) {
    case 0: ++c.inapplicable; break;
    case 1: ++c.not_exercised; break;
    case 2: ++c.passed; break;
    case 5: ++(r.level == "MUST" ? c.must_failed : c.should_failed); break;
    default: ++c.blocked;
    }
  }

  void matrix_and_silence() {
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < out.requirements.size(); ++i)
      index[out.requirements[i].id] = i;
    // requirement x column, and requirement x subject -> the worst outcome
    std::vector<std::map<std::size_t, int>> worst(out.requirements.size()), of_subject(out.requirements.size());
    auto const take = [](std::map<std::size_t, int>& to, std::size_t key, int rank) {
      auto const [there, first] = to.try_emplace(key, rank);
      if (!first) there->second = std::max(there->second, rank);
    };
    for (std::size_t i = 0; i < out.checks.size(); ++i) {
      auto const rank = rank_of_outcome(out.checks[i].outcome);
      auto const at = index[out.checks[i].requirement];
      take(worst[at], out.check_columns[i], rank);
      take(of_subject[at], out.columns[out.check_columns[i]].subject, rank);
    }
    for (std::size_t i = 0; i < out.requirements.size(); ++i) {
      auto const& r = out.requirements[i];
      if (!worst[i].empty() && (out.rows.empty() || out.rows.back().page != r.page)) {
        out.rows.push_back({r.page, std::vector<cell>(out.columns.size())});
        out.subject_rows.push_back({r.page, std::vector<cell>(out.subjects.size())});
      }
      for (auto const& [subject, rank] : of_subject[i])
        count(out.subject_rows.back().cells[subject], rank, r);
      unjudged silent{r, {}}, missing{r, {}};
      for (std::size_t k = 0; k < out.columns.size(); ++k) {
        auto const found = worst[i].find(k);
        if (found == worst[i].end()) {
          if (out.columns[k].state == "judged" &&
              std::find(r.revisions.begin(), r.revisions.end(), out.columns[k].revision) != r.revisions.end())
            missing.columns.push_back(k);
          continue;
        }
        count(out.rows.back().cells[k], found->second, r);
        if (found->second == 1) silent.columns.push_back(k);
      }
      if (!silent.columns.empty()) out.not_exercised.push_back(std::move(silent));
      // Of a partial run nobody expects that it has all checks.
      if (!missing.columns.empty() && worst[i].empty() && !out.partial && out.finished)
        out.untested.push_back(std::move(missing));
    }
    for (std::size_t i = 0; i < out.requirements.size(); ++i)
      for (auto const& [subject, rank] : of_subject[i])
        subject_outcomes.try_emplace({out.requirements[i].id, subject}, outcomes[static_cast<std::size_t>(rank)]);
  }

  void failures() {
    std::vector<std::size_t> failed;
    for (std::size_t i = 0; i < out.checks.size(); ++i)
      if (out.checks[i].outcome == "fail") failed.push_back(i);
    std::map<std::string, std::size_t> position;
    for (std::size_t i = 0; i < out.requirements.size(); ++i)
      position[out.requirements[i].id] = i;
    auto key = [&](std::size_t i) {
      auto const& c = out.checks[i];
      return std::make_tuple(rank_of_level(c.level), page_order(out.requirements[position[c.requirement]].page),
                             c.requirement, c.known, c.by, c.expected, c.actual);
    };
    std::stable_sort(failed.begin(), failed.end(), [&](auto a, auto b) {
      auto const left = key(a), right = key(b);
      return std::tie(left, out.check_columns[a]) < std::tie(right, out.check_columns[b]);
    });
    for (auto const i : failed) {
      auto const& c = out.checks[i];
      if (out.failures.empty() || out.failures.back().about.id != c.requirement) {
        failed_requirement next;
        next.about = out.requirements[position[c.requirement]];
        next.about.level = c.level;
        next.role = records[out.check_runs[i]].head.role;
        for (std::size_t k = 0; k < out.subjects.size(); ++k) {
          auto const found = subject_outcomes.find({c.requirement, k});
          next.outcomes.push_back(found == subject_outcomes.end() ? std::string{} : found->second);
        }
        next.place = place(next.about, c.revision);
        next.reading = next.about.interpretation;
        out.failures.push_back(std::move(next));
      }
      auto& group = out.failures.back().failures;
      if (!group.empty()) {
        auto& last = group.back();
        if (std::tie(last.by, last.expected, last.actual, last.known) ==
            std::tie(c.by, c.expected, c.actual, c.known)) {
          last.columns.push_back(out.check_columns[i]);
          last.ids.push_back(c.id());
          continue;
        }
      }
      failure one{c.requirement,          c.by,     c.level, c.expected, c.actual, c.known,
                  {out.check_columns[i]}, {c.id()}, {},      {},         {}};
      auto const& of = records[out.check_runs[i]];
      one.transcript = transcript(of, c);
      one.again = again(of.head, c);
      one.pointer = pointer_within(one.transcript, c.expected);
      group.push_back(std::move(one));
    }
  }

  void reasons() {
    std::map<std::string, std::size_t> blocked, inapplicable;
    auto add = [&](std::vector<reason_group>& to, std::map<std::string, std::size_t>& index, std::size_t i) {
      auto const& c = out.checks[i];
      auto const [found, first] = index.try_emplace(c.reason, to.size());
      if (first) to.push_back({c.reason, {}, {}});
      auto& group = to[found->second];
      group.checks.push_back(c.check());
      group.columns.push_back(out.check_columns[i]);
    };
    for (std::size_t i = 0; i < out.checks.size(); ++i) {
      auto const& outcome = out.checks[i].outcome;
      if (outcome == "blocked" || outcome == "error") add(out.blocked, blocked, i);
      if (outcome == "inapplicable") add(out.inapplicable, inapplicable, i);
    }
    for (auto* list : {&out.blocked, &out.inapplicable})
      for (auto& group : *list) {
        std::sort(group.checks.begin(), group.checks.end());
        group.checks.erase(std::unique(group.checks.begin(), group.checks.end()), group.checks.end());
        std::sort(group.columns.begin(), group.columns.end());
        group.columns.erase(std::unique(group.columns.begin(), group.columns.end()), group.columns.end());
      }
  }

  void readings() {
    std::set<std::string> used;
    for (auto const& c : out.checks)
      if (c.outcome == "pass" || c.outcome == "fail")
        if (auto const* r = out.find_requirement(c.requirement); r && !r->interpretation.empty())
          used.insert(r->interpretation);
    std::set<std::string> there;
    for (auto const& r : records) {
      for (auto const& i : r.interpretations)
        if (used.contains(i.name) && there.insert(i.name).second) out.interpretations.push_back(i);
      for (auto const& e : r.exemptions)
        if (there.insert("exempt " + e.reason + e.note).second) out.exemptions.push_back(e);
    }
  }
};

} // namespace

bool failed_requirement::known() const {
  return std::all_of(failures.begin(), failures.end(), [](auto const& f) { return f.known; });
}

record::requirement const* model::find_requirement(std::string_view id) const {
  for (auto const& r : requirements)
    if (r.id == id) return &r;
  return nullptr;
}

model build(std::vector<record::record> const& records) {
  builder b{records, {}, {}, {}, {}};
  b.runs();
  b.requirements();
  b.matrix_and_silence();
  b.failures();
  b.reasons();
  b.readings();
  return std::move(b.out);
}

std::string place(record::requirement const& r, std::string const& revision) {
  // What only a later revision says in so many words may hold before: its sentence is the one to read.
  auto found = r.places.lower_bound(revision);
  if (found == r.places.end()) {
    if (r.places.empty()) return {};
    --found;
  }
  return found->first + "/" + found->second;
}

std::string again(record::header const& head, judge::check_run const& run) {
  std::string out = "mcp-assay " + head.role + " --only " + quoted(run.id());
  for (auto const& argument : head.arguments)
    out += " " + (argument.starts_with("--") ? argument : quoted(argument));
  return out;
}

std::string where(model const& m, std::vector<std::size_t> const& columns) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_place;
  for (auto const i : columns) {
    auto const& c = m.columns[i];
    auto const place =
        c.transport + (m.subjects.size() > 1 ? " · " + shortened(m.subjects[c.subject].name, 40) : std::string{});
    auto found = std::find_if(by_place.begin(), by_place.end(), [&](auto const& t) { return t.first == place; });
    if (found == by_place.end()) found = by_place.insert(by_place.end(), {place, {}});
    if (found->second.empty() || found->second.back() != c.revision) found->second.push_back(c.revision);
  }
  std::string out;
  for (auto const& [place, revisions] : by_place)
    out += (out.empty() ? "" : "; ") + joined(revisions) + " · " + place;
  return out;
}

std::string exemption_class(std::string const& reason) {
  static std::map<std::string, std::string> const classes{
      {"ui", "about what a person sees or is asked"},
      {"internal", "about what happens inside a program"},
      {"policy", "about a decision that belongs to the operator"},
      {"docs", "about documentation"},
      {"umbrella", "sums up others that are tested one by one"},
      {"meta", "about the specification itself, or about its extensions"},
      {"environment", "about where a program runs"},
      {"permission", "allows something, and demands nothing"},
      {"later", "not tested by this version"},
  };
  auto const found = classes.find(reason);
  return found == classes.end() ? reason : found->second;
}

std::string untested_reason(record::requirement const& r) {
  if (r.observable == "outside") return "nobody outside the program can see it";
  if (r.observable == "contract") return "shows only on a subject that offers what the test contract asks for";
  return "this version has no check of it";
}

std::string subject_of(model const& m) {
  std::vector<std::string> names;
  for (auto const& subject : m.subjects)
    names.push_back(shortened(subject.name, 80));
  return joined(names);
}

} // namespace assay::reports
