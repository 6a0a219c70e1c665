#include "conformance/cli/bundle.hpp"

namespace assay::cli {

namespace {

namespace json = boost::json;

/// "../basic/index.json#/$defs/RequestId" -> "#/$defs/RequestId". Values of const, enum and examples are data.
json::value localised(json::value const& from) {
  if (auto const* array = from.if_array()) {
    json::array out;
    for (auto const& item : *array)
      out.push_back(localised(item));
    return out;
  }
  auto const* object = from.if_object();
  if (!object) return from;
  json::object out;
  for (auto const& [name, value] : *object) {
    if (name == "const" || name == "enum" || name == "default" || name == "examples") {
      out.emplace(name, value);
    } else if (name == "$ref" && value.is_string()) {
      std::string_view const reference = value.get_string();
      auto const fragment = reference.find('#');
      out.emplace(name, fragment == std::string_view::npos ? reference : reference.substr(fragment));
    } else {
      out.emplace(name, localised(value));
    }
  }
  return out;
}

} // namespace

wire::result<json::object> schema_documents(data::store const& store, std::string const& revision) {
  auto const folder = "schemas/mcp/" + revision + "/";
  json::object out;
  for (auto const& file : store.list(folder)) {
    auto value = wire::parse_value(*store.read(file));
    if (value.has_error())
      return wire::problem{file + ", " + value.error().where, value.error().what, "run mcp-assay check-data"};
    if (file != folder + "differences.json") out.emplace(file.substr(folder.size()), std::move(*value));
  }
  if (out.empty())
    return wire::problem{folder, "holds no schemas", "is --data the folder that holds fixtures/ and schemas/?"};
  return out;
}

json::object bundle_of(json::object const& documents) {
  json::object definitions;
  for (auto const& [name, document] : documents)
    if (auto const* object = document.if_object())
      if (auto const* defs = object->if_contains("$defs"); defs && defs->is_object())
        for (auto const& [definition, schema] : defs->get_object())
          definitions.insert_or_assign(definition, localised(schema));
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$defs", std::move(definitions)}};
}

} // namespace assay::cli
