// A corpus to judge schemas with: the message fixtures, instances made from the schemas themselves, and every small
// change of an instance: each member removed, nulled, retyped or extended, each item too, at every depth.
#pragma once

#include "reference/data/store.hpp"
#include "reference/revision/revision.hpp"
#include "reference/wire/json.hpp"

#include <functional>
#include <set>

namespace assay::message::testing {

namespace json = boost::json;

/// Values without repetitions, in the order of their arrival.
class value_set {
public:
  void add(json::value value) {
    if (known_.insert(wire::serialize(value)).second) values_.push_back(std::move(value));
  }
  std::vector<json::value> const& all() const { return values_; }

private:
  std::set<std::string> known_;
  std::vector<json::value> values_;
};

/// A message fixture of one revision.
struct fixture {
  std::string file, definition, name, fails_at;
  bool valid = false;
  json::value value;
};

/// All fixtures that count in a revision; `folder` is fixtures/messages/ or that of an extension below it.
std::vector<fixture> fixtures_of(data::store const& store, revision::table const& revisions,
                                 std::string const& revision, std::string const& folder);

/// Finds what a reference in the document of a schema means: the schema and its document's name.
using resolver =
    std::function<std::pair<json::value const*, std::string>(std::string_view reference, std::string const& document)>;

/// Instances that a schema describes: with its required members only, with all, and with each alternative.
value_set instances_of(json::value const& schema, std::string const& document, resolver const& resolve);

/// Changes a value in every small way, in place, and calls back after each; afterwards it is as it was.
void each_change(json::value& value, std::function<void()> const& changed);

} // namespace assay::message::testing
