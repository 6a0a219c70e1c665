// See corpus.hpp.
#include "conformance/message/test/corpus.hpp"

#include <algorithm>

namespace assay::message::testing {

namespace {

json::value parsed(std::string_view text) {
  return wire::parse_value(text).value();
}

std::string text_of(json::value const& object, std::string_view name) {
  auto const* value = object.as_object().if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// What takes the place of a value: each type, and the shapes that the protocol's unions tell apart.
std::vector<json::value> const& replacements() {
  static auto const all = [] {
    std::vector<json::value> out;
    for (auto const* text : {"null",
                             "true",
                             "0",
                             "-1",
                             "7",
                             "1.5",
                             "1e30",
                             R"("")",
                             R"("a {")",
                             R"("2.0")",
                             "[]",
                             "[null]",
                             "[1]",
                             R"(["x"])",
                             "[{}]",
                             "{}",
                             R"({"x":null})",
                             R"({"x":1.5})",
                             R"({"x":true})",
                             R"({"x":"s"})",
                             R"({"x":{}})",
                             R"({"x":["s"]})",
                             R"({"x":[1]})",
                             R"({"type":"object"})",
                             R"({"type":"text","text":"t"})",
                             R"({"progressToken":1.5})",
                             R"({"io.modelcontextprotocol/related-task":3})",
                             R"({"x":{"type":"string","enum":[1]}})",
                             R"({"x":{"type":"string","enum":["a"],"enumNames":[1]}})"})
      out.push_back(parsed(text));
    return out;
  }();
  return all;
}

/// Members that may be added: unknown ones, and those that mean something elsewhere in the protocol.
json::object const& additions() {
  static auto const all =
      parsed(R"({"surplus":1,"id":1,"result":{},"error":{"code":1,"message":"m"},"_meta":{"progressToken":"a"},
                 "enum":["a"],"enumNames":[1],"oneOf":[{"const":"a"}],"default":1,"$schema":1,"title":1,"icons":1,
                 "task":{"ttl":1.5},"type":"x","description":3,"resultType":"other","annotations":{"priority":2}})")
          .as_object();
  return all;
}

class maker {
public:
  maker(resolver const& resolve, bool full) : resolve_(resolve), full_(full) {}

  std::vector<json::value> make(json::value const& schema, std::string const& document, int depth) const {
    if (depth > 9) return {};
    if (schema.is_bool()) return schema.get_bool() ? std::vector<json::value>{"any"} : std::vector<json::value>{};
    auto const& keywords = schema.as_object();
    if (auto const* reference = keywords.if_contains("$ref")) {
      auto const [target, home] = resolve_(std::string_view(reference->as_string()), document);
      auto out = make(*target, home, depth + 1);
      if (keywords.contains("properties")) merge(out, make_object(keywords, document, depth));
      return out;
    }
    for (auto const* union_of : {"anyOf", "oneOf"})
      if (auto const* branches = keywords.if_contains(union_of)) {
        std::vector<json::value> out;
        for (auto const& branch : branches->as_array())
          append(out, make(branch, document, depth + 1), 14);
        if (keywords.contains("properties")) merge(out, make_object(keywords, document, depth));
        return out;
      }
    if (auto const* parts = keywords.if_contains("allOf")) {
      std::vector<json::value> out{json::object()};
      for (auto const& part : parts->as_array())
        merge(out, make(part, document, depth + 1));
      if (keywords.contains("properties")) merge(out, make_object(keywords, document, depth));
      return out;
    }
    if (auto const* constant = keywords.if_contains("const")) return {*constant};
    if (auto const* options = keywords.if_contains("enum"))
      return {options->as_array().begin(), options->as_array().end()};
    std::vector<json::value> out;
    if (auto const* type = keywords.if_contains("type")) {
      if (type->is_string()) return of_type(type->as_string(), keywords, document, depth);
      for (auto const& each : type->as_array())
        append(out, of_type(each.as_string(), keywords, document, depth), 14);
      return out;
    }
    if (keywords.contains("properties")) return make_object(keywords, document, depth);
    return {"any"};
  }

private:
  static void append(std::vector<json::value>& to, std::vector<json::value> more, std::size_t most) {
    for (auto& each : more)
      if (to.size() < most) to.push_back(std::move(each));
  }

  /// Members of one part with those of another: every pair of a few.
  static void merge(std::vector<json::value>& into, std::vector<json::value> const& more) {
    std::vector<json::value> out;
    for (auto const& left : into)
      for (std::size_t i = 0; i != std::min<std::size_t>(more.size(), 3) && out.size() < 6; ++i) {
        auto both = left;
        if (both.is_object() && more[i].is_object())
          for (auto const& member : more[i].get_object())
            both.get_object().insert_or_assign(member.key(), member.value());
        out.push_back(std::move(both));
      }
    if (!out.empty()) into = std::move(out);
  }

  std::vector<json::value> of_type(std::string_view type, json::object const& keywords, std::string const& document,
                                   int depth) const {
    if (type == "null") return {nullptr};
    if (type == "boolean") return {true};
    if (type == "integer") return {7};
    if (type == "number") return {0.5};
    if (type == "array") return make_array(keywords, document, depth);
    if (type == "object") return make_object(keywords, document, depth);
    auto const* format = keywords.if_contains("format");
    if (format && *format == json::value("uri")) return {"http://a.example/c"};
    if (format && *format == json::value("byte")) return {"aGk="};
    return {"text"};
  }

  std::vector<json::value> make_array(json::object const& keywords, std::string const& document, int depth) const {
    auto const* items = keywords.if_contains("items");
    std::vector<json::value> out;
    if (!keywords.contains("minItems")) out.push_back(json::array());
    if (!full_ && !out.empty()) return out;
    for (auto& each : items ? make(*items, document, depth + 1) : std::vector<json::value>{"any"})
      if (out.size() < 14) out.push_back(json::array{std::move(each)});
    return out;
  }

  std::vector<json::value> make_object(json::object const& keywords, std::string const& document, int depth) const {
    std::set<std::string_view> required;
    if (auto const* names = keywords.if_contains("required"))
      for (auto const& name : names->as_array())
        required.insert(std::string_view(name.as_string()));
    std::vector<json::value> out{json::object()};
    // The first value of a member goes into all, each other one into a copy of the first.
    auto const put = [&](std::string_view name, std::vector<json::value> values) {
      if (values.empty()) return;
      for (auto& each : out)
        each.get_object().insert_or_assign(name, values.front());
      for (std::size_t i = 1; i < values.size() && out.size() < 24; ++i) {
        auto other = out.front();
        other.get_object().insert_or_assign(name, std::move(values[i]));
        out.push_back(std::move(other));
      }
    };
    if (auto const* properties = keywords.if_contains("properties"))
      for (auto const& [name, schema] : properties->as_object())
        if (full_ || required.contains(name)) put(name, make(schema, document, depth + 1));
    auto const* others = keywords.if_contains("additionalProperties");
    if (full_ && others && others->is_object()) put("other", make(*others, document, depth + 1));
    for (auto const name : required)
      if (!out.front().get_object().contains(name)) put(name, {"any"});
    return out;
  }

  resolver const& resolve_;
  bool full_;
};

} // namespace

std::vector<fixture> fixtures_of(data::store const& store, revision::table const& revisions,
                                 std::string const& revision, std::string const& folder) {
  std::vector<fixture> out;
  for (auto const& file : store.list(folder)) {
    if (file.find('/', folder.size()) != std::string::npos) continue;
    auto const document = parsed(*store.read(file));
    for (auto const* list : {"valid", "invalid"}) {
      auto const* entries = document.as_object().if_contains(list);
      if (!entries) continue;
      for (auto const& entry : entries->as_array())
        if (revisions.within(revision, text_of(entry, "since"), text_of(entry, "removed_in")))
          out.push_back({file, text_of(document, "definition"), text_of(entry, "name"), text_of(entry, "fails_at"),
                         std::string_view(list) == "valid", entry.at("value")});
    }
  }
  return out;
}

value_set instances_of(json::value const& schema, std::string const& document, resolver const& resolve) {
  value_set out;
  for (bool const full : {false, true})
    for (auto& each : maker(resolve, full).make(schema, document, 0))
      out.add(std::move(each));
  return out;
}

void each_change(json::value& value, std::function<void()> const& changed) {
  auto const original = value;
  for (auto const& other : replacements()) {
    value = other;
    changed();
  }
  value = original;
  if (auto* items = value.if_array()) {
    for (std::size_t i = 0; i != items->size(); ++i) {
      items->erase(items->begin() + static_cast<std::ptrdiff_t>(i));
      changed();
      *items = original.get_array();
      each_change((*items)[i], changed);
    }
    for (auto const& other : replacements()) {
      items->push_back(other);
      changed();
      items->pop_back();
    }
  } else if (auto* members = value.if_object()) {
    for (auto const& member : original.get_object()) {
      members->erase(member.key());
      changed();
      *members = original.get_object();
      each_change(members->at(member.key()), changed);
    }
    for (auto const& member : additions()) {
      if (members->contains(member.key())) continue;
      members->emplace(member.key(), member.value());
      changed();
      members->erase(member.key());
    }
  }
}

} // namespace assay::message::testing
