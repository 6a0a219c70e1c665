// See official.hpp.
#include "conformance/message/official.hpp"

#include "reference/wire/json.hpp"

namespace assay::message {

namespace json = boost::json;

namespace {

struct inlined {
  std::string_view name, pointer;
};
constexpr inlined inside_others[] = {
    {"Annotations", "/Annotated/properties/annotations"},
    {"Error", "/JSONRPCError/properties/error"},
    {"ContentBlock", "/PromptMessage/properties/content"},
    {"MetaObject", "/Result/properties/_meta"},
    {"RequestMetaObject", "/RequestParams/properties/_meta"},
    {"RequestMetaObject", "/Request/properties/params/properties/_meta"},
};

} // namespace

std::string_view definitions_key(json::value const& official) {
  auto const* object = official.if_object();
  for (std::string_view const key : {"$defs", "definitions"})
    if (auto const* found = object ? object->if_contains(key) : nullptr; found && found->is_object()) return key;
  return {};
}

std::string counterpart(std::string_view name, json::value const& definitions) {
  auto const* object = definitions.if_object();
  if (!object) return {};
  auto direct = "/" + wire::pointer_token(name);
  if (object->contains(name)) return direct;
  constexpr std::string_view params = "Params";
  if (name.ends_with(params)) {
    direct.resize(direct.size() - params.size());
    for (auto const* place : {"/properties/params", "/allOf/1/properties/params"})
      if (wire::find(definitions, direct + place)) return direct + place;
  }
  for (auto const& each : inside_others)
    if (each.name == name && wire::find(definitions, each.pointer)) return std::string(each.pointer);
  return {};
}

} // namespace assay::message
