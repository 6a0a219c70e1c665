// Reads fixtures/revisions.json: the revisions in the order of their age, each with its era, transports and features.
#include "reference/revision/revision.hpp"

#include "reference/wire/json.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <exception>
#include <utility>

namespace assay::revision {
namespace {

constexpr std::string_view file = "fixtures/revisions.json";

/// One element of the file.
struct entry {
  std::string revision;
  std::string era;
  std::vector<std::string> transports;
  std::vector<std::string> features;
  std::vector<std::string> extensions;
};
BOOST_DESCRIBE_STRUCT(entry, (), (revision, era, transports, features, extensions))

bool contains(std::vector<std::string> const& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

wire::problem broken(std::string what) {
  return {std::string(file), std::move(what), "take the file of this version of Assay"};
}

} // namespace

bool revision::has(std::string_view feature) const {
  return contains(features, feature);
}

bool revision::carries(std::string_view transport) const {
  return contains(transports, transport);
}

bool revision::extended_by(std::string_view extension) const {
  return contains(extensions, extension);
}

wire::result<table> table::load(data::store const& store) {
  auto const text = store.read(file);
  if (!text) return broken("there is no such file");
  auto const parsed = wire::parse_value(*text);
  if (!parsed) return broken(parsed.error().where + ": " + parsed.error().what);
  table made;
  try {
    for (auto& e : boost::json::value_to<std::vector<entry>>(*parsed))
      made.revisions_.push_back({std::move(e.revision), std::move(e.era), std::move(e.transports),
                                 std::move(e.features), std::move(e.extensions)});
  } catch (std::exception const& e) {
    return broken(std::string("an entry has another shape than schemas/assay/revisions.json wants: ") + e.what());
  }
  if (made.revisions_.empty()) return broken("no revision in it");
  return made;
}

revision const* table::find(std::string_view name) const {
  auto const at =
      std::find_if(revisions_.begin(), revisions_.end(), [&](revision const& one) { return one.name == name; });
  return at == revisions_.end() ? nullptr : &*at;
}

revision const* table::newest(std::string_view era) const {
  auto const at =
      std::find_if(revisions_.rbegin(), revisions_.rend(), [&](revision const& one) { return one.era == era; });
  return at == revisions_.rend() ? nullptr : &*at;
}

bool table::within(std::string_view name, std::string_view since, std::string_view removed_in) const {
  // The order of the file is the order of age; a name that is not in it is within nothing.
  auto const* const one = find(name);
  auto const* const first = find(since);
  if (!one || !first || one < first) return false;
  auto const* const gone = find(removed_in);
  return !gone || one < gone;
}

} // namespace assay::revision
