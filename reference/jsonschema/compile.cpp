#include "reference/jsonschema/compile.hpp"

#include "reference/jsonschema/evaluate.hpp"

// [basic.schema-dialect-followed] [basic.unsupported-dialect-refused] [basic.network-refs-not-fetched]
// [basic.unresolved-refs-refused]
namespace assay::jsonschema {

namespace {

enum class word : std::uint8_t {
  type,
  constant,
  options,
  reference,
  dynamic_reference,
  all_of,
  any_of,
  one_of,
  never,
  condition,
  minimum,
  maximum,
  above,
  below,
  multiple_of,
  min_length,
  max_length,
  matching,
  form,
  prefix_items,
  items,
  contains,
  min_items,
  max_items,
  unique_items,
  unevaluated_items,
  properties,
  pattern_properties,
  additional_properties,
  property_names,
  required,
  min_properties,
  max_properties,
  dependent_required,
  dependent_schemas,
  dependencies,
  unevaluated_properties,
};

struct meaning {
  word name;
  bool in_draft7;
  bool in_2020_12;
  std::uint8_t vocabularies; ///< any of them; 0: core
};

std::optional<meaning> look_up(dialect draft, std::uint8_t vocabularies, std::string_view keyword) {
  using enum word;
  constexpr auto a = vocabulary::applicator, v = vocabulary::validation, u = vocabulary::unevaluated;
  static std::unordered_map<std::string_view, meaning> const words{
      {"type", {type, true, true, v}},
      {"const", {constant, true, true, v}},
      {"enum", {options, true, true, v}},
      {"$ref", {reference, true, true, 0}},
      {"$dynamicRef", {dynamic_reference, false, true, 0}},
      {"allOf", {all_of, true, true, a}},
      {"anyOf", {any_of, true, true, a}},
      {"oneOf", {one_of, true, true, a}},
      {"not", {never, true, true, a}},
      {"if", {condition, true, true, a}},
      {"minimum", {minimum, true, true, v}},
      {"maximum", {maximum, true, true, v}},
      {"exclusiveMinimum", {above, true, true, v}},
      {"exclusiveMaximum", {below, true, true, v}},
      {"multipleOf", {multiple_of, true, true, v}},
      {"minLength", {min_length, true, true, v}},
      {"maxLength", {max_length, true, true, v}},
      {"pattern", {matching, true, true, v}},
      {"format", {form, true, true, 0}},
      {"prefixItems", {prefix_items, false, true, a}},
      {"items", {items, true, true, a}},
      {"contains", {contains, true, true, a}},
      {"minItems", {min_items, true, true, v}},
      {"maxItems", {max_items, true, true, v}},
      {"uniqueItems", {unique_items, true, true, v}},
      {"unevaluatedItems", {unevaluated_items, false, true, u}},
      {"properties", {properties, true, true, a}},
      {"patternProperties", {pattern_properties, true, true, a}},
      {"additionalProperties", {additional_properties, true, true, a}},
      {"propertyNames", {property_names, true, true, a}},
      {"required", {required, true, true, v}},
      {"minProperties", {min_properties, true, true, v}},
      {"maxProperties", {max_properties, true, true, v}},
      {"dependentRequired", {dependent_required, false, true, v}},
      {"dependentSchemas", {dependent_schemas, false, true, a}},
      {"dependencies", {dependencies, true, false, 0}},
      {"unevaluatedProperties", {unevaluated_properties, false, true, u}},
  };
  auto const found = words.find(keyword);
  if (found == words.end()) return std::nullopt;
  auto const& entry = found->second;
  if (!(draft == dialect::draft7 ? entry.in_draft7 : entry.in_2020_12)) return std::nullopt;
  if (draft == dialect::draft2020_12 && entry.vocabularies != 0 && (entry.vocabularies & vocabularies) == 0)
    return std::nullopt;
  return entry;
}

std::uint8_t type_bit(std::string_view name) {
  if (name == "null") return types::null;
  if (name == "boolean") return types::boolean;
  if (name == "object") return types::object;
  if (name == "array") return types::array;
  if (name == "string") return types::string;
  if (name == "integer") return types::integer;
  if (name == "number") return types::number;
  return 0;
}

// How much work a comparison with a value is; more than 4096 counts as 4096.
std::size_t weight_of(json::value const& value) {
  std::size_t weight = 0;
  std::vector<json::value const*> todo{&value};
  while (!todo.empty() && weight < 4096) {
    auto const* next = todo.back();
    todo.pop_back();
    ++weight;
    if (auto const* array = next->if_array())
      for (auto const& item : *array)
        todo.push_back(&item);
    else if (auto const* object = next->if_object())
      for (auto const& member : *object)
        todo.push_back(&member.value());
  }
  return weight;
}

template <class Rules>
Rules& have(std::unique_ptr<Rules>& rules) {
  if (!rules) rules = std::make_unique<Rules>();
  return *rules;
}

class compiler {
public:
  explicit compiler(arena& into) : arena_(into) {}

  wire::result<node const*> run(std::string_view reference) {
    auto const found = arena_.documents->find(reference);
    if (!found) return found.error();
    auto const* root = node_for(*found->at.value, found->in, found->at.pointer, "");
    // References are followed by this queue, not by recursion: their number is up to the schema's author.
    while (next_ != todo_.size() && !problem_) {
      auto* here = todo_[next_++];
      if (arena_.check_documents && arena_.checked.insert(here->in->home).second) check(*here->in);
      if (!problem_) compile_node(*here);
    }
    if (problem_) return *problem_;
    return root;
  }

private:
  // Every function below may set problem_; the first one counts.
  void fail(node const& at, std::string_view keyword, std::string what, std::string hint = {}) {
    if (problem_) return;
    auto where = location(*at.in->home, at.pointer);
    if (!keyword.empty()) (where += '/') += keyword;
    problem_ = wire::problem{std::move(where), std::move(what), std::move(hint)};
  }

  node* node_for(json::value const& schema, resource const* in, std::string_view pointer, std::string_view keyword) {
    auto const [entry, fresh] = arena_.by_schema.try_emplace(&schema, nullptr);
    if (!fresh) return entry->second;
    auto& made = arena_.nodes.emplace_back();
    entry->second = &made;
    made.source = &schema;
    made.in = in;
    made.pointer = pointer;
    made.keyword = keyword;
    todo_.push_back(&made);
    return &made;
  }

  // A schema inside another one. `rest` continues the pointer after the keyword: "/name" or nothing.
  node const* inner(node const& parent, json::value const& schema, std::string_view keyword,
                    std::string_view rest = {}) {
    std::string pointer;
    pointer.reserve(parent.pointer.size() + keyword.size() + rest.size() + 1);
    ((pointer += parent.pointer) += '/') += keyword;
    pointer += rest;
    if (!schema.is_object() && !schema.is_bool()) {
      fail(parent, std::string(keyword) + std::string(rest), "must be a schema: an object or a boolean");
      return nullptr;
    }
    auto const* own =
        schema.is_object() && schema.get_object().contains("$id") ? arena_.documents->rooted_at(&schema) : nullptr;
    return node_for(schema, own != nullptr ? own : parent.in, pointer, keyword);
  }

  std::vector<node const*> list(node const& parent, json::value const& value, std::string_view keyword) {
    std::vector<node const*> result;
    if (!value.is_array()) {
      fail(parent, keyword, "must be an array of schemas");
      return result;
    }
    for (auto const& item : value.get_array())
      result.push_back(inner(parent, item, keyword, '/' + std::to_string(result.size())));
    return result;
  }

  // Calls `each(name, node)` for every schema in an object of schemas.
  void map(node const& parent, json::value const& value, std::string_view keyword, auto each) {
    if (!value.is_object()) return fail(parent, keyword, "must be an object of schemas");
    for (auto const& member : value.get_object())
      each(std::string_view(member.key()),
           inner(parent, member.value(), keyword, '/' + wire::pointer_token(member.key())));
  }

  std::size_t count(node const& at, json::value const& value, std::string_view keyword) {
    if (value.is_number() && integral(value) && compare(value, zero_) >= 0) {
      if (value.is_int64()) return static_cast<std::size_t>(value.get_int64());
      if (value.is_uint64()) return value.get_uint64();
      return value.get_double() < 1e18 ? static_cast<std::size_t>(value.get_double()) : unlimited;
    }
    fail(at, keyword, "must be an integer, 0 or more");
    return 0;
  }

  json::value const* number(node const& at, json::value const& value, std::string_view keyword) {
    if (!value.is_number()) fail(at, keyword, "must be a number");
    return &value;
  }

  std::vector<std::string_view> names(node const& at, json::value const& value, std::string_view keyword) {
    std::vector<std::string_view> result;
    if (!value.is_array())
      fail(at, keyword, "must be an array of strings");
    else
      for (auto const& item : value.get_array())
        if (item.is_string())
          result.emplace_back(item.get_string());
        else
          fail(at, keyword, "must be an array of strings");
    return result;
  }

  pattern const* expression(node const& at, std::string_view text, std::string_view keyword) {
    if (auto const known = arena_.patterns.find(text); known != arena_.patterns.end()) return known->second.get();
    auto made = pattern::compile(text);
    if (!made) {
      fail(at, keyword, "\"" + std::string(text.substr(0, 80)) + "\" " + made.error().what, made.error().hint);
      return nullptr;
    }
    return arena_.patterns.emplace(std::string(text), *made).first->second.get();
  }

  std::optional<found_schema> find(node const& at, json::value const& value, std::string_view keyword) {
    if (!value.is_string()) {
      fail(at, keyword, "must be a string");
      return std::nullopt;
    }
    auto found = arena_.documents->find(*at.in, value.get_string());
    if (!found) {
      fail(at, keyword, found.error().what, found.error().hint);
      return std::nullopt;
    }
    if (!found->at.value->is_object() && !found->at.value->is_bool()) {
      fail(at, keyword, "refers to something that is no schema");
      return std::nullopt;
    }
    return *found;
  }

  node const* referred(found_schema const& found) { return node_for(*found.at.value, found.in, found.at.pointer, ""); }

  void check(resource const& first) {
    auto const& documents = *arena_.documents;
    auto const* home = first.home;
    if (!documents.holds(home) || documents.mixed(home)) return;
    auto const* whole = documents.rooted_at(&home->root);
    if (whole == nullptr) return;
    auto const metaschema = validator_of(whole->language);
    if (!metaschema) {
      problem_ = metaschema.error();
      return;
    }
    auto const violations = metaschema->explain(home->root, 1);
    if (!violations.empty())
      problem_ = wire::problem{location(*home, violations.front().instance),
                               "is not valid in its dialect: " + violations.front().message, ""};
  }

  wire::result<validator> validator_of(speech const& language) {
    if (language.custom_metaschema.empty()) return standard_metaschema(language.draft);
    auto own = std::make_shared<arena>();
    own->documents = arena_.documents;
    own->check_documents = false; // a meta-schema may describe itself
    auto const root = compile(*own, language.custom_metaschema);
    if (!root) return root.error();
    return validator(std::shared_ptr<node const>(own, *root));
  }

  static validator const& standard_metaschema(dialect draft) {
    static auto const both = [] {
      std::vector<validator> result;
      for (auto const each : {dialect::draft7, dialect::draft2020_12}) {
        auto own = std::make_shared<arena>();
        own->documents = std::make_shared<library>(each, &metaschemas());
        own->check_documents = false;
        auto const root = compile(*own, metaschema_uri(each));
        result.emplace_back(std::shared_ptr<node const>(own, root.value()));
      }
      return result;
    }();
    return both[draft == dialect::draft7 ? 0 : 1];
  }

  void compile_node(node& here) {
    if (here.source->is_bool()) {
      here.types = here.source->get_bool() ? types::any : 0;
      return;
    }
    auto const* schema = here.source->if_object();
    if (schema == nullptr) return fail(here, "", "must be a schema: an object or a boolean");
    auto const& language = here.in->language;
    if (language.draft == dialect::draft7)
      if (auto const* reference = schema->if_contains("$ref")) { // its siblings do not count
        if (auto const found = find(here, *reference, "$ref")) have(here.whole).reference = referred(*found);
        return;
      }
    for (auto const& member : *schema) {
      auto const known = look_up(language.draft, language.vocabularies, member.key());
      if (known) keyword(here, *schema, known->name, member.key(), member.value());
      if (problem_) return;
    }
    properties(here, *schema);
  }

  void keyword(node& here, json::object const& schema, word name, std::string_view key, json::value const& value) {
    auto const draft7 = here.in->language.draft == dialect::draft7;
    switch (name) {
    case word::type: return type(here, value);
    case word::constant:
      have(here.whole).constant = &value;
      here.whole->weight = std::max(here.whole->weight, weight_of(value));
      return;
    case word::options:
      if (!value.is_array()) return fail(here, key, "must be an array");
      have(here.whole).options = &value;
      here.whole->weight = std::max(here.whole->weight, weight_of(value));
      return;
    case word::reference:
      if (auto const found = find(here, value, key)) have(here.whole).reference = referred(*found);
      return;
    case word::dynamic_reference: return dynamic_reference(here, value);
    case word::all_of: have(here.whole).all = list(here, value, key); return;
    case word::any_of: have(here.whole).any.branches = branches(here, value, key); return;
    case word::one_of: have(here.whole).one.branches = branches(here, value, key); return;
    case word::never: have(here.whole).never = inner(here, value, key); return;
    case word::condition:
      have(here.whole).condition = inner(here, value, key);
      if (auto const* then = schema.if_contains("then")) here.whole->then = inner(here, *then, "then");
      if (auto const* otherwise = schema.if_contains("else")) here.whole->otherwise = inner(here, *otherwise, "else");
      return;
    case word::minimum: have(here.number).minimum = number(here, value, key); return;
    case word::maximum: have(here.number).maximum = number(here, value, key); return;
    case word::above: have(here.number).above = number(here, value, key); return;
    case word::below: have(here.number).below = number(here, value, key); return;
    case word::multiple_of:
      if (!value.is_number() || compare(value, zero_) <= 0) return fail(here, key, "must be a number above 0");
      have(here.number).step = &value;
      return;
    case word::min_length: have(here.string).least = count(here, value, key); return;
    case word::max_length: have(here.string).most = count(here, value, key); return;
    case word::matching:
      if (!value.is_string()) return fail(here, key, "must be a string");
      have(here.string).matching = expression(here, value.get_string(), key);
      return;
    case word::form:
      if (arena_.mode == formats::ignored && (here.in->language.vocabularies & vocabulary::format_assertion) == 0)
        return;
      if (!value.is_string()) return fail(here, key, "must be a string");
      if (auto const check = find_format(value.get_string())) {
        have(here.string).form = check;
        here.string->form_name = value.get_string();
      }
      return;
    case word::prefix_items: have(here.array).prefix = list(here, value, key); return;
    case word::items:
      if (draft7 && value.is_array()) {
        have(here.array).prefix = list(here, value, key);
        if (auto const* rest = schema.if_contains("additionalItems"))
          here.array->rest = inner(here, *rest, "additionalItems");
      } else {
        have(here.array).rest = inner(here, value, key);
      }
      return;
    case word::contains: return contains(here, schema, value);
    case word::min_items: have(here.array).least = count(here, value, key); return;
    case word::max_items: have(here.array).most = count(here, value, key); return;
    case word::unique_items:
      if (!value.is_bool()) return fail(here, key, "must be a boolean");
      have(here.array).unique = value.get_bool();
      return;
    case word::unevaluated_items: here.unevaluated_items = inner(here, value, key); return;
    case word::unevaluated_properties: here.unevaluated_properties = inner(here, value, key); return;
    case word::properties:
    case word::required: have(here.object); return; // together, in properties()
    case word::pattern_properties:
      have(here.object);
      return map(here, value, key, [&](std::string_view text, node const* each) {
        here.object->patterns.emplace_back(expression(here, text, key), each);
      });
    case word::additional_properties: have(here.object).additional = inner(here, value, key); return;
    case word::property_names: have(here.object).names = inner(here, value, key); return;
    case word::min_properties: have(here.object).least = count(here, value, key); return;
    case word::max_properties: have(here.object).most = count(here, value, key); return;
    case word::dependent_required:
    case word::dependent_schemas:
    case word::dependencies: return depend(here, name, key, value);
    }
  }

  void type(node& here, json::value const& value) {
    std::uint8_t result = 0;
    auto const add = [&](json::value const& name) {
      auto const bit = name.is_string() ? type_bit(name.get_string()) : std::uint8_t{0};
      if (bit == 0) fail(here, "type", "must name null, boolean, object, array, string, number or integer");
      result |= bit;
    };
    if (value.is_array())
      for (auto const& name : value.get_array())
        add(name);
    else
      add(value);
    here.types &= result;
  }

  std::vector<node const*> branches(node const& here, json::value const& value, std::string_view key) {
    auto result = list(here, value, key);
    if (result.empty()) fail(here, key, "must have at least one schema");
    return result;
  }

  void dynamic_reference(node& here, json::value const& value) {
    auto const found = find(here, value, "$dynamicRef");
    if (!found) return;
    auto& rules = have(here.whole);
    rules.dynamic_reference = referred(*found);
    if (found->dynamic_anchor.empty()) return;
    auto const [entry, fresh] = dynamic_anchors_.try_emplace(std::string(found->dynamic_anchor));
    if (fresh) entry->second = arena_.documents->dynamic_anchors(found->dynamic_anchor);
    // Every such reference looks at every such anchor; more than a few occur in hostile schemas only.
    if (entry->second.size() > 100) return fail(here, "$dynamicRef", "can mean more than 100 anchors of the same name");
    for (auto const& [home, at] : entry->second)
      rules.dynamic_targets.emplace_back(home, node_for(*at.value, home, at.pointer, ""));
    arena_.dynamic = true;
  }

  void contains(node& here, json::object const& schema, json::value const& value) {
    auto& rules = have(here.array);
    rules.contains = inner(here, value, "contains");
    auto const& language = here.in->language;
    if (language.draft == dialect::draft7) return;
    rules.contains_evaluates = true;
    if ((language.vocabularies & vocabulary::validation) == 0) return;
    if (auto const* least = schema.if_contains("minContains"))
      rules.contains_least = count(here, *least, "minContains");
    if (auto const* most = schema.if_contains("maxContains")) rules.contains_most = count(here, *most, "maxContains");
  }

  void depend(node& here, word name, std::string_view key, json::value const& value) {
    if (!value.is_object()) return fail(here, key, "must be an object");
    auto& rules = have(here.object);
    for (auto const& member : value.get_object()) {
      auto& made = rules.dependencies.emplace_back();
      made.keyword = key;
      made.name = member.key();
      auto const rest = '/' + wire::pointer_token(member.key());
      if (name == word::dependent_required || (name == word::dependencies && member.value().is_array()))
        made.required = names(here, member.value(), std::string(key) + rest);
      else
        made.schema = inner(here, member.value(), key, rest);
    }
  }

  // "properties" and "required" share one table.
  void properties(node& here, json::object const& schema) {
    if (!here.object) return;
    auto const& language = here.in->language;
    std::vector<property> all;
    std::unordered_map<std::string_view, std::size_t> by_name;
    if (auto const* declared = schema.if_contains("properties");
        declared != nullptr && look_up(language.draft, language.vocabularies, "properties"))
      map(here, *declared, "properties", [&](std::string_view name, node const* each) {
        by_name.emplace(name, all.size());
        all.push_back({name, each, true, false});
      });
    if (auto const* required = schema.if_contains("required");
        required != nullptr && look_up(language.draft, language.vocabularies, "required"))
      for (auto const name : names(here, *required, "required")) {
        auto const [entry, fresh] = by_name.emplace(name, all.size());
        if (fresh) all.push_back({name, here.object->additional, false, false});
        auto& item = all[entry->second];
        if (!item.required) here.object->required.push_back(name);
        item.required = true;
      }
    here.object->properties.assign(std::move(all));
  }

  arena& arena_;
  std::vector<node*> todo_;
  std::size_t next_ = 0;
  std::map<std::string, std::vector<std::pair<resource const*, place>>> dynamic_anchors_;
  std::optional<wire::problem> problem_;
  json::value const zero_ = 0;
};

} // namespace

wire::result<node const*> compile(arena& into, std::string_view reference) {
  auto const first_new = into.nodes.size();
  auto root = compiler(into).run(reference);
  if (root) link(into, first_new);
  return root;
}

} // namespace assay::jsonschema
