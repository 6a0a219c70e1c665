// JSON Schema, 2020-12 and draft-07: compile once, evaluate many times. Never fetches anything.
#pragma once

#include "reference/wire/json.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::jsonschema {

namespace json = boost::json;

enum class dialect { draft7, draft2020_12 };

/// One place where an instance does not meet a schema.
struct violation {
  std::string instance; ///< JSON Pointer into the instance
  std::string schema;   ///< where the keyword stands: document and JSON Pointer, "server/tools.json#/$defs/Tool/required"
  std::string keyword;  ///< "required"
  std::string message;  ///< one sentence a person understands
};

/// A compiled entry point. Cheap to copy, safe to share between threads, keeps alive what it needs.
class validator {
public:
  /// True when the instance is valid. Allocates nothing on the valid path.
  bool accepts(json::value const& instance) const;

  /// All violations, best match first; empty when valid. At most `limit`.
  std::vector<violation> explain(json::value const& instance, std::size_t limit = 20) const;

  struct program; ///< the compiled form, of this library only
  validator(std::shared_ptr<program const> compiled, std::size_t entry);

private:
  std::shared_ptr<program const> program_;
  std::size_t entry_;
};

/// A set of documents that may refer to each other by URI; compiles entry points in it.
class registry {
public:
  /// `fallback`: the dialect of documents without $schema.
  explicit registry(dialect fallback = dialect::draft2020_12);
  ~registry();
  registry(registry&&) noexcept;
  registry& operator=(registry&&) noexcept;

  /// Adds a document under a URI (relative ones, "server/tools.json", are fine). Its $id, $anchor, $defs become targets.
  /// Problems: an unsupported dialect, an invalid $id.
  wire::result<void> add(std::string_view uri, json::value document);

  /// Compiles the schema that a reference names: "server/tools.json#/$defs/Tool". Problems: unresolvable references,
  /// a bad pattern, a schema that is not valid in its dialect; each with where and what.
  wire::result<validator> compile(std::string_view reference);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// A schema that travels in a message (inputSchema): checked against its dialect's meta-schema, then compiled on its own.
/// `fallback` is the dialect when it names none. Problems: unknown dialect, invalid schema, external reference.
wire::result<validator> compile_schema(json::value const& schema, dialect fallback = dialect::draft2020_12);

} // namespace assay::jsonschema
