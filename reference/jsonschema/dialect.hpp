// Which keywords a schema speaks: the two drafts, and for 2020-12 the vocabularies that a meta-schema may switch off.
// https://json-schema.org/draft/2020-12/json-schema-core#section-8.1
#pragma once

#include "reference/jsonschema/schema.hpp"

#include <cstdint>
#include <optional>

namespace assay::jsonschema {

/// Sets of keywords, one bit each.
namespace vocabulary {
inline constexpr std::uint8_t applicator = 1;
inline constexpr std::uint8_t unevaluated = 2;
inline constexpr std::uint8_t validation = 4;
inline constexpr std::uint8_t format_assertion = 8;
inline constexpr std::uint8_t standard = applicator | unevaluated | validation;
} // namespace vocabulary

/// The dialect of one schema resource.
struct speech {
  dialect draft = dialect::draft2020_12;
  std::uint8_t vocabularies = vocabulary::standard;
  std::string custom_metaschema; ///< URI of a meta-schema that is not one of the two standard ones; else empty
  bool operator==(speech const&) const = default;
};

/// The dialect that a value of $schema names, when it is one of the two; a trailing "#" does not matter.
std::optional<dialect> known_dialect(std::string_view schema_uri);

/// The URI of a dialect's meta-schema.
std::string_view metaschema_uri(dialect draft);

/// The bit of a vocabulary of 2020-12; 0 for one that changes no verdict; nothing for an unknown one.
std::optional<std::uint8_t> known_vocabulary(std::string_view uri);

/// Where subschemas stand in the value of a keyword.
enum class shape : std::uint8_t { none, schema, list, map, schema_or_list };

/// The shape of a keyword's value in a draft.
shape keyword_shape(dialect draft, std::string_view keyword);

} // namespace assay::jsonschema
