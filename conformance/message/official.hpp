// Where the official schema files, one a revision, keep what we have a definition for.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace assay::message {

/// "$defs" or "definitions": below which an official schema file has its definitions; empty when below neither.
std::string_view definitions_key(boost::json::value const& official);

/// What our definition is in an official file, as a JSON Pointer below its definitions: mostly the same name, else a
/// place inside another one (what older revisions write where it is used). Empty when there is none.
std::string counterpart(std::string_view name, boost::json::value const& definitions);

} // namespace assay::message
