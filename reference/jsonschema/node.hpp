// The compiled form of schemas: flat nodes that point at each other, ready to be walked together with an instance.
// Built by compile.cpp, finished by link.cpp, walked by evaluate.cpp; never changed after that.
#pragma once

#include "reference/jsonschema/format.hpp"
#include "reference/jsonschema/library.hpp"
#include "reference/jsonschema/number.hpp"
#include "reference/jsonschema/pattern.hpp"
#include "reference/jsonschema/properties.hpp"

#include <limits>

namespace assay::jsonschema {

inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// Sets of instance types, one bit each. An integer is a number without a fraction.
namespace types {
inline constexpr std::uint8_t null = 1;
inline constexpr std::uint8_t boolean = 2;
inline constexpr std::uint8_t object = 4;
inline constexpr std::uint8_t array = 8;
inline constexpr std::uint8_t string = 16;
inline constexpr std::uint8_t integer = 32;
inline constexpr std::uint8_t fraction = 64;
inline constexpr std::uint8_t number = integer | fraction;
inline constexpr std::uint8_t any = 127;
} // namespace types

/// True when a value is of one of the types.
inline bool fits(std::uint8_t wanted, json::value const& value) {
  constexpr std::uint8_t bits[] = {types::null,     types::boolean, types::integer, types::integer,
                                   types::fraction, types::string,  types::array,   types::object};
  auto const kind = value.kind();
  if (kind != json::kind::double_) return (wanted & bits[static_cast<std::size_t>(kind)]) != 0;
  if ((wanted & types::number) == types::number) return true;
  return (wanted & (integral(value) ? types::integer : types::fraction)) != 0;
}

/// The bit of a value's type.
inline std::uint8_t type_of(json::value const& value) {
  switch (value.kind()) {
  case json::kind::null: return types::null;
  case json::kind::bool_: return types::boolean;
  case json::kind::int64:
  case json::kind::uint64: return types::integer;
  case json::kind::double_: return integral(value) ? types::integer : types::fraction;
  case json::kind::string: return types::string;
  case json::kind::array: return types::array;
  case json::kind::object: return types::object;
  }
  return 0;
}

/// dependentRequired, dependentSchemas and draft-07's dependencies, for one name.
struct dependency {
  std::string_view keyword;
  std::string_view name;
  std::vector<std::string_view> required;
  node const* schema = nullptr;
};

struct object_rules {
  property_table properties;
  std::vector<std::string_view> required; ///< in the schema's order, for messages
  std::vector<std::pair<pattern const*, node const*>> patterns;
  node const* additional = nullptr;
  node const* names = nullptr;
  std::size_t least = 0, most = unlimited;
  std::vector<dependency> dependencies;
  bool simple = false; ///< nothing but "properties", "required" and "additionalProperties"; set by link.cpp
};

struct array_rules {
  std::vector<node const*> prefix;
  node const* rest = nullptr;
  node const* contains = nullptr;
  bool contains_evaluates = false; ///< in 2020-12 "contains" counts as evaluation of what it matches
  std::size_t contains_least = 1, contains_most = unlimited;
  std::size_t least = 0, most = unlimited;
  bool unique = false;
  bool simple = false; ///< nothing but "items" for all of them; set by link.cpp
};

struct string_rules {
  std::size_t least = 0, most = unlimited; ///< in code points
  pattern const* matching = nullptr;
  format_check form = nullptr;
  std::string_view form_name;
};

struct number_rules {
  json::value const* minimum = nullptr;
  json::value const* maximum = nullptr;
  json::value const* above = nullptr; ///< exclusiveMinimum
  json::value const* below = nullptr; ///< exclusiveMaximum
  json::value const* step = nullptr;  ///< multipleOf
};

/// anyOf or oneOf. When every branch demands a string constant for the same member, the member chooses the branch.
struct choice {
  std::vector<node const*> branches;
  std::string_view chooser;                ///< the member's name; empty when there is none
  std::vector<std::string_view> constants; ///< one a branch
  known_text name;                         ///< the chooser, and
  property_table by_constant;              ///< which branch it chooses; set by link.cpp for way::choice
};

/// Keywords that look at the instance as a whole.
struct whole_rules {
  json::value const* constant = nullptr;
  json::value const* options = nullptr; ///< enum, an array
  property_table texts;                 ///< the options of way::texts
  std::size_t weight = 1;               ///< size of constant and options, for the budget
  node const* reference = nullptr;
  node const* dynamic_reference = nullptr; ///< what $dynamicRef means when the dynamic scope says nothing
  std::vector<std::pair<resource const*, node const*>> dynamic_targets;
  std::vector<node const*> all;
  choice any, one;
  node const* never = nullptr; ///< not
  node const* condition = nullptr;
  node const* then = nullptr;
  node const* otherwise = nullptr;
};

struct node {
  std::uint8_t types = types::any;
  // For the quick walk, set by link.cpp.
  way kind = way::general;
  std::uint8_t quick_types = types::any; ///< with those of alternatives that ask for nothing but a type
  bool loops = false;                    ///< can come back to itself without going deeper into the instance
  bool scoped = false;                   ///< a $dynamicRef can be reached: its resource counts in the dynamic scope
  known_text text;                       ///< of way::text

  std::unique_ptr<object_rules> object;
  std::unique_ptr<array_rules> array;
  std::unique_ptr<string_rules> string;
  std::unique_ptr<number_rules> number;
  std::unique_ptr<whole_rules> whole;
  node const* unevaluated_properties = nullptr;
  node const* unevaluated_items = nullptr;

  json::value const* source = nullptr; ///< the schema itself
  resource const* in = nullptr;
  std::string pointer;      ///< of the schema in its document
  std::string_view keyword; ///< under which it stands: "properties", "items"; empty for a document
};

} // namespace assay::jsonschema
