// The schema documents of a revision put into one that needs no other.
#pragma once

#include "reference/data/store.hpp"
#include "reference/wire/json.hpp"

#include <string>

namespace assay::cli {

/// The documents of schemas/mcp/<revision>/ by name; the table of methods is among them.
wire::result<boost::json::object> schema_documents(data::store const& store, std::string const& revision);

/// One document of JSON Schema 2020-12 whose $defs are those of all documents, with every $ref pointing into it.
/// The names of definitions are unique in a revision.
boost::json::object bundle_of(boost::json::object const& documents);

} // namespace assay::cli
