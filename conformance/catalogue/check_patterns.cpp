// Patterns, matchers and the values that stand for others.
#include "conformance/catalogue/check_parts.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/pointer.hpp"

namespace assay::catalogue::checking {

namespace {

constexpr std::int64_t most_times = 100'000'000;

place below(place const& at, std::string_view name) {
  return {at.file, at.pointer + "/" + wire::pointer_token(name)};
}

void check_reference(parts& p, std::string_view reference, place const& at, scope const& known) {
  auto const slash = reference.find('/');
  auto const name = reference.substr(0, slash);
  auto const pointer = slash == std::string_view::npos ? std::string_view{} : reference.substr(slash);
  if (!wire::pointer_tokens(pointer))
    p.problem(at, "the reference \"" + std::string(reference) + "\" is no name with a JSON Pointer",
              "a ~ is written ~0, a / inside of a name ~1");
  if (!known.names.contains(name)) {
    std::string names;
    for (auto const& one : known.names)
      names += (names.empty() ? "" : ", ") + one;
    p.problem(at, "nothing is named " + std::string(name) + " here", "known are: " + names);
  } else if (name == "profile" && !known.profile.empty()) {
    auto const tokens = wire::pointer_tokens(pointer);
    if (tokens && !tokens->empty() && !known.profile.contains((*tokens)[0]))
      p.problem(at, "the profile has no " + (*tokens)[0], "fixtures/eras/ says what it has");
  }
}

class matchers {
public:
  matchers(parts& p, scope const& known, std::set<std::string> const& revisions)
      : p_(p), known_(known), revisions_(revisions) {}

  void pattern(json::object const& pattern, place const& at) const {
    for (auto const& [pointer, m] : pattern) {
      auto const here = below(at, pointer);
      if (!wire::pointer_tokens(pointer))
        p_.problem(here, "\"" + std::string(pointer) + "\" is no JSON Pointer",
                   "it begins with / and has ~0 or ~1 for ~ and /");
      if (m.is_object())
        matcher(m.get_object(), here);
      else
        p_.problem(here, "is no matcher", "write an object: {\"equals\": ...}");
    }
  }

private:
  void matcher(json::object const& m, place const& at) const {
    for (auto const& [member, wanted] : m) {
      auto const here = below(at, member);
      if (member == "matches" && wanted.is_string()) {
        if (auto const why = p_.regex_problem(std::string(wanted.get_string())); !why.empty())
          p_.problem(here, "the regular expression does not compile: " + why);
      } else if (member == "equals" || member == "one_of" || member == "at_least" || member == "at_most" ||
                 member == "fits") {
        check_value(p_, wanted, here, known_);
      } else if ((member == "contains" || member == "each" || member == "names" || member == "not") &&
                 wanted.is_object()) {
        matcher(wanted.get_object(), here);
      } else if (member == "where" && wanted.is_object()) {
        pattern(wanted.get_object(), here);
      } else if (member == "any_of" && wanted.is_array()) {
        for (std::size_t i = 0; i < wanted.get_array().size(); ++i)
          if (wanted.get_array()[i].is_object())
            matcher(wanted.get_array()[i].get_object(), below(here, std::to_string(i)));
      } else if (member == "schema" && wanted.is_string()) {
        definition(std::string(wanted.get_string()), here);
      }
    }
    if (auto const* present = m.if_contains("present");
        present && present->is_bool() && !present->get_bool() && m.size() > 1)
      p_.problem(at, "wants the value to be absent and more of it", "what is absent has no other property");
  }

  void definition(std::string const& name, place const& at) const {
    if (name == "message" || p_.definitions.empty()) return;
    auto const found = p_.definitions.find(name);
    if (found == p_.definitions.end()) return p_.problem(at, "schemas/mcp has no definition " + name);
    for (auto const& revision : revisions_)
      if (!found->second.contains(revision))
        return p_.problem(at, name + " is no definition of " + revision + ", where this applies",
                          "narrow it by features, or choose another definition");
  }

  parts& p_;
  scope const& known_;
  std::set<std::string> const& revisions_;
};

bool refusing_number(json::value const& value) {
  return value.is_number() && value.to_number<double>() >= 400;
}

template <class Test>
bool only(json::object const& matcher, Test const& test) {
  if (auto const* value = matcher.if_contains("equals")) return test(*value);
  if (auto const* list = matcher.if_contains("one_of"); list && list->is_array()) {
    for (auto const& value : list->get_array())
      if (!test(value)) return false;
    return true;
  }
  return false;
}

bool absent(json::object const& matcher) {
  auto const* present = matcher.if_contains("present");
  return present && present->is_bool() && !present->get_bool();
}

/// The same question of one matcher at its pointer.
bool refuses(std::string const& pointer, json::object const& matcher) {
  if (auto const* inner = matcher.if_contains("where"); inner && inner->is_object())
    for (auto const& [more, m] : inner->get_object())
      if (m.is_object() && refuses(pointer + std::string(more), m.get_object())) return true;
  if (auto const* options = matcher.if_contains("any_of"); options && options->is_array()) {
    bool all = true;
    for (auto const& option : options->get_array())
      all = all && option.is_object() && refuses(pointer, option.get_object());
    if (all) return true;
  }
  if (pointer == "/kind") {
    if (only(matcher, [](json::value const& v) { return v == "error" || v == "none"; })) return true;
    auto const* no = matcher.if_contains("not");
    auto const* value = no && no->is_object() ? no->get_object().if_contains("equals") : nullptr;
    return value && *value == "response";
  }
  if (pointer == "/message/error" || pointer.starts_with("/message/error/")) return !absent(matcher);
  if (pointer == "/message/result") return absent(matcher);
  if (pointer == "/message/result/isError") return only(matcher, [](json::value const& v) { return v == true; });
  if (pointer == "/http/status" || pointer == "/status") {
    if (auto const* least = matcher.if_contains("at_least"); least && refusing_number(*least)) return true;
    return only(matcher, refusing_number);
  }
  return false;
}

} // namespace

void check_value(parts& p, json::value const& value, place const& at, scope const& known) {
  if (auto const* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      check_value(p, (*array)[i], below(at, std::to_string(i)), known);
    return;
  }
  auto const* object = value.if_object();
  if (!object) return;
  if (auto const* reference = object->if_contains("$")) {
    if (object->size() != 1 || !reference->is_string())
      p.problem(at, "\"$\" stands for a value only alone, with a text", "write {\"$\": \"name/pointer\"}");
    else
      check_reference(p, reference->get_string(), at, known);
    return;
  }
  if (auto const* text = object->if_contains("$repeat")) {
    auto const* times = object->if_contains("times");
    if (object->size() != 2 || !times || !wire::is_integer(*times) || times->to_number<std::int64_t>() < 0 ||
        times->to_number<std::int64_t>() > most_times)
      p.problem(at, "$repeat needs times, a number from 0 to " + std::to_string(most_times) + ", and nothing else");
    check_value(p, *text, below(at, "$repeat"), known);
    return;
  }
  if (auto const* parts_of = object->if_contains("$concat"); parts_of && (object->size() != 1 || !parts_of->is_array()))
    p.problem(at, "$concat needs an array, and stands alone");
  if (object->contains("$name")) {
    auto const* which = object->if_contains("at");
    if (object->size() != 2 || !which || !wire::is_integer(*which) || which->to_number<std::int64_t>() < 0)
      p.problem(at, "$name needs at, a number from 0, and nothing else");
  }
  if (auto const* pair = object->if_contains("$member");
      pair && (object->size() != 1 || !pair->is_array() || pair->get_array().size() != 2))
    p.problem(at, "$member needs an array of a name and a value, and stands alone");
  for (auto const& [name, item] : *object)
    check_value(p, item, below(at, name), known);
}

void check_pattern(parts& p, json::object const& pattern, place const& at, scope const& known,
                   std::set<std::string> const& revisions) {
  matchers(p, known, revisions).pattern(pattern, at);
}

bool wants_refusal(json::object const& pattern) {
  for (auto const& [pointer, m] : pattern)
    if (m.is_object() && refuses(std::string(pointer), m.get_object())) return true;
  return false;
}

} // namespace assay::catalogue::checking
