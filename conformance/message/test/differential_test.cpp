// Our schemas beside the official ones: over a large corpus the verdicts agree wherever differences.json does not say
// otherwise. Its changes, made to a copy of the official file, leave no disagreement at all; and each of them is
// needed. The official files are no part of this project: ASSAY_OFFICIAL_SCHEMAS names their folder
// (<revision>/schema.json, and extensions/tasks/schema.json).
#include "cmake/catch.hpp"
#include "conformance/message/official.hpp"
#include "conformance/message/test/corpus.hpp"
#include "reference/jsonschema/schema.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

using namespace assay;
using namespace assay::message::testing;
namespace fs = std::filesystem;

namespace {

json::value parsed(std::string_view text) {
  return wire::parse_value(text).value();
}

json::value read(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  return parsed(text);
}

fs::path official_folder() {
  if (auto const* given = std::getenv("ASSAY_OFFICIAL_SCHEMAS"); given && *given) return given;
  return fs::path(ASSAY_SOURCE_DIR).parent_path() / "shared" / "spec" / "schema";
}

std::string unescaped(std::string token) {
  for (auto at = token.find('~'); at != std::string::npos; at = token.find('~', at + 1))
    token.replace(at, 2, token[at + 1] == '1' ? "/" : "~");
  return token;
}

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> out;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    auto const end = std::min(pointer.find('/'), pointer.size());
    out.push_back(unescaped(std::string(pointer.substr(0, end))));
    pointer.remove_prefix(end);
  }
  return out;
}

/// Sets the member that the tokens lead to, wherever what holds it is there; a token "*X" is every longer name
/// that ends in X, and "*" every item too.
int set(json::value& in, std::span<std::string const> tokens, json::value const& to) {
  auto const rest = tokens.subspan(1);
  int done = 0;
  if (auto* object = in.if_object()) {
    if (rest.empty()) {
      object->insert_or_assign(tokens[0], to);
      return 1;
    }
    for (auto& member : *object) {
      auto const name = std::string_view(member.key());
      auto const end = std::string_view(tokens[0]).substr(1);
      if (tokens[0].starts_with('*') ? name.size() > end.size() && name.ends_with(end) : name == tokens[0])
        done += set(member.value(), rest, to);
    }
  } else if (auto* array = in.if_array(); array && tokens[0] == "*" && !rest.empty()) {
    for (auto& item : *array)
      done += set(item, rest, to);
  }
  return done;
}

struct difference {
  std::string definition, pointer;
  json::array changes;
  bool needed = false;
};

/// Entry points in one set of documents, compiled on first use.
class judge {
public:
  explicit judge(jsonschema::registry registry) : registry_(std::move(registry)) {}

  jsonschema::validator const& at(std::string const& reference) {
    auto found = compiled_.find(reference);
    if (found == compiled_.end()) {
      INFO(reference);
      auto made = registry_.compile(reference);
      REQUIRE(made.has_value());
      found = compiled_.emplace(reference, std::move(*made)).first;
    }
    return found->second;
  }

private:
  jsonschema::registry registry_;
  std::map<std::string, jsonschema::validator> compiled_;
};

std::vector<difference> differences_of(data::store const& store, std::string const& folder) {
  std::vector<difference> out;
  auto const document = parsed(*store.read(folder + "differences.json"));
  for (auto const& entry : document.as_array()) {
    difference made{std::string(entry.at("definition").as_string()), std::string(entry.at("pointer").as_string()), {}};
    if (auto const* change = entry.as_object().if_contains("change")) made.changes = change->as_array();
    out.push_back(std::move(made));
  }
  return out;
}

/// Makes the changes of all differences, or of all but one. How many places each had is the caller's to judge.
void change(json::value& definitions, std::vector<difference> const& differences, difference const* without,
            std::function<void(json::value const&, int)> const& made) {
  for (auto const& each : differences) {
    if (&each == without) continue;
    for (auto const& change : each.changes) {
      auto const& at = change.at("at");
      std::vector<json::value> const places =
          at.is_array() ? std::vector<json::value>(at.get_array().begin(), at.get_array().end())
                        : std::vector<json::value>{at};
      for (auto const& place : places)
        made(place, set(definitions, tokens_of(std::string_view(place.as_string())), change.at("to")));
    }
  }
}

/// An official file, and that of the core beside it when it is an extension's: its definitions repeat some of the
/// core's.
struct official_file {
  std::string name; ///< "2030-01-01/schema.json"
  json::value document;
  std::string key; ///< below which it has its definitions
  official_file const* core = nullptr;
  std::vector<difference> differences;
};

official_file read_official(fs::path const& folder, std::string const& name, data::store const& store) {
  official_file out{name, read(folder / name), {}, nullptr, {}};
  out.document.as_object().erase("$id"); // references to the file beside it are relative to its place here
  out.key = message::definitions_key(out.document);
  out.differences = differences_of(store, "schemas/mcp/" + fs::path(name).parent_path().string() + "/");
  return out;
}

/// The file with the changes of all differences, or of all but one, or with none.
judge changed_official(official_file const& file, bool changes, difference const* without) {
  jsonschema::registry registry;
  auto document = file.document;
  auto const needed = [](json::value const& place, int places) {
    INFO("the change at " << place);
    CHECK(places > 0);
  };
  auto const wherever = [](json::value const&, int) {};
  if (file.core != nullptr) {
    auto core = file.core->document;
    change(core.as_object().at(file.core->key), file.core->differences, nullptr, wherever);
    REQUIRE(registry.add(file.core->name, std::move(core)).has_value());
    if (changes) change(document.as_object().at(file.key), file.core->differences, nullptr, wherever);
  }
  if (changes) change(document.as_object().at(file.key), file.differences, without, needed);
  REQUIRE(registry.add(file.name, std::move(document)).has_value());
  return judge(std::move(registry));
}

/// Methods and notifications that the official file has messages for.
std::set<std::string> official_methods(json::object const& definitions) {
  std::set<std::string> out;
  for (auto const& [name, schema] : definitions)
    for (auto const* place : {"/properties/method/const", "/allOf/1/properties/method/const"})
      if (auto const* method = wire::find(schema, place); method && method->is_string())
        out.insert(std::string(method->get_string()));
  return out;
}

/// Methods and notifications of a folder of ours, and what it may ask inside a result.
std::set<std::string> our_methods(data::store const& store, std::string const& folder) {
  std::set<std::string> out;
  for (auto const* table : {"methods.json", "inputs.json"})
    if (auto const text = store.read(folder + table))
      for (auto const document = parsed(*text); auto const& member : document.as_object())
        out.emplace(member.key());
  return out;
}

/// Compares the definitions of a folder below schemas/mcp/ with those of an official file; the number of verdicts.
std::size_t compare(data::store const& store, std::string const& below, official_file& file,
                    std::vector<fixture> fixtures, fs::path const& examples_in) {
  INFO(below);
  auto const& theirs = file.document.at(file.key).as_object();

  // Our documents, and where each definition is; those of the core as well when it is an extension.
  std::map<std::string, json::value> documents;
  std::map<std::string, std::string> home, of_core;
  jsonschema::registry registry;
  auto const enter = [&](std::string const& folder, std::map<std::string, std::string>& places) {
    for (auto const& each : store.list("schemas/mcp/" + folder + "/")) {
      auto value = parsed(*store.read(each));
      auto const name = each.substr(std::string_view("schemas/mcp/").size());
      if (!value.is_object() || !value.get_object().contains("$defs")) continue;
      for (auto const& member : value.at("$defs").as_object())
        CHECK(places.emplace(member.key(), name).second);
      REQUIRE(registry.add(name, value).has_value());
      documents.emplace(name, std::move(value));
    }
  };
  enter(below, home);
  if (file.core != nullptr) enter(fs::path(file.core->name).parent_path().string(), of_core);
  resolver const among_ours = [&](std::string_view reference, std::string const& document) {
    auto const hash = reference.find('#');
    auto const to = hash == 0
                        ? document
                        : (fs::path(document).parent_path() / reference.substr(0, hash)).lexically_normal().string();
    return std::pair(wire::find(std::as_const(documents.at(to)), reference.substr(hash + 1)), to);
  };
  resolver const among_theirs = [&](std::string_view reference, std::string const& document) {
    return std::pair(wire::find(std::as_const(file.document), reference.substr(1)), document);
  };

  judge ours(std::move(registry));
  judge plain = changed_official(file, false, nullptr);
  judge changed = changed_official(file, true, nullptr);
  std::map<difference const*, judge> without;
  for (auto& each : file.differences) {
    if (!each.changes.empty()) {
      without.emplace(&each, changed_official(file, true, &each));
    } else {
      // Only a definition that we do not have needs no change.
      INFO(each.definition);
      CHECK(theirs.contains(each.definition));
      CHECK(!home.contains(each.definition));
      each.needed = true;
    }
  }

  // Definitions and methods, counted.
  std::vector<std::string> left_out, own;
  for (auto const& member : theirs)
    if (auto const name = std::string(member.key()); !home.contains(name) && !of_core.contains(name)) {
      left_out.push_back(name);
      INFO(name << " is in the official file only, so differences.json must list it");
      CHECK(std::ranges::any_of(file.differences, [&](auto const& each) { return each.definition == name; }));
    }
  for (auto const& [name, at] : home)
    if (!theirs.contains(name)) own.push_back(name);
  auto methods = our_methods(store, "schemas/mcp/" + below + "/");
  auto their_methods = official_methods(theirs);
  if (file.core != nullptr)
    for (auto const& name : our_methods(store, "schemas/mcp/" + fs::path(file.core->name).parent_path().string() + "/"))
      methods.erase(name), their_methods.erase(name);

  std::map<std::string, std::vector<json::value>> given;
  std::size_t examples = 0;
  auto const from_fixtures = fixtures.size();
  for (auto& each : fixtures)
    given[each.definition].push_back(std::move(each.value));
  if (fs::exists(examples_in))
    for (auto const& entry : fs::recursive_directory_iterator(examples_in))
      if (entry.is_regular_file()) {
        auto const name = entry.path().parent_path().filename().string();
        if (!home.contains(name)) continue;
        given[name].push_back(read(entry.path()));
        INFO("the official example " << entry.path().filename().string() << " of " << name);
        // This one lacks the caching hints of a ReadResourceResult; officially it passes for a request for input.
        bool const good = entry.path().filename() != "read-resource-result-response.json";
        CHECK(ours.at(home.at(name) + "#/$defs/" + name).accepts(given[name].back()) == good);
        ++examples;
      }

  std::size_t instances = 0, asked = 0, listed = 0, unlisted = 0, compared = 0;
  for (auto const& [name, document] : home) {
    auto const pointer = message::counterpart(name, file.document.at(file.key));
    if (pointer.empty()) {
      std::cout << below << ": " << name << " has no counterpart in the official file\n";
      continue;
    }
    ++compared;
    auto const their_reference = file.name + "#/" + file.key + pointer;
    auto const& by_ours = ours.at(document + "#/$defs/" + name);
    auto const& by_plain = plain.at(their_reference);
    auto const& by_changed = changed.at(their_reference);
    value_set corpus;
    for (auto& value : given[name])
      corpus.add(std::move(value));
    auto const by_us = instances_of(documents.at(document).at("$defs").at(name), document, among_ours);
    auto const by_them =
        instances_of(*wire::find(std::as_const(file.document), "/" + file.key + pointer), "", among_theirs);
    for (auto const* made : {&by_us, &by_them})
      for (auto const& value : made->all())
        corpus.add(value);
    instances += corpus.all().size();
    for (auto value : corpus.all()) {
      auto const ask = [&] {
        ++asked;
        bool const verdict = by_ours.accepts(value);
        if (by_changed.accepts(value) != verdict && ++unlisted <= 20)
          FAIL_CHECK(name << ": ours " << (verdict ? "accepts " : "rejects ") << wire::serialize(value).substr(0, 600));
        if (by_plain.accepts(value) == verdict) return;
        ++listed;
        for (auto& each : file.differences)
          if (!each.needed) each.needed = without.at(&each).at(their_reference).accepts(value) != verdict;
      };
      ask();
      each_change(value, ask);
    }
  }
  CHECK(unlisted == 0);
  CHECK(methods == their_methods);
  for (auto const& each : file.differences) {
    INFO("nothing in the corpus needs the difference " << each.definition << " " << each.pointer);
    CHECK(each.needed);
  }
  std::cout << below << ": " << theirs.size() << " official definitions, " << home.size() << " of ours (" << own.size()
            << " for what is written inside others there; left out: " << left_out.size() << "), " << methods.size()
            << " methods and notifications in both; " << compared << " definitions compared on " << instances
            << " instances (" << from_fixtures << " fixtures, " << examples
            << " official examples) and their changes: " << asked << " verdicts, " << asked - listed << " agree, "
            << listed << " differ as the " << file.differences.size() << " listed differences say\n";
  return asked;
}

bool available(fs::path const& folder, std::string const& name) {
  if (fs::exists(folder / name)) return true;
  std::cout << "SKIPPED: the official " << name
            << " is not there; ASSAY_OFFICIAL_SCHEMAS may name the folder that has it\n";
  WARN("SKIPPED: the official " << name << " is not there");
  return false;
}

} // namespace

TEST_CASE("verdicts are those of the official schemas, but for what differences.json lists", "[official]") {
  auto const folder = official_folder();
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();
  std::size_t asked = 0;
  for (auto const& revision : revisions.all()) {
    if (!available(folder, revision.name + "/schema.json")) continue;
    auto file = read_official(folder, revision.name + "/schema.json", store);
    asked += compare(store, revision.name, file, fixtures_of(store, revisions, revision.name, "fixtures/messages/"),
                     folder / revision.name / "examples");
  }
  if (asked != 0) CHECK(asked > 1'000'000);
}

TEST_CASE("so are those of the tasks extension", "[official]") {
  auto const folder = official_folder();
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();
  auto const& newest = revisions.all().back().name;
  if (!available(folder, "extensions/tasks/schema.json") || !available(folder, newest + "/schema.json")) return;
  auto const core = read_official(folder, newest + "/schema.json", store);
  auto file = read_official(folder, "extensions/tasks/schema.json", store);
  file.core = &core;
  auto const asked = compare(store, "extensions/tasks", file,
                             fixtures_of(store, revisions, newest, "fixtures/messages/extensions/tasks/"), "");
  CHECK(asked > 100'000);
}
