// What a scenario checks, from its steps.
#include "conformance/catalogue/scenario.hpp"

#include <algorithm>

namespace assay::catalogue {

std::string_view step::verb() const {
  if (!open.is_null()) return "open";
  if (!send.is_null()) return "send";
  if (!http.is_null()) return "http";
  if (!expect.is_null()) return "expect";
  if (!forbid.is_null()) return "forbid";
  if (!cut.empty()) return "cut";
  return "goal";
}

std::vector<std::string> step::requirements() const {
  std::vector<std::string> ids;
  if (auto const* object = checks.if_object())
    for (auto const& [id, pattern] : *object)
      ids.emplace_back(id);
  if (auto const* array = checks.if_array())
    for (auto const& id : *array)
      ids.emplace_back(id.as_string());
  return ids;
}

std::vector<std::string> scenario::requirements() const {
  std::vector<std::string> all;
  for (auto const& s : steps)
    for (auto& id : s.requirements())
      if (std::find(all.begin(), all.end(), id) == all.end()) all.push_back(std::move(id));
  return all;
}

std::string_view scenario::short_name() const {
  std::string_view all = name;
  return all.substr(all.rfind('/') + 1);
}

} // namespace assay::catalogue
