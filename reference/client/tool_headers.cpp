#include "reference/client/tool_headers.hpp"

#include "reference/wire/header_value.hpp"

#include <boost/url/grammar/ci_string.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::client {
namespace {

constexpr std::string_view annotation = "x-mcp-header";
// [tools.header-integers-safe] [streamable-http.mirrored-integers-safe]
constexpr double safe_integer = 9007199254740991.0;

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char one) {
    return (one >= '0' && one <= '9') || (one >= 'A' && one <= 'Z') || (one >= 'a' && one <= 'z') ||
           marks.find(one) != std::string_view::npos;
  });
}

bool is_primitive(json::value const& type) {
  return type.is_string() &&
         (type.get_string() == "string" || type.get_string() == "integer" || type.get_string() == "boolean");
}

/// string, integer or boolean; or one of them or null (interpretation: the text provides for null arguments).
bool has_primitive_type(json::object const& schema) {
  auto const* const type = schema.if_contains("type");
  if (!type) return false;
  if (is_primitive(*type)) return true;
  auto const* const either = type->if_array();
  if (!either || either->size() != 2) return false;
  auto const is_null = [](json::value const& one) { return one.is_string() && one.get_string() == "null"; };
  return (is_primitive((*either)[0]) && is_null((*either)[1])) || (is_null((*either)[0]) && is_primitive((*either)[1]));
}

struct reader {
  std::vector<mirrored_parameter> found;
  std::set<std::string, boost::urls::grammar::ci_less> names;
  std::string wrong;

  bool fail(std::string what) {
    if (wrong.empty()) wrong = std::move(what);
    return false;
  }

  bool take(json::object const& schema, json::value const& value, std::vector<std::string> const& path,
            bool reachable) {
    // [tools.invalid-annotations-excluded]
    if (!reachable || path.empty()) return fail("x-mcp-header at a place that is no parameter");
    if (!value.is_string() || value.get_string().empty()) return fail("x-mcp-header is empty or no string");
    std::string const name(value.get_string());
    if (!is_token(name)) return fail("x-mcp-header has characters that no header name may have");
    if (!has_primitive_type(schema)) return fail("x-mcp-header on a parameter that is no string, integer or boolean");
    if (!names.insert(name).second) return fail("x-mcp-header " + name + " is there twice");
    found.push_back({path, "Mcp-Param-" + name});
    return true;
  }

  /// `reachable`: by `properties` alone from the root. Only keywords that hold schemas are followed: a default, an enum
  /// or an example is data, whatever its members are called.
  bool read(json::value const& value, std::vector<std::string>& path, bool reachable) {
    auto const* const schema = value.if_object();
    if (!schema) return true;
    if (auto const* const header = schema->if_contains(annotation); header && !take(*schema, *header, path, reachable))
      return false;
    static constexpr std::array one{"items",
                                    "additionalItems",
                                    "contains",
                                    "unevaluatedItems",
                                    "propertyNames",
                                    "unevaluatedProperties",
                                    "not",
                                    "additionalProperties",
                                    "if",
                                    "then",
                                    "else",
                                    "contentSchema"};
    static constexpr std::array many{"allOf", "anyOf", "oneOf", "prefixItems", "items"};
    static constexpr std::array named{"$defs", "definitions", "patternProperties", "dependentSchemas", "dependencies"};
    if (auto const* const properties = schema->if_contains("properties"); properties && properties->is_object()) {
      for (auto const& [name, property] : properties->get_object()) {
        path.emplace_back(name);
        bool const good = read(property, path, reachable);
        path.pop_back();
        if (!good) return false;
      }
    }
    for (auto const* const keyword : one)
      if (auto const* const inner = schema->if_contains(keyword); inner && !read(*inner, path, false)) return false;
    for (auto const* const keyword : many)
      if (auto const* const list = schema->if_contains(keyword); list && list->is_array())
        for (auto const& inner : list->get_array())
          if (!read(inner, path, false)) return false;
    for (auto const* const keyword : named)
      if (auto const* const map = schema->if_contains(keyword); map && map->is_object())
        for (auto const& [name, inner] : map->get_object())
          if (!read(inner, path, false)) return false;
    return true;
  }
};

json::value const* at_path(json::object const& arguments, std::vector<std::string> const& path) {
  json::object const* object = &arguments;
  json::value const* value = nullptr;
  for (auto const& name : path) {
    if (!object) return nullptr;
    value = object->if_contains(name);
    if (!value) return nullptr;
    object = value->if_object();
  }
  return value;
}

} // namespace

wire::result<std::vector<mirrored_parameter>> read_annotations(json::value const& input_schema) {
  reader r;
  std::vector<std::string> path;
  if (!r.read(input_schema, path, true)) return wire::problem{"inputSchema", r.wrong, {}};
  return std::move(r.found);
}

wire::result<transport::http_headers> mirror(std::vector<mirrored_parameter> const& parameters,
                                             json::object const& arguments) {
  transport::http_headers headers;
  for (auto const& parameter : parameters) {
    auto const* const value = at_path(arguments, parameter.path);
    if (!value || value->is_null()) continue; // [streamable-http.param-headers-omitted]
    std::string text;
    if (value->is_string()) {
      text = value->get_string();
    } else if (value->is_bool()) {
      text = value->get_bool() ? "true" : "false";
    } else if (wire::is_integer(*value) && std::abs(value->to_number<double>()) <= safe_integer) {
      text = std::to_string(static_cast<std::int64_t>(value->to_number<double>())); // 42.0 is 42
    } else {
      return wire::problem{parameter.header, "the value " + wire::serialize(*value) + " cannot be mirrored in a header",
                           "a string, a boolean or an integer up to 2^53-1 can"};
    }
    // [streamable-http.param-headers-sent] [streamable-http.param-values-encoded]
    headers.push_back({parameter.header, wire::encode_header_value(text)});
  }
  return headers;
}

} // namespace assay::client
