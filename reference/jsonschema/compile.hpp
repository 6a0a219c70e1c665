// From schema documents to nodes: what a registry keeps of its compiled schemas.
#pragma once

#include "reference/jsonschema/node.hpp"

namespace assay::jsonschema {

/// Nodes and what they point at. Grows; what has been compiled stays where it is and is not changed.
struct arena {
  std::shared_ptr<library const> documents;
  formats mode = formats::ignored;
  bool check_documents = true; ///< against their meta-schemas
  std::deque<node> nodes;
  std::unordered_map<json::value const*, node*> by_schema;
  std::map<std::string, std::shared_ptr<pattern const>, std::less<>> patterns;
  std::set<document const*> checked;
  bool dynamic = false; ///< a $dynamicRef occurs
};

/// Compiles the schema that a reference names and all it can reach. After a problem the arena is not to be used again.
wire::result<node const*> compile(arena& into, std::string_view reference);

/// Finishes the nodes from the n-th on: finds loops and choosers, shortens references. Called by compile.
void link(arena& made, std::size_t first_new);

} // namespace assay::jsonschema
