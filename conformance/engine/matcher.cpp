// One function per member of a matcher, in the order of the documentation.
#include "conformance/engine/matcher.hpp"

#include "conformance/engine/regex.hpp"
#include "reference/jsonschema/schema.hpp"

#include <algorithm>
#include <boost/url/grammar/ci_string.hpp>

namespace assay::engine {

namespace {

std::string_view type_name(json::value const& value) {
  switch (value.kind()) {
  case json::kind::null: return "null";
  case json::kind::bool_: return "boolean";
  case json::kind::string: return "string";
  case json::kind::array: return "array";
  case json::kind::object: return "object";
  default: return wire::is_integer(value) ? "integer" : "number";
  }
}

bool has_type(json::value const& value, std::string_view type) {
  auto const actual = type_name(value);
  return actual == type || (type == "number" && actual == "integer");
}

std::size_t utf8_length(std::string_view text) {
  std::size_t n = 0;
  for (unsigned char c : text)
    n += (c & 0xC0) != 0x80;
  return n;
}

std::optional<std::size_t> size_of(json::value const& value) {
  if (auto const* array = value.if_array()) return array->size();
  if (auto const* object = value.if_object()) return object->size();
  if (auto const* string = value.if_string()) return utf8_length(*string);
  return std::nullopt;
}

/// Texts that differ in the case of ASCII letters at most.
bool same_but_for_case(json::value const& a, json::value const& b) {
  if (!a.is_string() || !b.is_string()) return wire::equal(a, b);
  using boost::urls::grammar::to_lower;
  std::string_view const x = a.get_string(), y = b.get_string();
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](char c, char d) { return to_lower(c) == to_lower(d); });
}

/// What a matcher's value stands for; nothing when a reference finds nothing. Most stand for themselves, or for a value
/// that is there: only what has to be put together is a copy.
class resolved {
public:
  resolved(json::value const& value, bindings const* names, std::string& missing) : found_(&value) {
    if (!names || constant(value)) return;
    if (auto const* object = value.if_object(); object && object->size() == 1)
      if (auto const* reference = object->if_contains("$"); reference && reference->is_string()) {
        found_ = names->find(reference->get_string());
        if (!found_) missing = std::string(reference->get_string());
        return;
      }
    made_ = resolve(value, *names, &missing);
    found_ = made_ ? &*made_ : nullptr;
  }
  resolved(resolved const&) = delete;

  explicit operator bool() const { return found_ != nullptr; }
  json::value const& operator*() const { return *found_; }
  json::value const* operator->() const { return found_; }

private:
  std::optional<json::value> made_;
  json::value const* found_;
};

std::string words(json::value const& value, bindings const* names) {
  if (auto const* object = value.if_object(); object && object->size() == 1 && object->contains("$")) {
    auto const reference = std::string(object->at("$").as_string());
    auto const* found = names ? names->find(reference) : nullptr;
    return found ? brief(*found, 60) + " (" + reference + ")" : reference;
  }
  return brief(value, 60);
}

std::string actual_text(json::value const* value) {
  return value ? brief(*value) : "absent";
}

/// Evaluates one matcher; collects the first mismatch, which is put into words only when someone will read them.
class evaluation {
public:
  evaluation(json::value const& view, match_context const& context, bool told)
      : view_(view), context_(context), told_(told) {}

  std::optional<mismatch> run(json::value const* value, json::object const& matcher, std::string const& pointer) const {
    auto fail = [&](auto const& expected) {
      return told_ ? mismatch{pointer, expected(), actual_text(value)} : mismatch{};
    };
    if (auto const* present = matcher.if_contains("present"); present && !present->as_bool())
      return value ? std::optional(fail([] { return std::string("to be absent"); })) : std::nullopt;
    if (!value) return fail([&] { return describe(matcher, context_.names); });
    for (auto const& [member, wanted] : matcher)
      if (auto found = one(*value, member, wanted, pointer)) return found;
    return std::nullopt;
  }

private:
  std::optional<mismatch> one(json::value const& value, std::string_view member, json::value const& wanted,
                              std::string const& pointer) const {
    auto fail = [&](std::string actual = {}) {
      if (!told_) return std::optional(mismatch{});
      return std::optional(mismatch{pointer, describe(json::object{{member, wanted}}, context_.names),
                                    actual.empty() ? actual_text(&value) : std::move(actual)});
    };
    evaluation const untold(view_, context_, false); // of alternatives only the whole is told
    auto fail_if = [&](bool broken) { return broken ? fail() : std::nullopt; };
    std::string missing;
    auto unknown = [&] {
      auto m = fail("nothing is known at " + missing);
      m->missing = missing;
      return m;
    };
    if (member == "present") return std::nullopt;
    if (member == "equals") {
      resolved const other(wanted, context_.names, missing);
      return other ? fail_if(!wire::equal(value, *other)) : unknown();
    }
    if (member == "one_of") {
      resolved const options(wanted, context_.names, missing);
      if (!options) return unknown();
      if (auto const* list = options->if_array())
        for (auto const& option : *list)
          if (wire::equal(value, option)) return std::nullopt;
      return fail();
    }
    if (member == "type") {
      if (auto const* list = wanted.if_array()) {
        for (auto const& type : *list)
          if (has_type(value, type.as_string())) return std::nullopt;
        return fail();
      }
      return fail_if(!has_type(value, wanted.as_string()));
    }
    if (member == "matches")
      return fail_if(!value.is_string() ||
                     !regex_matches(std::string(wanted.as_string()), std::string_view(value.get_string())));
    if (member == "count") {
      auto const size = size_of(value);
      if (!size) return fail();
      if (auto const* range = wanted.if_object()) {
        auto const* min = range->if_contains("min");
        auto const* max = range->if_contains("max");
        return (min && *size < min->to_number<std::size_t>()) || (max && *size > max->to_number<std::size_t>())
                   ? fail(std::to_string(*size))
                   : std::nullopt;
      }
      return *size == wanted.to_number<std::size_t>() ? std::nullopt : fail(std::to_string(*size));
    }
    if (member == "at_least" || member == "at_most") {
      resolved const bound(wanted, context_.names, missing);
      if (!bound) return unknown();
      if (!value.is_number() || !bound->is_number()) return fail();
      auto const a = value.to_number<double>();
      auto const b = bound->to_number<double>();
      return fail_if(member == "at_least" ? a < b : a > b);
    }
    if (member == "contains") {
      auto const* array = value.if_array();
      if (!array) return fail();
      for (auto const& item : *array)
        if (!untold.run(&item, wanted.as_object(), pointer)) return std::nullopt;
      return fail();
    }
    if (member == "each") {
      if (auto const* array = value.if_array()) {
        std::size_t index = 0;
        for (auto const& item : *array)
          if (auto found = run(&item, wanted.as_object(), pointer + "/" + std::to_string(index++))) return found;
        return std::nullopt;
      }
      if (auto const* object = value.if_object()) {
        for (auto const& [name, item] : *object)
          if (auto found = run(&item, wanted.as_object(), pointer + "/" + wire::pointer_token(name))) return found;
        return std::nullopt;
      }
      return fail();
    }
    if (member == "names") {
      auto const* object = value.if_object();
      if (!object) return fail();
      for (auto const& [name, item] : *object) {
        json::value const text(name);
        if (auto found = run(&text, wanted.as_object(), pointer + "/" + wire::pointer_token(name))) return found;
      }
      return std::nullopt;
    }
    if (member == "unique" || member == "unique_in_any_case") {
      std::vector<std::pair<std::string, json::value const*>> items; // by place: an element or a member
      if (auto const* array = value.if_array())
        for (std::size_t i = 0; i < array->size(); ++i)
          items.emplace_back(std::to_string(i), &(*array)[i]);
      else if (auto const* object = value.if_object())
        for (auto const& [name, item] : *object)
          items.emplace_back(wire::pointer_token(name), &item);
      else
        return fail();
      for (std::size_t i = 0; i < items.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
          auto const* a = wire::find(*items[i].second, wanted.as_string());
          auto const* b = wire::find(*items[j].second, wanted.as_string());
          bool const same = a && b && (member == "unique" ? wire::equal(*a, *b) : same_but_for_case(*a, *b));
          if (same) return mismatch{pointer + "/" + items[i].first, "to differ from " + items[j].first, brief(*a)};
        }
      return std::nullopt;
    }
    if (member == "where") {
      for (auto const& [at, matcher] : wanted.as_object())
        if (auto found = run(wire::find(value, at), matcher.as_object(), pointer + std::string(at))) return found;
      return std::nullopt;
    }
    if (member == "not") {
      auto const inner = untold.run(&value, wanted.as_object(), pointer);
      // Differing from what nobody knows proves nothing.
      if (inner && !inner->missing.empty()) return inner;
      return fail_if(!inner);
    }
    if (member == "any_of") {
      for (auto const& option : wanted.as_array())
        if (!untold.run(&value, option.as_object(), pointer)) return std::nullopt;
      return fail();
    }
    if (member == "schema") return schema(value, std::string(wanted.as_string()), pointer);
    if (member == "is_schema") {
      auto made = jsonschema::compile_schema(value);
      if (made.has_value()) return std::nullopt;
      return mismatch{pointer + made.error().where, "to be a valid JSON Schema", made.error().what};
    }
    if (member == "fits") {
      resolved const wanted_schema(wanted, context_.names, missing);
      if (!wanted_schema) return unknown();
      auto made = jsonschema::compile_schema(*wanted_schema);
      if (made.has_error())
        return mismatch{pointer, "to fit a schema", "the schema is not valid: " + made.error().what};
      if (made->accepts(value)) return std::nullopt;
      auto const found = made->explain(value, 1);
      return mismatch{pointer + (found.empty() ? "" : found[0].instance), "to fit its schema",
                      found.empty() ? "does not" : found[0].message};
    }
    return mismatch{pointer, "to meet the matcher " + std::string(member), "this runner does not know it"};
  }

  std::optional<mismatch> schema(json::value const& value, std::string const& definition,
                                 std::string const& pointer) const {
    if (!context_.schemas) return mismatch{pointer, "to be a valid " + definition, "no schemas are at hand"};
    std::vector<jsonschema::violation> found;
    if (definition == "message") {
      auto const* from = wire::find(view_, "/from");
      bool const by_subject = !from || from->as_string() == "subject";
      bool const client = (context_.subject == message::sender::client) == by_subject;
      found = context_.schemas->check_message(client ? message::sender::client : message::sender::server, value,
                                              wire::find(view_, "/request"));
    } else {
      auto checked = context_.schemas->check(definition, value);
      if (checked.has_error())
        return mismatch{pointer, "to be a valid " + definition, wire::to_string(checked.error())};
      found = std::move(*checked);
    }
    if (found.empty()) return std::nullopt;
    return mismatch{pointer + found[0].instance, "to be a valid " + definition, found[0].message};
  }

  json::value const& view_;
  match_context const& context_;
  bool told_;
};

} // namespace

std::optional<mismatch> match(json::value const* value, json::object const& matcher, std::string const& pointer,
                              json::value const& view, match_context const& context) {
  return evaluation(view, context, true).run(value, matcher, pointer);
}

std::optional<mismatch> match(json::value const& view, json::object const& pattern, match_context const& context) {
  evaluation const evaluate(view, context, true);
  for (auto const& [pointer, matcher] : pattern)
    if (auto found = evaluate.run(wire::find(view, pointer), matcher.as_object(), std::string(pointer))) return found;
  return std::nullopt;
}

bool holds(json::value const& view, json::object const& pattern, match_context const& context) {
  evaluation const evaluate(view, context, false);
  for (auto const& [pointer, matcher] : pattern)
    if (evaluate.run(wire::find(view, pointer), matcher.as_object(), std::string(pointer))) return false;
  return true;
}

std::string describe(json::object const& matcher, bindings const* names) {
  std::string out;
  auto add = [&](std::string text) { out += (out.empty() ? "" : " and ") + text; };
  auto pattern = [&](json::object const& p) {
    std::string text;
    for (auto const& [pointer, m] : p)
      text += (text.empty() ? "" : ", ") + (pointer.empty() ? "it" : std::string(pointer)) + " " +
              describe(m.as_object(), names);
    return text;
  };
  for (auto const& [member, wanted] : matcher) {
    if (member == "present")
      add(wanted.as_bool() ? "to be there" : "to be absent");
    else if (member == "equals")
      add("to be " + words(wanted, names));
    else if (member == "one_of") {
      std::string list;
      if (auto const* options = wanted.if_array()) {
        for (auto const& option : *options)
          list += (list.empty() ? "" : ", ") + words(option, names);
      } else {
        list = words(wanted, names);
      }
      add("to be one of " + list);
    } else if (member == "type") {
      std::string list;
      if (auto const* types = wanted.if_array()) {
        for (auto const& type : *types)
          list += (list.empty() ? "" : " or ") + std::string(type.as_string());
      } else {
        list = std::string(wanted.as_string());
      }
      add("to be of type " + list);
    } else if (member == "matches")
      add("to match " + std::string(wanted.as_string()));
    else if (member == "count") {
      if (auto const* range = wanted.if_object()) {
        std::string text;
        if (auto const* min = range->if_contains("min")) text += "at least " + wire::serialize(*min);
        if (auto const* max = range->if_contains("max"))
          text += (text.empty() ? "" : " and ") + std::string("at most ") + wire::serialize(*max);
        add("to have " + text + " entries");
      } else {
        add("to have " + wire::serialize(wanted) + " entries");
      }
    } else if (member == "at_least")
      add("to be at least " + words(wanted, names));
    else if (member == "at_most")
      add("to be at most " + words(wanted, names));
    else if (member == "contains")
      add("to contain an element: " + describe(wanted.as_object(), names));
    else if (member == "each")
      add("to have only elements: " + describe(wanted.as_object(), names));
    else if (member == "names")
      add("to have only member names: " + describe(wanted.as_object(), names));
    else if (member == "unique" || member == "unique_in_any_case")
      add((wanted.as_string().empty() ? std::string("to have no equal elements")
                                      : "to have elements that differ at " + std::string(wanted.as_string())) +
          (member == "unique" ? "" : " by more than case"));
    else if (member == "where")
      add(pattern(wanted.as_object()));
    else if (member == "not")
      add("not " + describe(wanted.as_object(), names));
    else if (member == "any_of") {
      std::string list;
      for (auto const& option : wanted.as_array())
        list += (list.empty() ? "" : ", or ") + describe(option.as_object(), names);
      add(list);
    } else if (member == "schema")
      add("to be a valid " + std::string(wanted.as_string()));
    else if (member == "is_schema")
      add("to be a valid JSON Schema");
    else if (member == "fits")
      add("to fit the schema " + words(wanted, names));
  }
  return out;
}

std::string brief(json::value const& value, std::size_t length) {
  auto text = wire::serialize(value);
  if (text.size() <= length) return text;
  auto cut = length - 3;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
    --cut;
  return text.substr(0, cut) + "...";
}

} // namespace assay::engine
