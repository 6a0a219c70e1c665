// The documents of a registry and what can be referred to in them: schema resources (a document, or a subschema with
// $id) and their anchors. https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
#pragma once

#include "reference/jsonschema/dialect.hpp"
#include "reference/jsonschema/uri.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace assay::jsonschema {

/// A JSON document that was added.
struct document {
  std::string name; ///< as a person calls it
  json::value root;
};

/// A place in a document.
struct place {
  json::value const* value = nullptr;
  std::string pointer; ///< from the document's root
};

/// A unit of references: a base URI, anchors, one dialect.
struct resource {
  std::string uri; ///< absolute, without fragment
  document const* home = nullptr;
  place root;
  speech language;
  std::map<std::string, place, std::less<>> anchors; ///< both kinds
  std::set<std::string, std::less<>> dynamic_anchors;
};

/// A schema that a reference found.
struct found_schema {
  place at;
  resource const* in = nullptr;
  std::string_view dynamic_anchor; ///< its name, when the reference was to one
};

/// Documents by URI. Only grows; what it hands out stays where it is.
class library {
public:
  /// `shelf`: documents to look in when a URI is not among these.
  library(dialect fallback, library const* shelf) : fallback_(fallback), shelf_(shelf) {}

  /// Adds a document and all resources in it.
  wire::result<void> add(std::string_view uri, json::value root);

  /// Finds the schema that a reference in a resource names.
  wire::result<found_schema> find(resource const& from, std::string_view reference) const;

  /// Finds the schema that a reference from outside names.
  wire::result<found_schema> find(std::string_view reference) const;

  /// The resource whose root a value is, or nullptr.
  resource const* rooted_at(json::value const* value) const;

  /// All resources, those of the shelf too, that have a dynamic anchor of this name.
  std::vector<std::pair<resource const*, place>> dynamic_anchors(std::string_view name) const;

  /// True when a document is one of these, not of the shelf.
  bool holds(document const* home) const {
    return std::ranges::any_of(documents_, [&](document const& own) { return &own == home; });
  }

  /// True when a document of several dialects: its meta-schema cannot judge it as a whole.
  bool mixed(document const* home) const { return mixed_.contains(home); }

private:
  wire::result<speech> language_of(json::value const& schema, std::string const& where) const;
  wire::result<void> scan(document const& home, std::string uri);
  wire::result<void> enter(resource& made);
  resource const* by_uri(std::string_view uri) const;
  wire::result<found_schema> find_in(resource const& target, std::string_view fragment, std::string where) const;

  dialect fallback_;
  library const* shelf_;
  std::deque<document> documents_;
  std::deque<resource> resources_;
  std::map<std::string, resource const*, std::less<>> by_uri_;
  std::unordered_map<json::value const*, resource const*> by_root_;
  std::set<document const*> mixed_;
};

/// The meta-schemas of both drafts, and the vocabularies of 2020-12.
library const& metaschemas();

/// "server/tools.json#/$defs/Tool".
std::string location(document const& home, std::string_view pointer);

} // namespace assay::jsonschema
