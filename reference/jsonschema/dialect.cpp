#include "reference/jsonschema/dialect.hpp"

namespace assay::jsonschema {

namespace {

struct keyword_entry {
  std::string_view name;
  shape in_draft7;
  shape in_2020_12;
};

// Sorted by name, for the binary search below.
constexpr auto keywords = std::to_array<keyword_entry>({
    {"$defs", shape::none, shape::map},
    {"additionalItems", shape::schema, shape::none},
    {"additionalProperties", shape::schema, shape::schema},
    {"allOf", shape::list, shape::list},
    {"anyOf", shape::list, shape::list},
    {"contains", shape::schema, shape::schema},
    {"contentSchema", shape::none, shape::schema},
    {"definitions", shape::map, shape::map},
    {"dependencies", shape::map, shape::map},
    {"dependentSchemas", shape::none, shape::map},
    {"else", shape::schema, shape::schema},
    {"if", shape::schema, shape::schema},
    {"items", shape::schema_or_list, shape::schema},
    {"not", shape::schema, shape::schema},
    {"oneOf", shape::list, shape::list},
    {"patternProperties", shape::map, shape::map},
    {"prefixItems", shape::none, shape::list},
    {"properties", shape::map, shape::map},
    {"propertyNames", shape::schema, shape::schema},
    {"then", shape::schema, shape::schema},
    {"unevaluatedItems", shape::none, shape::schema},
    {"unevaluatedProperties", shape::none, shape::schema},
});

} // namespace

std::optional<dialect> known_dialect(std::string_view schema_uri) {
  if (schema_uri.ends_with('#')) schema_uri.remove_suffix(1);
  for (auto draft : {dialect::draft7, dialect::draft2020_12})
    if (schema_uri == metaschema_uri(draft)) return draft;
  return std::nullopt;
}

std::string_view metaschema_uri(dialect draft) {
  return draft == dialect::draft7 ? "http://json-schema.org/draft-07/schema"
                                  : "https://json-schema.org/draft/2020-12/schema";
}

std::optional<std::uint8_t> known_vocabulary(std::string_view uri) {
  constexpr std::string_view prefix = "https://json-schema.org/draft/2020-12/vocab/";
  if (!uri.starts_with(prefix)) return std::nullopt;
  auto const name = uri.substr(prefix.size());
  if (name == "applicator") return vocabulary::applicator;
  if (name == "unevaluated") return vocabulary::unevaluated;
  if (name == "validation") return vocabulary::validation;
  if (name == "format-assertion") return vocabulary::format_assertion;
  if (name == "core" || name == "meta-data" || name == "content" || name == "format-annotation") return std::uint8_t{0};
  return std::nullopt;
}

shape keyword_shape(dialect draft, std::string_view keyword) {
  auto const found =
      std::lower_bound(keywords.begin(), keywords.end(), keyword,
                       [](keyword_entry const& entry, std::string_view name) { return entry.name < name; });
  if (found == keywords.end() || found->name != keyword) return shape::none;
  return draft == dialect::draft7 ? found->in_draft7 : found->in_2020_12;
}

} // namespace assay::jsonschema
