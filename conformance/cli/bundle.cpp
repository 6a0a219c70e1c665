#include "conformance/cli/bundle.hpp"

#include "conformance/cli/common.hpp"

#include <set>

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

wire::result<std::vector<std::string>> extension_names(data::store const& store,
                                                       std::vector<std::string> const& given) {
  constexpr std::string_view folder = "schemas/mcp/extensions/";
  std::set<std::string> known;
  for (auto const& file : store.list(std::string(folder)))
    known.insert(file.substr(folder.size(), file.find('/', folder.size()) - folder.size()));
  std::vector<std::string> out;
  for (auto const& each : given) {
    out.push_back(each.substr(each.rfind('/') + 1));
    if (!known.contains(out.back()))
      return wire::problem{each, "is no extension that this program has schemas for",
                           "known: " + choices({known.begin(), known.end()})};
  }
  return wire::result<std::vector<std::string>>(boost::system::in_place_value, std::move(out));
}

wire::result<json::object> schema_documents(data::store const& store, std::string const& revision,
                                            std::vector<std::string> const& extensions) {
  auto const folder = "schemas/mcp/" + revision + "/";
  json::object out;
  auto const add = [&](std::string const& file, std::string const& name, std::string_view text) {
    auto value = wire::parse_value(text);
    if (value.has_error())
      return wire::result<void>(
          wire::problem{file + ", " + value.error().where, value.error().what, "run mcp-assay check-data"});
    if (!file.ends_with("/differences.json")) out.emplace(name, std::move(*value));
    return wire::result<void>();
  };
  for (auto const& file : store.list(folder))
    if (auto added = add(file, file.substr(folder.size()), *store.read(file)); added.has_error()) return added.error();
  if (out.empty())
    return wire::problem{folder, "holds no schemas", "is --data the folder that holds fixtures/ and schemas/?"};
  for (auto const& extension : extensions)
    for (auto const& file : store.list("schemas/mcp/extensions/" + extension + "/")) {
      // In the tree revisions and extensions stand side by side; here the revision is all around.
      std::string text(*store.read(file));
      auto const up = "\"../../" + revision + "/";
      for (auto at = text.find(up); at != std::string::npos; at = text.find(up, at))
        text.replace(at, up.size(), "\"../../");
      if (text == *store.read(file) && text.find("\"../../") != std::string::npos)
        return wire::problem{extension, "adds to another revision than " + revision, ""};
      if (auto added = add(file, file.substr(std::string_view("schemas/mcp/").size()), text); added.has_error())
        return added.error();
    }
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
