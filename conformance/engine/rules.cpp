// A small closed set of temporal patterns; each is a loop over views.
#include "conformance/engine/rules.hpp"

#include <algorithm>

namespace assay::engine {

namespace {

struct seen {
  json::value view;
  std::size_t frame = 0;
  exchange_id exchange = 0;
};

/// Everything of a kind that the traffic holds, in order.
std::vector<seen> views_over(std::string_view kind, traffic const& over) {
  std::vector<seen> out;
  if (kind == "frames")
    for (auto const& f : over.frames())
      out.push_back({over.view(f), f.number, f.exchange});
  else if (kind == "exchanges")
    for (auto const& [id, e] : over.exchanges())
      out.push_back({over.view(e), e.frames.empty() ? 0 : e.frames.back(), id});
  else if (over.exit())
    out.push_back({over.view(*over.exit()), 0, 0});
  return out;
}

/// The number of the frame that an answer answers, or 0.
std::size_t asked_in(traffic const& over, std::size_t answer) {
  if (!answer || answer > over.frames().size()) return 0;
  auto const& frames = over.frames();
  auto const& a = frames[answer - 1];
  if (a.request.is_null()) return 0;
  for (auto i = answer - 1; i > 0; --i)
    if (frames[i - 1].from_subject != a.from_subject && frames[i - 1].message == a.request) return frames[i - 1].number;
  return 0;
}

/// Equal values have equal texts: the writer prints equal numbers alike. What has members is not told apart.
std::string key_of(json::value const& value) {
  return value.is_structured() ? std::string() : wire::serialize(value);
}

/// The views that meet another pattern than the selecting one. What the pattern asks of a view itself is asked once,
/// however many views are selected, and what it wants equal to a value of the selected one is looked up.
class others {
public:
  others(std::vector<seen> const& views, json::object const& pattern, match_context const& matching)
      : views_(views), matching_(matching) {
    json::object own;
    std::string joined;
    for (auto const& [pointer, matcher] : pattern) {
      (constant(matcher) ? own : compared_).emplace(pointer, matcher);
      if (auto const* wanted = matcher.as_object().if_contains("equals"); reference_.empty() && wanted)
        if (auto const* reference = wire::find(*wanted, "/$")) {
          reference_ = std::string(reference->as_string());
          joined = std::string(pointer);
        }
    }
    for (std::size_t i = 0; i < views.size(); ++i) {
      if (!holds(views[i].view, own, matching)) continue;
      auto const* value = reference_.empty() ? nullptr : wire::find(views[i].view, joined);
      if (value || reference_.empty()) candidates_[value ? key_of(*value) : std::string()].push_back(i);
    }
  }

  /// Whether one of them stands at `from` or later, before `to`.
  bool stand(std::size_t from, std::size_t to) const {
    auto const* value = reference_.empty() ? nullptr : matching_.names->find(reference_);
    if (!value && !reference_.empty()) return false;
    auto const found = candidates_.find(value ? key_of(*value) : std::string());
    if (found == candidates_.end()) return false;
    auto const first = std::lower_bound(found->second.begin(), found->second.end(), from);
    auto const last = std::lower_bound(first, found->second.end(), to);
    return std::any_of(first, last, [&](std::size_t i) { return holds(views_[i].view, compared_, matching_); });
  }

private:
  std::vector<seen> const& views_;
  match_context const& matching_;
  json::object compared_;                                      ///< the part of the pattern that names the selected view
  std::string reference_;                                      ///< a value that one has to have; empty: there is none
  std::map<std::string, std::vector<std::size_t>> candidates_; ///< by that value
};

std::string words(json::object const& pattern, bindings const& names) {
  std::string text;
  for (auto const& [pointer, matcher] : pattern)
    text += (text.empty() ? "" : ", ") + std::string(pointer) + " " + describe(matcher.as_object(), &names);
  return text;
}

} // namespace

std::vector<std::pair<catalogue::rule const*, check_result>>
judge_rules(std::vector<catalogue::rule const*> const& rules, environment const& env, traffic const& over,
            bindings const& names) {
  std::vector<std::pair<catalogue::rule const*, check_result>> out;
  if (!over.failure().empty()) return out; // cut off anywhere, it shows nothing reliably, and a flood would take long
  std::map<std::string, std::vector<seen>, std::less<>> by_kind;
  for (auto const* chosen : rules) {
    auto const& rule = *chosen;
    auto found = by_kind.find(rule.over);
    if (found == by_kind.end()) found = by_kind.emplace(rule.over, views_over(rule.over, over)).first;
    auto const& views = found->second;

    check_result result{rule.requirement, outcome::not_exercised, {}, {}, "no traffic showed it", 0, 0, 0};
    bindings scope(&names);
    match_context const matching{&scope, env.schemas, env.subject};
    std::map<std::string, std::size_t> keys;
    std::optional<others> met; // only once a view is selected
    for (std::size_t i = 0; i < views.size() && result.result != outcome::fail; ++i) {
      if (!holds(views[i].view, rule.for_each, matching)) continue;
      scope.refer("this", views[i].view);
      auto fail = [&](std::string expected, std::string actual) {
        result = {rule.requirement, outcome::fail,     std::move(expected),           std::move(actual), {},
                  views[i].frame,   views[i].exchange, asked_in(over, views[i].frame)};
      };
      auto shown = [&] {
        auto const* message = wire::find(views[i].view, "/message");
        auto const* text = wire::find(views[i].view, "/text");
        return text ? brief(*text) : message ? brief(*message) : brief(views[i].view);
      };
      auto another = [&](std::size_t from, std::size_t to, json::object const& pattern) {
        if (!met) met.emplace(views, pattern, matching);
        return met->stand(from, to);
      };
      if (auto const* pattern = rule.holds.if_object()) {
        if (auto m = match(views[i].view, *pattern, matching)) {
          auto pointer = m->pointer.starts_with("/message/") ? m->pointer.substr(8) : m->pointer;
          fail((pointer.empty() ? "it" : pointer) + " " + m->expected, m->actual);
        }
      } else if (auto const* before = rule.preceded_by.if_object()) {
        if (!another(0, i, *before)) fail("to be preceded by " + words(*before, scope), shown());
      } else if (auto const* not_before = rule.not_preceded_by.if_object()) {
        if (another(0, i, *not_before)) fail("not to be preceded by " + words(*not_before, scope), shown());
      } else if (auto const* after = rule.followed_by.if_object()) {
        if (!another(i + 1, views.size(), *after)) fail("to be followed by " + words(*after, scope), shown());
      } else if (auto const* not_after = rule.not_followed_by.if_object()) {
        if (another(i + 1, views.size(), *not_after))
          fail("not to be followed by " + words(*not_after, scope), shown());
      } else {
        json::array key;
        for (auto const& pointer : rule.unique_by)
          if (auto const* value = wire::find(views[i].view, pointer)) key.push_back(*value);
        if (key.size() == rule.unique_by.size()) {
          // As for key_of, the texts of equal keys are equal.
          auto const [other, first] = keys.emplace(wire::serialize(key), views[i].frame);
          if (!first) fail("to occur once", brief(key) + " stands in frame " + std::to_string(other->second) + " too");
        }
      }
      if (result.result == outcome::not_exercised)
        result = {rule.requirement, outcome::pass, {}, {}, {}, views[i].frame, views[i].exchange, 0};
    }
    out.emplace_back(chosen, std::move(result));
  }
  return out;
}

} // namespace assay::engine
