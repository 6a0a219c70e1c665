// Words for messages: values and types as a person names them, always short.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::jsonschema {

/// "a string", "an object", "null".
std::string kind_name(boost::json::value const& value);

/// A set of types as what an instance must be: "a string or null".
std::string type_names(std::uint8_t types);

/// The value itself, cut to about `width` characters.
std::string brief(boost::json::value const& value, std::size_t width = 60);

/// A name in quotes, cut to about 60 characters.
std::string quoted(std::string_view name);

/// Whom a schema is about, by its place in its document: "a Tool", "the \"params\" of an ElicitRequest". Empty when it
/// is in no definition.
std::string owner_of(std::string_view pointer);

/// "1 item", "3 items".
std::string counted(std::size_t count, std::string_view noun);

} // namespace assay::jsonschema
