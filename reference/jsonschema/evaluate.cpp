// One template, two walks: `Report` false stops at the first violation and writes nothing down; `Report` true goes on
// and explains. That they are one text keeps their verdicts the same. The first has short ways for what most of a
// message is asked, at the end of this file; tests hold them to the verdicts of the long one.
// https://json-schema.org/draft/2020-12/json-schema-validation and -core, sections 10 and 11
#include "reference/jsonschema/evaluate.hpp"

#include "reference/jsonschema/describe.hpp"
#include "reference/jsonschema/marks.hpp"

// [basic.schema-cost-bounded]
namespace assay::jsonschema {

namespace {

// The bounds of one walk. A message of the protocol needs some hundred units of work.
constexpr int max_depth = 4000;
constexpr long max_work = 20'000'000;
constexpr long work_of_lost_match = 500'000;

// The way from the instance's root to here. Kept by the reporting walk only.
struct step {
  step const* up = nullptr;
  std::string_view name;
  std::size_t index = unlimited; ///< unlimited: a member, by name
};

// The resources that evaluation came through, innermost first.
struct scope {
  scope const* outer = nullptr;
  resource const* in = nullptr;
};

// The nodes under way that may loop, innermost first.
struct visit {
  visit const* outer = nullptr;
  node const* at = nullptr;
  json::value const* instance = nullptr;
};

struct walk {
  long work = max_work;
  int depth = 0;
  bool stopped = false;  ///< no verdict; everything is false from here on
  bool long_way = false; ///< without the short ways of the quick walk
  scope const* scopes = nullptr;
  visit const* visits = nullptr;
  // of the reporting walk
  std::vector<violation>* found = nullptr;
  std::size_t limit = 0;
  step const* path = nullptr;
  std::optional<violation>* why_stopped = nullptr;
};

std::string pointer_to(step const* last) {
  std::vector<step const*> steps;
  for (; last != nullptr; last = last->up)
    steps.push_back(last);
  std::string result;
  for (auto at = steps.rbegin(); at != steps.rend(); ++at) {
    result += '/';
    result += (*at)->index == unlimited ? wire::pointer_token((*at)->name) : std::to_string((*at)->index);
  }
  return result;
}

violation make_violation(walk const& w, node const& at, std::string_view keyword, std::string message) {
  auto schema = location(*at.in->home, at.pointer);
  if (at.types != 0) (schema += '/') += keyword;
  return {pointer_to(w.path), std::move(schema), std::string(keyword), std::move(message)};
}

template <bool Report>
bool fail(walk& w, node const& at, std::string_view keyword, auto message) {
  if constexpr (Report)
    if (!w.stopped && w.found->size() < w.limit) w.found->push_back(make_violation(w, at, keyword, message()));
  return false;
}

// Gives up the walk. The reason is told whatever else was found.
bool stop(walk& w, node const& at, std::string_view keyword, std::string_view message) {
  if (!std::exchange(w.stopped, true) && w.why_stopped != nullptr)
    *w.why_stopped = make_violation(w, at, keyword, std::string(message));
  return false;
}

bool charge(walk& w, node const& at, std::size_t work) {
  if ((w.work -= static_cast<long>(work)) >= 0) return true;
  return stop(w, at, at.keyword, "takes too much work to be checked against this schema");
}

template <bool Report>
bool evaluate(node const& at, json::value const& value, walk& w, marks* seen);

bool quick(node const& at, json::value const& value, walk& w);

template <bool Report>
inline bool inner(node const& at, json::value const& value, walk& w) {
  if constexpr (!Report)
    if (!w.long_way) return quick(at, value, w);
  return evaluate<Report>(at, value, w, nullptr);
}

template <bool Report>
bool member(node const& at, std::string_view name, json::value const& value, walk& w) {
  if constexpr (Report) {
    step const here{w.path, name, unlimited};
    w.path = &here;
    auto const ok = inner<true>(at, value, w);
    w.path = here.up;
    return ok;
  } else {
    return inner<false>(at, value, w);
  }
}

template <bool Report>
bool item(node const& at, std::size_t index, json::value const& value, walk& w) {
  if constexpr (Report) {
    step const here{w.path, {}, index};
    w.path = &here;
    auto const ok = inner<true>(at, value, w);
    w.path = here.up;
    return ok;
  } else {
    return inner<false>(at, value, w);
  }
}

// True when the text matches; a lost match stops the walk.
bool matches(pattern const& expression, std::string_view text, node const& at, std::string_view keyword, walk& w) {
  if (!charge(w, at, 1 + text.size() / 64)) return false;
  auto const result = expression.find(text);
  if (result == match::gave_up) {
    charge(w, at, static_cast<std::size_t>(work_of_lost_match));
    return stop(w, at, keyword,
                "cannot be matched against " + quoted(expression.text()) + " within the limits on backtracking");
  }
  return result == match::yes;
}

template <bool Report>
bool check_string(node const& at, string_rules const& rules, json::string const& text, walk& w) {
  auto ok = true;
  if (rules.least != 0 || rules.most < text.size()) {
    auto const points = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    if (!charge(w, at, text.size() / 64)) return false;
    if (points < rules.least) {
      ok = fail<Report>(w, at, "minLength", [&] {
        return "has " + counted(points, "character") + ", must have at least " + std::to_string(rules.least);
      });
      if (!Report) return false;
    }
    if (points > rules.most) {
      ok = fail<Report>(w, at, "maxLength", [&] {
        return "has " + counted(points, "character") + ", must have at most " + std::to_string(rules.most);
      });
      if (!Report) return false;
    }
  }
  if (rules.matching != nullptr && !matches(*rules.matching, text, at, "pattern", w)) {
    ok = fail<Report>(w, at, "pattern", [&] {
      return "is " + quoted(text) + ", must match the pattern " + quoted(rules.matching->text());
    });
    if (!Report) return false;
  }
  if (rules.form != nullptr && !rules.form(text))
    ok = fail<Report>(w, at, "format",
                      [&] { return "is " + quoted(text) + ", must be a " + std::string(rules.form_name); });
  return ok;
}

template <bool Report>
bool check_number(node const& at, number_rules const& rules, json::value const& value, walk& w) {
  auto ok = true;
  auto const bound = [&](json::value const* limit, std::string_view keyword, std::string_view words, auto holds) {
    if (limit == nullptr || holds(compare(value, *limit))) return;
    ok = fail<Report>(w, at, keyword,
                      [&] { return "is " + brief(value) + ", must be " + std::string(words) + ' ' + brief(*limit); });
  };
  bound(rules.minimum, "minimum", "at least", [](int order) { return order >= 0; });
  bound(rules.maximum, "maximum", "at most", [](int order) { return order <= 0; });
  bound(rules.above, "exclusiveMinimum", "more than", [](int order) { return order > 0; });
  bound(rules.below, "exclusiveMaximum", "less than", [](int order) { return order < 0; });
  if (rules.step != nullptr && (Report || ok) && !multiple_of(value, *rules.step))
    ok = fail<Report>(w, at, "multipleOf",
                      [&] { return "is " + brief(value) + ", must be a multiple of " + brief(*rules.step); });
  return ok;
}

template <bool Report>
bool check_name(node const& at, node const& names, std::string_view name, walk& w) {
  unsigned char memory[512]; // a name of usual length needs no allocation
  json::static_resource fixed(memory, sizeof memory);
  auto const storage = name.size() < sizeof memory / 2 ? json::storage_ptr(&fixed) : json::storage_ptr();
  json::value const value(json::string(name, storage));
  if constexpr (Report) {
    std::vector<violation> inside;
    auto* const outside = std::exchange(w.found, &inside);
    auto const ok = evaluate<true>(names, value, w, nullptr);
    w.found = outside;
    if (ok) return true;
    return fail<true>(w, at, "propertyNames", [&] {
      return "has a member named " + quoted(name) + ", which is no name for a member here" +
             (inside.empty() ? "" : ": the name " + inside.front().message);
    });
  } else {
    return inner<false>(names, value, w);
  }
}

template <bool Report>
bool check_dependencies(node const& at, object_rules const& rules, json::value const& value, walk& w, marks* seen) {
  auto ok = true;
  auto const& object = value.get_object();
  for (auto const& entry : rules.dependencies) {
    if (!charge(w, at, 1)) return false;
    if (!object.contains(entry.name)) continue;
    for (auto const needed : entry.required) {
      if (!charge(w, at, 1)) return false;
      if (object.contains(needed)) continue;
      ok = fail<Report>(w, at, entry.keyword, [&] {
        return "has " + quoted(entry.name) + " but no " + quoted(needed) + ", which must come with it";
      });
      if (!Report) return false;
    }
    if (entry.schema != nullptr && !evaluate<Report>(*entry.schema, value, w, seen)) {
      ok = false;
      if (!Report) return false;
    }
  }
  return ok;
}

template <bool Report>
bool check_object(node const& at, object_rules const& rules, json::value const& value, walk& w, marks* seen) {
  auto const& object = value.get_object();
  if (!charge(w, at, object.size() / 8)) return false;
  auto ok = true;
  std::size_t required = 0;
  std::size_t index = 0;
  // One pass over the members; names cannot repeat, so counting the required ones is enough.
  for (auto const& entry : object) {
    auto const name = std::string_view(entry.key().data(), entry.key().size());
    auto matched = false;
    if (auto const* known = rules.properties.find(name)) {
      required += known->required ? 1 : 0;
      if (known->declared) {
        matched = true;
        if (!member<Report>(*known->schema, name, entry.value(), w)) {
          ok = false;
          if (!Report) return false;
        }
      }
    }
    for (auto const& [expression, schema] : rules.patterns) {
      if (!matches(*expression, name, at, "patternProperties", w)) continue;
      matched = true;
      if (!member<Report>(*schema, name, entry.value(), w)) {
        ok = false;
        if (!Report) return false;
      }
    }
    if (!matched && rules.additional != nullptr) {
      matched = true;
      if (!member<Report>(*rules.additional, name, entry.value(), w)) {
        ok = false;
        if (!Report) return false;
      }
    }
    if (rules.names != nullptr && !check_name<Report>(at, *rules.names, name, w)) {
      ok = false;
      if (!Report) return false;
    }
    if (matched && seen != nullptr) seen->set(index);
    ++index;
  }
  if (required != rules.required.size()) {
    if (!Report) return false;
    ok = false;
    for (auto const name : rules.required)
      if (!object.contains(name))
        fail<Report>(w, at, "required", [&] {
          auto const owner = owner_of(at.pointer);
          return "has no " + quoted(name) + (owner.empty() ? "" : "; " + owner + " must have it");
        });
  }
  if (object.size() < rules.least) {
    ok = fail<Report>(w, at, "minProperties", [&] {
      return "has " + counted(object.size(), "member") + ", must have at least " + std::to_string(rules.least);
    });
    if (!Report) return false;
  }
  if (object.size() > rules.most) {
    ok = fail<Report>(w, at, "maxProperties", [&] {
      return "has " + counted(object.size(), "member") + ", must have at most " + std::to_string(rules.most);
    });
    if (!Report) return false;
  }
  if (!rules.dependencies.empty() && !check_dependencies<Report>(at, rules, value, w, seen)) ok = false;
  return ok;
}

// The indices of two equal items, or nothing. Few items are compared in pairs; many by hash.
std::optional<std::pair<std::size_t, std::size_t>> equal_items(json::array const& items, node const& at, walk& w) {
  auto const size = items.size();
  if (size <= 16) {
    for (std::size_t i = 1; i < size; ++i)
      for (std::size_t j = 0; j != i; ++j)
        if (same(items[j], items[i])) return std::pair(j, i);
    return std::nullopt;
  }
  std::unordered_multimap<std::size_t, std::size_t> by_hash;
  by_hash.reserve(size);
  for (std::size_t i = 0; i != size; ++i) {
    auto const hash = hash_of(items[i]);
    auto const [first, last] = by_hash.equal_range(hash);
    for (auto other = first; other != last; ++other) {
      if (!charge(w, at, 1)) return std::nullopt;
      if (same(items[other->second], items[i])) return std::pair(other->second, i);
    }
    by_hash.emplace(hash, i);
  }
  return std::nullopt;
}

template <bool Report>
bool check_array(node const& at, array_rules const& rules, json::array const& items, walk& w, marks* seen) {
  if (!charge(w, at, items.size() / 8)) return false;
  auto ok = true;
  if (items.size() < rules.least) {
    ok = fail<Report>(w, at, "minItems", [&] {
      return "has " + counted(items.size(), "item") + ", must have at least " + std::to_string(rules.least);
    });
    if (!Report) return false;
  }
  if (items.size() > rules.most) {
    ok = fail<Report>(w, at, "maxItems", [&] {
      return "has " + counted(items.size(), "item") + ", must have at most " + std::to_string(rules.most);
    });
    if (!Report) return false;
  }
  auto const listed = std::min(rules.prefix.size(), items.size());
  for (std::size_t i = 0; i != listed; ++i) {
    if (!item<Report>(*rules.prefix[i], i, items[i], w)) {
      ok = false;
      if (!Report) return false;
    }
    if (seen != nullptr) seen->set(i);
  }
  if (rules.rest != nullptr) {
    for (auto i = listed; i != items.size(); ++i)
      if (!item<Report>(*rules.rest, i, items[i], w)) {
        ok = false;
        if (!Report) return false;
      }
    if (seen != nullptr) seen->set_all();
  }
  if (rules.contains != nullptr) {
    std::size_t count = 0;
    auto const marking = seen != nullptr && rules.contains_evaluates;
    for (std::size_t i = 0; i != items.size(); ++i) {
      if (!marking && rules.contains_most == unlimited && count >= rules.contains_least) break;
      if (!inner<false>(*rules.contains, items[i], w)) continue;
      ++count;
      if (marking) seen->set(i);
    }
    if (count < rules.contains_least) {
      ok = fail<Report>(w, at, rules.contains_least == 1 ? "contains" : "minContains", [&] {
        return "has " + counted(count, "item") + " of the kind it must contain, must have at least " +
               std::to_string(rules.contains_least);
      });
      if (!Report) return false;
    }
    if (count > rules.contains_most) {
      ok = fail<Report>(w, at, "maxContains", [&] {
        return "has " + counted(count, "item") + " of the kind that is counted, must have at most " +
               std::to_string(rules.contains_most);
      });
      if (!Report) return false;
    }
  }
  if (rules.unique)
    if (auto const pair = equal_items(items, at, w))
      ok = fail<Report>(w, at, "uniqueItems", [&] {
        return "has equal items at " + std::to_string(pair->first) + " and " + std::to_string(pair->second);
      });
  return ok;
}

// The member that chooses among the alternatives of an object.
struct chosen {
  bool applies = false;
  json::value const* value = nullptr;

  chosen(choice const& among, json::value const& instance) {
    if (among.chooser.empty() || !instance.is_object()) return;
    applies = true;
    value = instance.get_object().if_contains(among.chooser);
  }

  bool possible(choice const& among, std::size_t branch) const {
    if (!applies) return true;
    auto const* text = value != nullptr ? value->if_string() : nullptr;
    return text != nullptr && std::string_view(*text) == among.constants[branch];
  }
};

// How many members of an object a schema has a place for: the alternative that knows most of them was meant. Looks at
// `visits` schemas at most.
std::size_t known_members(node const& at, json::object const& object, int& visits) {
  if (--visits < 0) return 0;
  std::size_t count = 0;
  if (at.object)
    for (auto const& entry : object) {
      auto const* known = at.object->properties.find(entry.key());
      count += known != nullptr && known->declared && known->schema->types != 0 ? 1 : 0;
    }
  if (!at.whole) return count;
  if (at.whole->reference != nullptr) count += known_members(*at.whole->reference, object, visits);
  for (auto const* each : at.whole->all)
    count += known_members(*each, object, visits);
  for (auto const* among : {&at.whole->any, &at.whole->one}) {
    std::size_t most = 0;
    for (auto const* each : among->branches)
      most = std::max(most, known_members(*each, object, visits));
    count += most;
  }
  return count;
}

// Explains why no alternative holds: by the one that comes closest.
void explain_choice(node const& at, std::string_view keyword, choice const& among, json::value const& value, walk& w) {
  chosen const by(among, value);
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i != among.branches.size(); ++i)
    if (by.possible(among, i)) candidates.push_back(i);

  if (candidates.empty()) {
    std::string known;
    for (std::size_t i = 0; i != among.constants.size(); ++i) {
      if (i != 0) known += i + 1 == among.constants.size() ? " or " : ", ";
      if (known.size() > 400) {
        known += "...";
        break;
      }
      known += quoted(among.constants[i]);
    }
    if (by.value == nullptr) {
      fail<true>(w, at, keyword, [&] { return "has no " + quoted(among.chooser) + ", must have one: " + known; });
    } else {
      step const here{w.path, among.chooser, unlimited};
      w.path = &here;
      fail<true>(w, at, keyword, [&] { return "is " + brief(*by.value) + ", must be " + known; });
      w.path = here.up;
    }
    return;
  }

  auto const here = pointer_to(w.path);
  std::vector<violation> best;
  std::tuple<bool, std::size_t, std::size_t, std::size_t> best_score{};
  std::uint8_t wanted = 0;
  auto all_of_type = true;
  for (auto const i : candidates) {
    std::vector<violation> inside;
    auto* const outside = std::exchange(w.found, &inside);
    evaluate<true>(*among.branches[i], value, w, nullptr);
    w.found = outside;
    if (w.stopped) return;
    auto right_kind = true;
    auto only_type = !inside.empty();
    std::size_t deepest = 0;
    for (auto const& each : inside) {
      auto const below = each.instance.size() - std::min(here.size(), each.instance.size());
      auto const depth = static_cast<std::size_t>(
          std::count(each.instance.end() - static_cast<std::ptrdiff_t>(below), each.instance.end(), '/'));
      deepest = std::max(deepest, depth);
      if (depth == 0 && each.keyword == "type")
        right_kind = false;
      else
        only_type = false;
      // A member that names the kind: a constant, or "type" where a schema takes several of its values.
      if (depth <= 1 && (each.keyword == "const" || (each.keyword == "enum" && each.instance.ends_with("/type"))))
        right_kind = false;
    }
    all_of_type = all_of_type && only_type;
    wanted |= among.branches[i]->types;
    // Fewer violations is better; the limit keeps the difference positive.
    int visits = 64;
    auto const known = value.is_object() ? known_members(*among.branches[i], value.get_object(), visits) : 0;
    std::tuple const score{right_kind, known, w.limit - inside.size(), deepest};
    if (best.empty() || score > best_score) {
      best = std::move(inside);
      best_score = score;
    }
  }
  if (candidates.size() > 1 && all_of_type) {
    fail<true>(w, at, keyword, [&] { return "is " + kind_name(value) + ", must be " + type_names(wanted); });
    return;
  }
  if (best.empty()) {
    fail<true>(w, at, keyword, [&] { return "is none of the alternatives"; });
    return;
  }
  for (auto& each : best)
    if (w.found->size() < w.limit) w.found->push_back(std::move(each));
}

template <bool Report>
bool check_any(node const& at, choice const& among, json::value const& value, walk& w, marks* seen) {
  if (!charge(w, at, among.branches.size() / 8)) return false;
  chosen const by(among, value);
  auto matched = false;
  for (std::size_t i = 0; i != among.branches.size(); ++i) {
    if (!by.possible(among, i)) continue;
    if (seen == nullptr) {
      if (inner<false>(*among.branches[i], value, w)) return true;
      continue;
    }
    // What is evaluated counts for every branch that holds, so none is left out.
    marks own(seen->size());
    if (!evaluate<false>(*among.branches[i], value, w, &own)) continue;
    seen->merge(own);
    matched = true;
  }
  if (Report && !matched) explain_choice(at, "anyOf", among, value, w);
  return matched;
}

template <bool Report>
bool check_one(node const& at, choice const& among, json::value const& value, walk& w, marks* seen) {
  if (!charge(w, at, among.branches.size() / 8)) return false;
  chosen const by(among, value);
  std::optional<std::size_t> matched;
  for (std::size_t i = 0; i != among.branches.size(); ++i) {
    if (!by.possible(among, i)) continue;
    marks own(seen != nullptr ? seen->size() : 0);
    if (!evaluate<false>(*among.branches[i], value, w, seen != nullptr ? &own : nullptr)) continue;
    if (matched)
      return fail<Report>(w, at, "oneOf", [&] {
        return "is what the alternatives " + std::to_string(*matched + 1) + " and " + std::to_string(i + 1) +
               " describe, must be what only one describes";
      });
    matched = i;
    if (seen != nullptr) seen->merge(own);
  }
  if (Report && !matched) explain_choice(at, "oneOf", among, value, w);
  return matched.has_value();
}

// The outermost resource in the dynamic scope that has the anchor decides.
node const& dynamic_target(node const& at, whole_rules const& rules, walk& w) {
  auto const* result = rules.dynamic_reference;
  if (rules.dynamic_targets.empty()) return *result;
  std::size_t levels = 0;
  for (auto const* level = w.scopes; level != nullptr; level = level->outer, ++levels)
    for (auto const& [in, target] : rules.dynamic_targets)
      if (in == level->in) result = target;
  charge(w, at, levels * rules.dynamic_targets.size() / 64);
  return *result;
}

template <bool Report>
bool check_whole(node const& at, whole_rules const& rules, json::value const& value, walk& w, marks* seen) {
  auto ok = true;
  if (rules.constant != nullptr && !(charge(w, at, rules.weight / 8) && same(value, *rules.constant))) {
    ok = fail<Report>(w, at, "const", [&] { return "is " + brief(value) + ", must be " + brief(*rules.constant); });
    if (!Report) return false;
  }
  if (rules.options != nullptr) {
    auto const found =
        charge(w, at, rules.weight / 8) &&
        std::ranges::any_of(rules.options->get_array(), [&](auto const& option) { return same(value, option); });
    if (!found) {
      ok = fail<Report>(w, at, "enum",
                        [&] { return "is " + brief(value) + ", must be one of " + brief(*rules.options, 200); });
      if (!Report) return false;
    }
  }
  auto const in_place = [&](node const* other) {
    if (other != nullptr && !evaluate<Report>(*other, value, w, seen)) ok = false;
    return Report || ok;
  };
  if (!in_place(rules.reference)) return false;
  if (rules.dynamic_reference != nullptr && !in_place(&dynamic_target(at, rules, w))) return false;
  for (auto const* each : rules.all)
    if (!in_place(each)) return false;
  if (!rules.any.branches.empty() && !check_any<Report>(at, rules.any, value, w, seen)) {
    ok = false;
    if (!Report) return false;
  }
  if (!rules.one.branches.empty() && !check_one<Report>(at, rules.one, value, w, seen)) {
    ok = false;
    if (!Report) return false;
  }
  if (rules.never != nullptr && evaluate<false>(*rules.never, value, w, nullptr)) {
    ok = fail<Report>(w, at, "not", [&] { return "is " + brief(value) + ", which the schema rules out"; });
    if (!Report) return false;
  }
  if (rules.condition != nullptr) {
    marks own(seen != nullptr ? seen->size() : 0);
    auto const holds = evaluate<false>(*rules.condition, value, w, seen != nullptr ? &own : nullptr);
    if (holds && seen != nullptr) seen->merge(own);
    if (!in_place(holds ? rules.then : rules.otherwise)) return false;
  }
  return ok;
}

template <bool Report>
bool check(node const& at, json::value const& value, walk& w, marks* seen) {
  if (at.types != types::any && (at.types & type_of(value)) == 0) {
    if (at.types == 0 && Report) {
      auto const keyword = at.keyword.empty() ? std::string_view("false") : at.keyword;
      return fail<Report>(w, at, keyword, [] { return std::string("is not allowed here"); });
    }
    return fail<Report>(w, at, "type", [&] { return "is " + kind_name(value) + ", must be " + type_names(at.types); });
  }
  auto ok = true;
  switch (value.kind()) {
  case json::kind::object:
    if (at.object) ok = check_object<Report>(at, *at.object, value, w, seen);
    break;
  case json::kind::array:
    if (at.array) ok = check_array<Report>(at, *at.array, value.get_array(), w, seen);
    break;
  case json::kind::string:
    if (at.string) ok = check_string<Report>(at, *at.string, value.get_string(), w);
    break;
  case json::kind::int64:
  case json::kind::uint64:
  case json::kind::double_:
    if (at.number) ok = check_number<Report>(at, *at.number, value, w);
    break;
  default: break;
  }
  if (!Report && !ok) return false;
  if (at.whole && !check_whole<Report>(at, *at.whole, value, w, seen)) ok = false;
  return ok;
}

// unevaluatedProperties and unevaluatedItems come last: they look at what the others left.
template <bool Report>
bool check_with_rest(node const& at, json::value const& value, walk& w, marks* seen) {
  auto const* object = value.if_object();
  auto const* array = value.if_array();
  marks own(object != nullptr ? object->size() : array->size());
  // After a violation nothing is known about the rest; more messages would mislead.
  if (!check<Report>(at, value, w, &own)) return false;
  auto ok = true;
  for (std::size_t i = 0; i != own.size(); ++i) {
    if (own.has(i)) continue;
    if (object != nullptr) {
      auto const& entry = *(object->begin() + static_cast<std::ptrdiff_t>(i));
      ok = member<Report>(*at.unevaluated_properties, entry.key(), entry.value(), w) && ok;
    } else {
      ok = item<Report>(*at.unevaluated_items, i, (*array)[i], w) && ok;
    }
    if (!Report && !ok) return false;
  }
  if (seen != nullptr) seen->set_all();
  return ok;
}

template <bool Report>
bool check_all(node const& at, json::value const& value, walk& w, marks* seen) {
  if ((at.unevaluated_properties != nullptr && value.is_object()) ||
      (at.unevaluated_items != nullptr && value.is_array()))
    return check_with_rest<Report>(at, value, w, seen);
  return check<Report>(at, value, w, seen);
}

template <bool Report>
bool evaluate(node const& at, json::value const& value, walk& w, marks* seen) {
  if (w.stopped || !charge(w, at, 1)) return false;
  if (Report && w.found->size() >= w.limit) return false;
  if (w.depth >= max_depth) return stop(w, at, at.keyword, "is nested too deeply to be checked");
  ++w.depth;
  bool ok = false;
  if (!at.loops && !at.scoped) {
    ok = check_all<Report>(at, value, w, seen);
  } else {
    auto looped = false;
    std::size_t visits = 0;
    for (auto const* other = w.visits; other != nullptr && other->instance == &value; other = other->outer, ++visits)
      looped = looped || other->at == &at;
    charge(w, at, visits / 16);
    auto const* const outer_scope = w.scopes;
    auto const* const outer_visit = w.visits;
    scope const inner_scope{outer_scope, at.in};
    visit const inner_visit{outer_visit, &at, &value};
    if (at.scoped && (outer_scope == nullptr || outer_scope->in != at.in)) w.scopes = &inner_scope;
    if (at.loops) w.visits = &inner_visit;
    ok = looped ? stop(w, at, "$ref", "cannot be checked: the schema refers to itself without end")
                : check_all<Report>(at, value, w, seen);
    w.scopes = outer_scope;
    w.visits = outer_visit;
  }
  --w.depth;
  return ok;
}

// The quick walk's short ways: what is asked here needs neither marks nor scopes, and most of a message is asked no
// more. They answer as `evaluate` does.

inline bool is_text(known_text const& known, json::value const& value) {
  auto const* text = value.if_string();
  return text != nullptr && known.is(text->data(), text->size());
}

// By what a table's entry, or a node, says of itself.
[[gnu::always_inline]] inline bool by_way(way kind, std::uint8_t types, node const* at, json::value const& value,
                                          walk& w) {
  if (kind == way::type) return fits(types, value);
  if (kind == way::nothing) return true;
  if (kind == way::text) return is_text(at->text, value);
  return quick(*at, value, w);
}

bool quick_members(node const& at, object_rules const& rules, json::object const& object, walk& w) {
  if (!charge(w, at, 1 + object.size() / 8)) return false;
  std::size_t required = 0;
  for (auto const& entry : object) {
    if (auto const* known = rules.properties.find_apart({entry.key().data(), entry.key().size()})) {
      required += known->required ? 1 : 0;
      if (!by_way(known->kind, known->types, known->schema, entry.value(), w)) return false;
    } else if (rules.additional != nullptr &&
               !by_way(rules.additional->kind, rules.additional->quick_types, rules.additional, entry.value(), w)) {
      return false;
    }
  }
  return required == rules.required.size();
}

bool quick_items(node const& at, node const& rest, json::array const& items, walk& w) {
  if (!charge(w, at, 1 + items.size() / 8)) return false;
  for (auto const& item : items)
    if (!by_way(rest.kind, rest.quick_types, &rest, item, w)) return false;
  return true;
}

bool quick_plain(node const& at, json::value const& value, walk& w) {
  if (!fits(at.types, value)) return false;
  switch (value.kind()) {
  case json::kind::object:
    if (!at.object) return true;
    if (at.object->simple) return quick_members(at, *at.object, value.get_object(), w);
    return check_object<false>(at, *at.object, value, w, nullptr);
  case json::kind::array:
    if (!at.array) return true;
    if (at.array->simple) return at.array->rest == nullptr || quick_items(at, *at.array->rest, value.get_array(), w);
    return check_array<false>(at, *at.array, value.get_array(), w, nullptr);
  case json::kind::string: return !at.string || check_string<false>(at, *at.string, value.get_string(), w);
  case json::kind::int64:
  case json::kind::uint64:
  case json::kind::double_: return !at.number || check_number<false>(at, *at.number, value, w);
  default: return true;
  }
}

bool quick_choice(node const& at, json::value const& value, walk& w) {
  auto const* object = value.if_object();
  if (object == nullptr) return evaluate<false>(at, value, w, nullptr);
  if (!fits(at.types, value)) return false;
  auto const& among = at.whole->any.branches.empty() ? at.whole->one : at.whole->any;
  if (!charge(w, at, 1 + object->size() / 8)) return false;
  for (auto const& entry : *object) {
    if (!among.name.is(entry.key().data(), entry.key().size())) continue;
    auto const* text = entry.value().if_string();
    auto const* branch = text != nullptr ? among.by_constant.find({text->data(), text->size()}) : nullptr;
    return branch != nullptr && quick(*branch->schema, value, w);
  }
  return false;
}

bool quick_any(node const& at, json::value const& value, walk& w) {
  if (!charge(w, at, 1 + at.whole->any.branches.size() / 8) || !fits(at.types, value)) return false;
  for (auto const* branch : at.whole->any.branches)
    if (quick(*branch, value, w)) return true;
  return false;
}

bool quick(node const& at, json::value const& value, walk& w) {
  switch (at.kind) {
  case way::nothing: return true;
  case way::type: return fits(at.quick_types, value);
  case way::text: return is_text(at.text, value);
  case way::texts: {
    auto const* text = value.if_string();
    return text != nullptr && at.whole->texts.find({text->data(), text->size()}) != nullptr;
  }
  case way::general: return evaluate<false>(at, value, w, nullptr);
  default: break;
  }
  if (w.stopped) return false;
  if (w.depth >= max_depth) return stop(w, at, at.keyword, "is nested too deeply to be checked");
  ++w.depth;
  auto const ok = at.kind == way::plain    ? quick_plain(at, value, w)
                  : at.kind == way::choice ? quick_choice(at, value, w)
                                           : quick_any(at, value, w);
  --w.depth;
  return ok;
}

} // namespace

bool accepts(node const& root, json::value const& instance) {
  walk w;
  return quick(root, instance, w) && !w.stopped;
}

bool accepts_the_long_way(node const& root, json::value const& instance) {
  walk w;
  w.long_way = true;
  return evaluate<false>(root, instance, w, nullptr) && !w.stopped;
}

std::vector<violation> explain(node const& root, json::value const& instance, std::size_t limit) {
  std::vector<violation> result;
  std::optional<violation> why_stopped;
  walk quick_one;
  quick_one.why_stopped = &why_stopped;
  if (quick(root, instance, quick_one) && !quick_one.stopped) return result;
  if (quick_one.work < 0) return {std::move(*why_stopped)}; // a longer walk would not come to an end either
  why_stopped.reset();
  walk w;
  w.found = &result;
  w.limit = std::max<std::size_t>(limit, 1);
  w.why_stopped = &why_stopped;
  evaluate<true>(root, instance, w, nullptr);
  if (why_stopped) {
    if (result.size() >= w.limit) result.pop_back();
    result.insert(result.begin(), std::move(*why_stopped));
  }
  return result;
}

} // namespace assay::jsonschema
