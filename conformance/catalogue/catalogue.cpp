// Loading of the fixtures.
#include "conformance/catalogue/catalogue.hpp"

#include "conformance/catalogue/read.hpp"
#include "reference/wire/json.hpp"

#include <algorithm>
#include <future>

namespace assay::catalogue {

namespace {

constexpr std::string_view extensions = "extensions/";
constexpr std::string_view check_hint = "mcp-assay check-data says what is wrong and where";

/// "fixtures/rules/server/tools.json", "fixtures/rules/" -> "server/tools"
std::string stem(std::string_view file, std::string_view folder) {
  file.remove_prefix(folder.size());
  file.remove_suffix(std::string_view(".json").size());
  return std::string(file);
}

template <class T>
wire::result<T> read_file(data::store const& store, std::string const& file) {
  auto text = store.read(file);
  if (!text) return wire::problem{file, "is missing", "is --data the folder that holds fixtures/ and schemas/?"};
  auto parsed = wire::parse(*text);
  if (parsed.has_error())
    return wire::problem{file + ", " + parsed.error().where, parsed.error().what, std::string(check_hint)};
  if constexpr (requires(T t) { t.push_back(typename T::value_type{}); }) {
    T all;
    auto r = detail::read_into(all, parsed->root, "");
    if (r.has_error()) return wire::problem{file + "#" + r.error().where, r.error().what, std::string(check_hint)};
    return all;
  } else {
    auto value = read_struct<T>(parsed->root);
    if (value.has_error())
      return wire::problem{file + "#" + value.error().where, value.error().what, std::string(check_hint)};
    return value;
  }
}

template <class T>
wire::result<std::vector<T>> read_pages(data::store const& store, std::string const& folder) {
  std::vector<T> all;
  for (auto const& file : store.list(folder)) {
    auto some = read_file<std::vector<T>>(store, file);
    if (some.has_error()) return some.error();
    for (auto& entry : *some) {
      entry.page = stem(file, folder);
      all.push_back(std::move(entry));
    }
  }
  return all;
}

/// One in each file, which names it.
template <class T>
wire::result<std::vector<T>> read_named(data::store const& store, std::string const& folder) {
  std::vector<T> all;
  for (auto const& file : store.list(folder)) {
    auto one = read_file<T>(store, file);
    if (one.has_error()) return one.error();
    one->name = stem(file, folder);
    all.push_back(std::move(*one));
  }
  return all;
}

bool among(std::vector<std::string> const& list, std::string_view item) {
  return list.empty() || std::find(list.begin(), list.end(), item) != list.end();
}

bool has_all(revision::revision const& in, std::vector<std::string> const& features) {
  return std::all_of(features.begin(), features.end(), [&](auto const& f) { return in.has(f); });
}

} // namespace

std::string prefix_of(std::string_view page) {
  if (page.ends_with("/index")) page.remove_suffix(6);
  auto prefix = std::string(page.substr(page.rfind('/') + 1));
  return page.starts_with(extensions) ? prefix + "-extension" : prefix;
}

requirement const* catalogue::find_requirement(std::string_view id) const {
  auto found = std::find_if(requirements.begin(), requirements.end(), [&](auto const& r) { return r.id == id; });
  return found == requirements.end() ? nullptr : &*found;
}

scenario const* catalogue::find_scenario(std::string_view name) const {
  auto found = std::find_if(scenarios.begin(), scenarios.end(), [&](auto const& s) { return s.name == name; });
  return found == scenarios.end() ? nullptr : &*found;
}

bool catalogue::applies(requirement const& r, revision::revision const& in, std::string_view transport) const {
  if (r.page.starts_with(extensions) && !in.extended_by(r.page.substr(extensions.size()))) return false;
  return revisions.within(in.name, r.since, r.removed_in) && among(r.transports, transport) && has_all(in, r.features);
}

bool catalogue::applies(scenario const& s, revision::revision const& in, std::string_view transport) const {
  // Without since it is as old as the oldest.
  auto const all = revisions.all();
  std::string_view const since = s.since.empty() && !all.empty() ? std::string_view(all.front().name) : s.since;
  if ((!s.since.empty() || !s.removed_in.empty()) && !revisions.within(in.name, since, s.removed_in)) return false;
  return among(s.transports, transport) && has_all(in, s.features);
}

bool catalogue::applies(rule const& r, revision::revision const& in, std::string_view transport) const {
  auto const* needed = find_requirement(r.requirement);
  return needed && applies(*needed, in, transport) && among(r.transports, transport) && has_all(in, r.features);
}

wire::result<catalogue> load(std::shared_ptr<data::store const> store) {
  catalogue out;
  out.store = store;
  auto scenarios = std::async([&] { return read_named<scenario>(*store, "fixtures/scenarios/"); }); // half of it all
  auto revisions = revision::table::load(*store);
  if (revisions.has_error()) return revisions.error();
  out.revisions = std::move(*revisions);

  for (auto const& file : store->list("fixtures/eras/")) {
    auto one = read_file<era>(*store, file);
    if (one.has_error()) return one.error();
    auto name = one->era;
    out.eras.emplace(std::move(name), std::move(*one));
  }

  auto requirements = read_pages<requirement>(*store, "fixtures/requirements/");
  if (requirements.has_error()) return requirements.error();
  out.requirements = std::move(*requirements);

  auto rules = read_pages<rule>(*store, "fixtures/rules/");
  if (rules.has_error()) return rules.error();
  out.rules = std::move(*rules);

  auto interpretations = read_file<std::vector<interpretation>>(*store, "fixtures/interpretations.json");
  if (interpretations.has_error()) return interpretations.error();
  out.interpretations = std::move(*interpretations);

  auto read = scenarios.get();
  if (read.has_error()) return read.error();
  out.scenarios = std::move(*read);
  return out;
}

wire::result<std::vector<mutant>> load_mutants(data::store const& store) {
  std::string const folder = "fixtures/mutants/";
  auto all = read_named<mutant>(store, folder);
  if (all.has_value())
    for (auto& one : *all)
      one.text = std::string(*store.read(folder + one.name + ".json"));
  return all;
}

namespace {

struct statement_file {
  std::vector<statement> statements;
};
BOOST_DESCRIBE_STRUCT(statement_file, (), (statements))

} // namespace

wire::result<std::vector<statement>> load_statements(data::store const& store) {
  auto file = read_file<statement_file>(store, "fixtures/statements.json");
  if (file.has_error()) return file.error();
  return std::move(file->statements);
}

wire::result<std::vector<exemption>> load_exemptions(data::store const& store) {
  return read_file<std::vector<exemption>>(store, "fixtures/exemptions.json");
}

} // namespace assay::catalogue
