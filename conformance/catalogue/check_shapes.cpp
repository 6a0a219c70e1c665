// Every file of fixtures/, and what is said of the official schemas, against the schema in schemas/assay/ that its
// place selects.
#include "conformance/catalogue/check_parts.hpp"
#include "conformance/catalogue/read.hpp"
#include "reference/jsonschema/schema.hpp"

namespace assay::catalogue::checking {

namespace {

/// Which schema a file must meet: by its name, or by its folder.
struct kind {
  std::string_view where; ///< a file, or a folder when it ends in "/"
  std::string_view schema;
};
constexpr kind kinds[] = {
    {"fixtures/revisions.json", "revisions.json"},
    {"fixtures/statements.json", "statements.json"},
    {"fixtures/exemptions.json", "exemptions.json"},
    {"fixtures/interpretations.json", "interpretations.json"},
    {"fixtures/eras/", "era.json"},
    {"fixtures/requirements/", "requirements.json"},
    {"fixtures/scenarios/", "scenario.json"},
    {"fixtures/rules/", "rules.json"},
    {"fixtures/mutants/", "mutant.json"},
    {"fixtures/messages/", "messages.json"},
};

std::string_view schema_for(std::string_view file) {
  if (file.starts_with("schemas/mcp/") && file.ends_with("/differences.json")) return "differences.json";
  for (auto const& k : kinds)
    if (k.where.ends_with('/') ? file.starts_with(k.where) : file == k.where) return k.schema;
  return {};
}

class shapes {
public:
  explicit shapes(parts& p) : p_(p) {
    for (auto const& file : p.store->list("schemas/assay/")) {
      auto value = wire::parse_value(*p.store->read(file));
      auto const name = file.substr(std::string_view("schemas/assay/").size());
      if (value.has_error())
        p.problem({file, value.error().where}, value.error().what);
      else if (auto added = registry_.add(name, std::move(*value)); added.has_error())
        p.problem({file, added.error().where}, added.error().what, added.error().hint);
      else
        names_.insert(name);
    }
  }

  /// The document when it is JSON and meets its schema.
  std::optional<json::value> read(std::string const& file) {
    auto parsed = wire::parse(*p_.store->read(file));
    if (parsed.has_error()) {
      p_.problem({file, parsed.error().where}, "is no JSON: " + parsed.error().what);
      return std::nullopt;
    }
    for (auto const& name : parsed->duplicate_names)
      p_.problem({file, name}, "the name occurs twice in its object", "the first one is lost: remove one");
    auto const name = schema_for(file);
    // Nobody reads these here: messages have a schema of their own only where the data set brings one.
    if (name.empty() || (name == "messages.json" && !names_.contains(name))) return std::move(parsed->root);
    auto const* schema = schema_named(std::string(name));
    // Without its schema nothing is known of its shape, and the cross-checks rely on that.
    if (!schema) return std::nullopt;
    if (schema->accepts(parsed->root)) return std::move(parsed->root);
    for (auto const& v : schema->explain(parsed->root))
      p_.problem({file, v.instance}, v.message, "schemas/assay/" + v.schema + " asks for it");
    return std::nullopt;
  }

private:
  jsonschema::validator const* schema_named(std::string const& name) {
    if (!names_.contains(name)) {
      if (missing_.insert(name).second)
        p_.problem({"schemas/assay/" + name, ""}, "is missing",
                   "is --data the folder that holds fixtures/ and schemas/?");
      return nullptr;
    }
    auto found = compiled_.find(name);
    if (found == compiled_.end()) {
      auto made = registry_.compile(name);
      if (made.has_error())
        p_.problem({"schemas/assay/" + name, made.error().where}, made.error().what, made.error().hint);
      found =
          compiled_
              .emplace(name, made.has_error() ? std::nullopt : std::optional<jsonschema::validator>(std::move(*made)))
              .first;
    }
    return found->second ? &*found->second : nullptr;
  }

  parts& p_;
  jsonschema::registry registry_;
  std::set<std::string, std::less<>> names_;
  std::set<std::string> missing_;
  std::map<std::string, std::optional<jsonschema::validator>, std::less<>> compiled_;
};

template <class T>
std::optional<T> as(parts& p, json::value const& from, place const& at) {
  auto value = read_struct<T>(from);
  if (value.has_error()) {
    p.problem({at.file, at.pointer + value.error().where}, value.error().what);
    return std::nullopt;
  }
  return std::move(*value);
}

/// A file that is a list of entries.
template <class T>
void entries(parts& p, json::value const& from, std::string const& file, std::vector<placed<T>>& into,
             std::string_view folder = {}) {
  if (!from.is_array()) return p.problem({file, ""}, "is no array");
  for (std::size_t i = 0; i < from.get_array().size(); ++i) {
    place const at{file, "/" + std::to_string(i)};
    auto one = as<T>(p, from.get_array()[i], at);
    if (!one) continue;
    if constexpr (requires { one->page = std::string(); })
      if (!folder.empty()) one->page = stem(file, folder);
    into.push_back({std::move(*one), at});
  }
}

template <class T>
void whole(parts& p, json::value const& from, std::string const& file, std::vector<placed<T>>& into,
           std::string_view folder = {}) {
  auto one = as<T>(p, from, {file, ""});
  if (!one) return;
  if constexpr (requires { one->name = std::string(); })
    if (!folder.empty()) one->name = stem(file, folder);
  into.push_back({std::move(*one), {file, ""}});
}

void read_definitions(parts& p) {
  for (auto const& revision : p.all.revisions.all()) {
    std::vector<std::string> files = p.store->list("schemas/mcp/" + revision.name + "/");
    for (auto const& extension : revision.extensions)
      for (auto& file : p.store->list("schemas/mcp/extensions/" + extension + "/"))
        files.push_back(std::move(file));
    for (auto const& file : files) {
      auto value = wire::parse_value(*p.store->read(file));
      if (value.has_error()) {
        p.problem({file, value.error().where}, "is no JSON: " + value.error().what);
        continue;
      }
      if (auto const* defs = wire::find(*value, "/$defs"); defs && defs->is_object())
        for (auto const& [name, schema] : defs->get_object())
          p.definitions[std::string(name)].insert(revision.name);
    }
  }
}

void read_differences(parts& p, shapes& read) {
  for (auto const& file : p.store->list("schemas/mcp/")) {
    if (schema_for(file).empty()) continue;
    auto const value = read.read(file);
    if (!value) continue;
    constexpr auto start = std::string_view("schemas/mcp/").size();
    auto const folder = file.substr(start, file.find('/', start) - start);
    auto const text = [](json::value const& entry, std::string_view name) {
      auto const* found = entry.as_object().if_contains(name);
      return found ? std::string(found->as_string()) : std::string();
    };
    for (std::size_t i = 0; i != value->as_array().size(); ++i) {
      auto const& entry = value->as_array()[i];
      basis made{folder == "extensions" ? "" : folder, text(entry, "interpretation"), text(entry, "page")};
      p.differences.push_back({std::move(made), {file, "/" + std::to_string(i)}});
    }
  }
}

} // namespace

void read_all(parts& p) {
  shapes read(p);
  for (auto const* file : {"fixtures/revisions.json", "fixtures/statements.json", "fixtures/exemptions.json",
                           "fixtures/interpretations.json"})
    if (!p.store->read(file))
      p.problem({file, ""}, "is missing", "is --data the folder that holds fixtures/ and schemas/?");

  for (auto const& file : p.store->list("fixtures/")) {
    if (!file.ends_with(".json")) {
      if (!file.starts_with("fixtures/bytes/")) p.warning({file, ""}, "is no file that this program reads");
      continue;
    }
    if (file.starts_with("fixtures/bytes/")) continue; // raw vectors; the tests of the framers read them
    auto value = read.read(file);
    if (!value) continue;
    if (schema_for(file).empty())
      p.warning({file, ""}, "has a name that nothing reads", "docs/interpreting.md lists the files");
    else if (file == "fixtures/revisions.json") {
      auto table = revision::table::load(*p.store);
      if (table.has_error()) {
        p.problem({file, table.error().where}, table.error().what, table.error().hint);
        continue;
      }
      p.all.revisions = std::move(*table);
      p.has_revisions = true;
      for (auto const& r : p.all.revisions.all())
        p.features.insert(r.features.begin(), r.features.end());
    } else if (file == "fixtures/statements.json") {
      auto statements = load_statements(*p.store);
      if (statements.has_error())
        p.problem({file, ""}, wire::to_string(statements.error()));
      else
        p.statements = std::move(*statements);
    } else if (file == "fixtures/exemptions.json")
      entries(p, *value, file, p.exemptions);
    else if (file == "fixtures/interpretations.json")
      entries(p, *value, file, p.interpretations);
    else if (file.starts_with("fixtures/eras/"))
      whole(p, *value, file, p.eras);
    else if (file.starts_with("fixtures/requirements/"))
      entries(p, *value, file, p.requirements, "fixtures/requirements/");
    else if (file.starts_with("fixtures/scenarios/"))
      whole(p, *value, file, p.scenarios, "fixtures/scenarios/");
    else if (file.starts_with("fixtures/rules/"))
      entries(p, *value, file, p.rules, "fixtures/rules/");
    else if (file.starts_with("fixtures/mutants/"))
      whole(p, *value, file, p.mutants, "fixtures/mutants/");
  }
  for (auto const& r : p.requirements)
    p.all.requirements.push_back(r.value);
  for (auto const& s : p.scenarios)
    p.all.scenarios.push_back(s.value);
  for (auto const& r : p.rules)
    p.all.rules.push_back(r.value);
  read_definitions(p);
  read_differences(p, read);
}

} // namespace assay::catalogue::checking
