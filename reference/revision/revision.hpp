// The revisions of the specification as fixtures/revisions.json names them. Code asks for features and eras, never for
// dates.
#pragma once

#include "reference/data/store.hpp"
#include "reference/wire/problem.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::revision {

struct revision {
  std::string name; ///< its date, "YYYY-MM-DD"
  std::string era;  ///< "legacy" or "modern"
  std::vector<std::string> transports;
  std::vector<std::string> features;
  std::vector<std::string> extensions; ///< official ones that are made for it: "tasks"

  bool has(std::string_view feature) const;
  bool carries(std::string_view transport) const;
  bool extended_by(std::string_view extension) const;
};

/// All revisions, oldest first. Immutable.
class table {
public:
  /// Reads fixtures/revisions.json. Problems: the file is missing or has another shape.
  static wire::result<table> load(data::store const& store);

  std::span<revision const> all() const { return revisions_; }
  revision const* find(std::string_view name) const;
  /// The newest revision of the era, or nullptr.
  revision const* newest(std::string_view era) const;
  /// True when `name` is `since` or later and before `removed_in` (empty: never removed).
  bool within(std::string_view name, std::string_view since, std::string_view removed_in) const;

private:
  std::vector<revision> revisions_;
};

} // namespace assay::revision
