// The names a scenario knows, and the values that stand for others; docs/interpreting.md, "Values".
#pragma once

#include "reference/wire/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace assay::engine {

namespace json = boost::json;

/// Names and their views. An inner scope sees the outer one's names.
class bindings {
public:
  explicit bindings(bindings const* outer = nullptr) : outer_(outer) {}

  /// Gives a name to a view; a name given again takes the new view.
  void set(std::string name, json::value view) { views_.insert_or_assign(std::move(name), std::move(view)); }

  /// The same with a view that outlives these names, which is not copied.
  void refer(std::string name, json::value const& view) { elsewhere_.insert_or_assign(std::move(name), &view); }

  /// "name/pointer": the value there, or nullptr.
  json::value const* find(std::string_view reference) const;

private:
  bindings const* outer_;
  std::map<std::string, json::value, std::less<>> views_;
  std::map<std::string, json::value const*, std::less<>> elsewhere_;
};

/// Whether the value stands for itself, so that `resolve` would but copy it.
bool constant(json::value const& value);

/// The value with every {"$"}, {"$repeat"} and {"$concat"} in it replaced. When a reference finds nothing: no value,
/// and the reference in `missing` (may be nullptr).
std::optional<json::value> resolve(json::value const& value, bindings const& names, std::string* missing = nullptr);

} // namespace assay::engine
