// By the ids of check runs, which stay the same from one version to the next.
#include "reports/diff.hpp"

#include "conformance/judge/known_failures.hpp"
#include "reference/wire/json.hpp"
#include "reports/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace assay::reports {

namespace {

/// Where several records have a check of the same id, the worst of them stands for it.
std::map<std::string, judge::check_run const*> by_id(model const& m) {
  auto const badness = [](judge::check_run const& c) {
    static constexpr std::array order{"inapplicable", "not exercised", "pass", "blocked", "error", "fail"};
    return std::find(order.begin(), order.end(), c.outcome) - order.begin();
  };
  std::map<std::string, judge::check_run const*> out;
  for (auto const& c : m.checks) {
    auto [there, first] = out.try_emplace(c.id(), &c);
    if (!first && badness(c) > badness(*there->second)) there->second = &c;
  }
  return out;
}

std::string data_of(model const& m) {
  std::string out = m.runs.front().head.data;
  return out.substr(0, 12);
}

struct section {
  char const* title;
  char const* name; ///< in JSON
  std::vector<change> difference::* list;
  bool messages;
};

constexpr std::array sections{
    section{"New failures", "new_failures", &difference::new_failures, true},
    section{"Fixed", "fixed", &difference::fixed, false},
    section{"No longer shown to fail", "no_longer_shown", &difference::no_longer_shown, false},
    section{"Still failing", "still_failing", &difference::still_failing, true},
    section{"Newly exercised", "newly_exercised", &difference::newly_exercised, false},
    section{"No longer exercised", "no_longer_exercised", &difference::no_longer_exercised, false},
};

std::string summary(difference const& d) {
  std::string out = plural(d.new_failures.size(), "new failure") + ", " + std::to_string(d.fixed.size()) + " fixed, " +
                    std::to_string(d.still_failing.size()) + " still failing, " +
                    std::to_string(d.newly_exercised.size()) + " newly exercised";
  if (!d.no_longer_shown.empty()) out += ", " + std::to_string(d.no_longer_shown.size()) + " no longer shown to fail";
  if (!d.no_longer_exercised.empty())
    out += ", " + std::to_string(d.no_longer_exercised.size()) + " no longer exercised";
  return out + "; " + plural(static_cast<std::size_t>(d.same), "check") + " as before.";
}

std::string now(change const& c) {
  return c.after == "pass" || c.after == "fail"
             ? std::string{}
             : "now " + c.after + (c.reason.empty() ? "" : ": " + shortened(c.reason, 200));
}

} // namespace

difference compare(model const& before, model const& after) {
  difference out;
  out.old_verdict = before.verdict.sentence;
  out.new_verdict = after.verdict.sentence;
  if (before.runs.front().head.data != after.runs.front().head.data)
    out.notes.push_back("The runs used different data, " + data_of(before) + " and " + data_of(after) +
                        ": a check may have changed, not the subject.");
  if (before.runs.front().head.suite != after.runs.front().head.suite)
    out.notes.push_back("The runs used different versions, " + before.runs.front().head.suite + " and " +
                        after.runs.front().head.suite + ".");
  if (subject_of(before) != subject_of(after))
    out.notes.push_back("The subjects differ: " + subject_of(before) + " and " + subject_of(after) + ".");
  if (before.partial || after.partial) out.notes.push_back("A run was asked for a part of the checks only.");
  if (!before.finished || !after.finished)
    out.notes.push_back("A record has no footer: that run did not come to its end.");
  auto const then = by_id(before), today = by_id(after);
  auto take = [&](judge::check_run const* a, judge::check_run const* b) {
    auto const& any = b ? *b : *a;
    change c{any.id(), any.level, a ? a->outcome : "absent",    b ? b->outcome : "absent",
             {},       {},        b ? b->reason : std::string{}};
    if (c.before == "fail") c.old_message = judge::message(*a);
    if (c.after == "fail") c.message = judge::message(*b);
    bool const judged = c.after == "pass" || c.after == "fail";
    if (c.after == "fail")
      (c.before == "fail" ? out.still_failing : out.new_failures).push_back(std::move(c));
    else if (c.before == "fail")
      (judged ? out.fixed : out.no_longer_shown).push_back(std::move(c));
    else if (c.before == c.after)
      ++out.same;
    else if (c.after == "pass")
      out.newly_exercised.push_back(std::move(c));
    else if (c.before == "pass")
      out.no_longer_exercised.push_back(std::move(c));
    else
      ++out.same; // from one way of saying nothing to another
  };
  for (auto const& [id, c] : then) {
    auto const found = today.find(id);
    take(c, found == today.end() ? nullptr : found->second);
  }
  for (auto const& [id, c] : today)
    if (!then.contains(id)) take(nullptr, c);
  auto const rank = [](change const& c) { return c.level == "MUST" ? 0 : c.level == "SHOULD" ? 1 : 2; };
  for (auto const& s : sections)
    std::stable_sort((out.*s.list).begin(), (out.*s.list).end(), [&](auto const& a, auto const& b) {
      return std::make_pair(rank(a), a.id) < std::make_pair(rank(b), b.id);
    });
  return out;
}

std::string diff_text(difference const& d) {
  std::string out;
  for (auto const& note : d.notes)
    out += "note: " + plain(note) + "\n";
  if (!d.notes.empty()) out += "\n";
  for (auto const& s : sections) {
    auto const& list = d.*s.list;
    if (list.empty()) continue;
    out += std::string(s.title) + " (" + std::to_string(list.size()) + ")\n";
    for (auto const& c : list) {
      out += "  " + c.level + std::string(c.level.size() < 7 ? 7 - c.level.size() : 1, ' ') + plain(c.id) + "\n";
      if (s.messages) {
        out += "         " + plain(c.message) + "\n";
        if (c.before == "fail" && c.old_message != c.message) out += "         before: " + plain(c.old_message) + "\n";
      } else if (auto const text = now(c); !text.empty()) {
        out += "         " + plain(text) + "\n";
      }
    }
    out += "\n";
  }
  out += "before: " + plain(d.old_verdict) + "\nnow:    " + plain(d.new_verdict) + "\n";
  return out + summary(d) + "\n";
}

std::string diff_markdown(difference const& d) {
  auto const code = [](std::string text) {
    std::replace(text.begin(), text.end(), '`', '\'');
    return "`" + text + "`";
  };
  std::string out = "## " + summary(d) + "\n\n";
  for (auto const& note : d.notes)
    out += "> " + markdown_line(note) + "\n";
  if (!d.notes.empty()) out += "\n";
  out += "Before: " + markdown_line(d.old_verdict) + "\n\nNow: " + markdown_line(d.new_verdict) + "\n";
  for (auto const& s : sections) {
    auto const& list = d.*s.list;
    if (list.empty()) continue;
    bool const folded = s.list != &difference::new_failures;
    out += folded
               ? "\n<details><summary>" + std::string(s.title) + ": " + std::to_string(list.size()) + "</summary>\n\n"
               : "\n### " + std::string(s.title) + "\n\n";
    for (auto const& c : list) {
      auto const more = s.messages ? c.message : now(c);
      out +=
          "- " + c.level + " " + code(c.id) + (more.empty() ? "" : ": " + markdown_line(shortened(more, 400))) + "\n";
    }
    if (folded) out += "\n</details>\n";
  }
  return out;
}

std::string diff_json(difference const& d) {
  boost::json::object out;
  for (auto const& s : sections) {
    boost::json::array list;
    for (auto const& c : d.*s.list) {
      boost::json::object one;
      one.emplace("check", c.id);
      one.emplace("level", c.level);
      one.emplace("before", c.before);
      one.emplace("after", c.after);
      if (!c.old_message.empty()) one.emplace("old_message", c.old_message);
      if (!c.message.empty()) one.emplace("message", c.message);
      if (!c.reason.empty()) one.emplace("reason", c.reason);
      list.push_back(std::move(one));
    }
    out.emplace(s.name, std::move(list));
  }
  out.emplace("same", d.same);
  out.emplace("before", d.old_verdict);
  out.emplace("after", d.new_verdict);
  out.emplace("notes", boost::json::value_from(d.notes));
  return wire::pretty(out) + "\n";
}

} // namespace assay::reports
