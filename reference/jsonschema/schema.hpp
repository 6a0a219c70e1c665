// JSON Schema, 2020-12 and draft-07: compile once, evaluate many times. Never fetches anything.
// https://json-schema.org/draft/2020-12/json-schema-core and https://json-schema.org/draft-07/json-schema-core
#pragma once

#include "reference/wire/json.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::jsonschema {

namespace json = boost::json;

enum class dialect { draft7, draft2020_12 };

/// What the keyword "format" does. Both dialects say: nothing, by default. `checked`: a value that breaks byte, date,
/// date-time, time, email, ipv4, ipv6, uuid, uri, uri-reference, uri-template or json-pointer is a violation.
enum class formats { ignored, checked };

/// One place where an instance does not meet a schema.
struct violation {
  std::string instance; ///< JSON Pointer into the instance
  std::string schema; ///< where the keyword stands: document and JSON Pointer, "server/tools.json#/$defs/Tool/required"
  std::string keyword; ///< "required"
  std::string message; ///< one sentence a person understands
};

struct node; ///< a compiled subschema, of this library only

/// A compiled entry point. Cheap to copy, safe to share between threads, keeps alive what it needs.
class validator {
public:
  /// True when the instance is valid. Allocates nothing on the valid path of the keywords that protocol messages use.
  /// False also when no verdict could be reached within the bounds (depth, work, a schema that refers to itself without
  /// end): `explain` says so.
  bool accepts(json::value const& instance) const;

  /// All violations, in the order of the instance; empty when valid. Of the alternatives of anyOf and oneOf only the
  /// one that comes closest is explained. At most `limit`.
  std::vector<violation> explain(json::value const& instance, std::size_t limit = 20) const;

  explicit validator(std::shared_ptr<node const> root);
  node const& root() const { return *root_; } ///< for this library and its tests

private:
  std::shared_ptr<node const> root_;
};

/// A set of documents that may refer to each other by URI; compiles entry points in it.
class registry {
public:
  /// `fallback`: the dialect of documents without $schema.
  explicit registry(dialect fallback = dialect::draft2020_12, formats mode = formats::ignored);
  ~registry();
  registry(registry&&) noexcept;
  registry& operator=(registry&&) noexcept;

  /// Adds a document under a URI (relative ones, "server/tools.json", are fine). Its $id, $anchor, $defs become
  /// targets. Add documents first, then compile: what was compiled before an addition stays valid but is not shared
  /// afterwards. Problems: an unsupported dialect, an invalid $id, a URI that is taken.
  wire::result<void> add(std::string_view uri, json::value document);

  /// Compiles the schema that a reference names: "server/tools.json#/$defs/Tool". Problems: unresolvable references,
  /// a bad pattern, a schema that is not valid in its dialect; each with where and what.
  wire::result<validator> compile(std::string_view reference);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// A schema that travels in a message (inputSchema): checked against its dialect's meta-schema, then compiled on its
/// own. `fallback` is the dialect when it names none. Problems: unknown dialect, invalid schema, external reference.
wire::result<validator> compile_schema(json::value const& schema, dialect fallback = dialect::draft2020_12,
                                       formats mode = formats::ignored);

} // namespace assay::jsonschema
