// The schema documents of a revision put into one that needs no other.
#pragma once

#include "reference/data/store.hpp"
#include "reference/wire/json.hpp"

#include <string>
#include <vector>

namespace assay::cli {

/// Extensions by the names of their folders; given are those, or their identifiers. Problem: there is none of a name.
wire::result<std::vector<std::string>> extension_names(data::store const& store, std::vector<std::string> const& given);

/// The documents of schemas/mcp/<revision>/ by name, the table of methods among them, and those of extensions as
/// "extensions/<name>/...". Problem: there are none, or an extension is for another revision.
wire::result<boost::json::object> schema_documents(data::store const& store, std::string const& revision,
                                                   std::vector<std::string> const& extensions = {});

/// One document of JSON Schema 2020-12 whose $defs are those of all documents, with every $ref pointing into it.
/// The names of definitions are unique in a revision; those of an extension take the place of the core's.
boost::json::object bundle_of(boost::json::object const& documents);

} // namespace assay::cli
