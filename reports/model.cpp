// Grouping, counting and ordering.
#include "reports/model.hpp"

#include "reports/text.hpp"

#include <algorithm>
#include <array>
#include <map>
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
                                    "basic/patterns",
                                    "basic/transports",
                                    "basic/transports/index",
                                    "basic/transports/stdio",
                                    "basic/transports/streamable-http",
                                    "basic/transports/http-sse",
                                    "basic/authorization",
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
                                    "server"};
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

/// How much an outcome tells about a requirement that has several checks.
int rank_of_outcome(std::string const& outcome) {
  static constexpr std::array order{"inapplicable", "not exercised", "pass", "blocked", "error", "fail"};
  for (std::size_t i = 0; i < order.size(); ++i)
    if (outcome == order[i]) return static_cast<int>(i);
  return static_cast<int>(order.size()) - 2;
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

struct builder {
  std::vector<record::record> const& records;
  model out;
  std::map<std::tuple<std::size_t, std::string, std::string>, std::size_t> column_of;

  void runs() {
    std::vector<judge::revision_state> states;
    bool complete = true;
    std::set<std::string> subjects;
    for (auto const& r : records) {
      out.runs.push_back({r.head, r.foot, r.has_footer});
      subjects.insert(r.head.role + " " + r.head.subject);
      complete = complete && r.has_footer && r.foot.complete;
      out.partial = out.partial || r.head.partial();
      states.insert(states.end(), r.states.begin(), r.states.end());
      out.checks.insert(out.checks.end(), r.checks.begin(), r.checks.end());
      out.gate.insert(out.gate.end(), r.foot.gate.begin(), r.foot.gate.end());
      out.exit_code = std::max(out.exit_code, r.has_footer ? r.foot.exit_code : 3);
    }
    out.finished = std::all_of(records.begin(), records.end(), [](auto const& r) { return r.has_footer; });
    if (records.size() == 1 && out.finished)
      out.verdict = records.front().foot.verdict;
    else
      out.verdict = judge::give_verdict(out.checks, states, complete);
    if (!out.finished) {
      out.verdict.word = "no verdict";
      out.verdict.sentence = records.size() == 1 ? "The record has no footer, so there is no verdict."
                                                 : "A record has no footer, so there is no verdict.";
    }
    columns(subjects.size() > 1);
  }

  void columns(bool several_subjects) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      auto const& r = records[i];
      std::map<std::pair<std::string, std::string>, judge::revision_state> states;
      for (auto const& c : r.checks)
        states.try_emplace({c.revision, c.transport}, judge::revision_state{c.revision, c.transport, "judged", ""});
      for (auto const& s : r.states)
        states.insert_or_assign({s.revision, s.transport}, s);
      for (auto const& [key, s] : states) {
        auto name = s.revision + " " + s.transport;
        if (several_subjects) name += " " + r.head.role + " " + shortened(r.head.subject, 40);
        out.columns.push_back({i, s.revision, s.transport, s.state, s.reason, std::move(name)});
      }
    }
    std::stable_sort(out.columns.begin(), out.columns.end(), [](auto const& a, auto const& b) {
      return std::tie(a.revision, a.transport, a.run) < std::tie(b.revision, b.transport, b.run);
    });
    for (std::size_t i = 0; i < out.columns.size(); ++i)
      column_of[{out.columns[i].run, out.columns[i].revision, out.columns[i].transport}] = i;
    for (std::size_t i = 0; i < records.size(); ++i)
      for (auto const& c : records[i].checks)
        out.check_columns.push_back(column_of[{i, c.revision, c.transport}]);
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

  void matrix_and_silence() {
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < out.requirements.size(); ++i)
      index[out.requirements[i].id] = i;
    // requirement x column -> the worst outcome
    std::vector<std::map<std::size_t, int>> worst(out.requirements.size());
    for (std::size_t i = 0; i < out.checks.size(); ++i) {
      auto const rank = rank_of_outcome(out.checks[i].outcome);
      auto [there, first] = worst[index[out.checks[i].requirement]].try_emplace(out.check_columns[i], rank);
      if (!first) there->second = std::max(there->second, rank);
    }
    for (std::size_t i = 0; i < out.requirements.size(); ++i) {
      auto const& r = out.requirements[i];
      if (!worst[i].empty() && (out.rows.empty() || out.rows.back().page != r.page))
        out.rows.push_back({r.page, std::vector<cell>(out.columns.size())});
      unjudged silent{r, {}}, missing{r, {}};
      for (std::size_t k = 0; k < out.columns.size(); ++k) {
        auto const found = worst[i].find(k);
        if (found == worst[i].end()) {
          if (out.columns[k].state == "judged" &&
              std::find(r.revisions.begin(), r.revisions.end(), out.columns[k].revision) != r.revisions.end())
            missing.columns.push_back(k);
          continue;
        }
        auto& c = out.rows.back().cells[k];
        switch (found->second) {
        case 0: ++c.inapplicable; break;
        case 1:
          ++c.not_exercised;
          silent.columns.push_back(k);
          break;
        case 2: ++c.passed; break;
        case 5: ++(r.level == "MUST" ? c.must_failed : c.should_failed); break;
        default: ++c.blocked;
        }
      }
      if (!silent.columns.empty()) out.not_exercised.push_back(std::move(silent));
      // Of a partial run nobody expects that it has all checks.
      if (!missing.columns.empty() && worst[i].empty() && !out.partial && out.finished)
        out.untested.push_back(std::move(missing));
    }
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
        next.address = address(next.about, c.revision);
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
      auto const& of = records[out.columns[out.check_columns[i]].run];
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
  builder b{records, {}, {}};
  b.runs();
  b.requirements();
  b.matrix_and_silence();
  b.failures();
  b.reasons();
  b.readings();
  return std::move(b.out);
}

std::string address(record::requirement const& r, std::string const& revision) {
  // What only a later revision says in so many words may hold before: its sentence is the one to read.
  auto place = r.places.lower_bound(revision);
  if (place == r.places.end()) {
    if (r.places.empty()) return {};
    --place;
  }
  return "https://modelcontextprotocol.io/specification/" + place->first + "/" + place->second;
}

std::string again(record::header const& head, judge::check_run const& run) {
  std::string out = "mcp-assay " + head.role + " --only " + quoted(run.id());
  for (auto const& argument : head.arguments)
    out += " " + (argument.starts_with("--") ? argument : quoted(argument));
  return out;
}

std::string where(model const& m, std::vector<std::size_t> const& columns) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_transport;
  for (auto const i : columns) {
    auto const& c = m.columns[i];
    auto found =
        std::find_if(by_transport.begin(), by_transport.end(), [&](auto const& t) { return t.first == c.transport; });
    if (found == by_transport.end()) found = by_transport.insert(by_transport.end(), {c.transport, {}});
    if (found->second.empty() || found->second.back() != c.revision) found->second.push_back(c.revision);
  }
  std::string out;
  for (auto const& [transport, revisions] : by_transport)
    out += (out.empty() ? "" : "; ") + joined(revisions) + " · " + transport;
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
  for (auto const& r : m.runs) {
    auto name = shortened(r.head.subject, 80);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return joined(names);
}

} // namespace assay::reports
