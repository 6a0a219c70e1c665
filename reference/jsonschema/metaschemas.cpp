// The meta-schemas of both drafts, written down from what the drafts say of each keyword: its name and the shape of its
// value. The vocabularies of 2020-12 are documents of their own, since other meta-schemas refer to them.
// https://json-schema.org/draft/2020-12/json-schema-core and -validation,
// https://json-schema.org/draft-07/json-schema-core
#include "reference/jsonschema/library.hpp"

#include <stdexcept>

namespace assay::jsonschema {

namespace {

constexpr std::string_view root_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/schema",
"$vocabulary":{
 "https://json-schema.org/draft/2020-12/vocab/core":true,"https://json-schema.org/draft/2020-12/vocab/applicator":true,
 "https://json-schema.org/draft/2020-12/vocab/unevaluated":true,"https://json-schema.org/draft/2020-12/vocab/validation":true,
 "https://json-schema.org/draft/2020-12/vocab/meta-data":true,"https://json-schema.org/draft/2020-12/vocab/format-annotation":true,
 "https://json-schema.org/draft/2020-12/vocab/content":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"allOf":[{"$ref":"meta/core"},{"$ref":"meta/applicator"},{"$ref":"meta/unevaluated"},{"$ref":"meta/validation"},
 {"$ref":"meta/meta-data"},{"$ref":"meta/format-annotation"},{"$ref":"meta/content"}],
"properties":{
 "definitions":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}},
 "dependencies":{"type":"object","additionalProperties":{"anyOf":[{"$dynamicRef":"#meta"},{"$ref":"meta/validation#/$defs/names"}]}},
 "$recursiveAnchor":{"$ref":"meta/core#/$defs/anchor"},"$recursiveRef":{"$ref":"meta/core#/$defs/reference"}}})";

constexpr std::string_view core_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/core",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"properties":{
 "$id":{"$ref":"#/$defs/reference","pattern":"^[^#]*#?$"},"$schema":{"$ref":"#/$defs/absolute"},
 "$ref":{"$ref":"#/$defs/reference"},"$dynamicRef":{"$ref":"#/$defs/reference"},
 "$anchor":{"$ref":"#/$defs/anchor"},"$dynamicAnchor":{"$ref":"#/$defs/anchor"},
 "$vocabulary":{"type":"object","propertyNames":{"$ref":"#/$defs/absolute"},"additionalProperties":{"type":"boolean"}},
 "$comment":{"type":"string"},"$defs":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}}},
"$defs":{
 "anchor":{"type":"string","pattern":"^[A-Za-z_][-A-Za-z0-9._]*$"},
 "absolute":{"type":"string","format":"uri"},"reference":{"type":"string","format":"uri-reference"}}})";

constexpr std::string_view applicator_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/applicator",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/applicator":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"properties":{
 "prefixItems":{"$ref":"#/$defs/list"},"items":{"$dynamicRef":"#meta"},"contains":{"$dynamicRef":"#meta"},
 "properties":{"$ref":"#/$defs/map"},"additionalProperties":{"$dynamicRef":"#meta"},
 "patternProperties":{"$ref":"#/$defs/map","propertyNames":{"format":"regex"}},
 "dependentSchemas":{"$ref":"#/$defs/map"},"propertyNames":{"$dynamicRef":"#meta"},
 "if":{"$dynamicRef":"#meta"},"then":{"$dynamicRef":"#meta"},"else":{"$dynamicRef":"#meta"},
 "allOf":{"$ref":"#/$defs/list"},"anyOf":{"$ref":"#/$defs/list"},"oneOf":{"$ref":"#/$defs/list"},"not":{"$dynamicRef":"#meta"}},
"$defs":{
 "list":{"type":"array","minItems":1,"items":{"$dynamicRef":"#meta"}},
 "map":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}}}})";

constexpr std::string_view unevaluated_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/unevaluated",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/unevaluated":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"properties":{"unevaluatedItems":{"$dynamicRef":"#meta"},"unevaluatedProperties":{"$dynamicRef":"#meta"}}})";

constexpr std::string_view validation_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/validation",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/validation":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"properties":{
 "type":{"anyOf":[{"$ref":"#/$defs/type"},{"type":"array","items":{"$ref":"#/$defs/type"},"minItems":1,"uniqueItems":true}]},
 "const":true,"enum":{"type":"array","items":true},
 "multipleOf":{"type":"number","exclusiveMinimum":0},
 "maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},"minimum":{"type":"number"},"exclusiveMinimum":{"type":"number"},
 "maxLength":{"$ref":"#/$defs/count"},"minLength":{"$ref":"#/$defs/count"},"pattern":{"type":"string","format":"regex"},
 "maxItems":{"$ref":"#/$defs/count"},"minItems":{"$ref":"#/$defs/count"},"uniqueItems":{"type":"boolean"},
 "maxContains":{"$ref":"#/$defs/count"},"minContains":{"$ref":"#/$defs/count"},
 "maxProperties":{"$ref":"#/$defs/count"},"minProperties":{"$ref":"#/$defs/count"},"required":{"$ref":"#/$defs/names"},
 "dependentRequired":{"type":"object","additionalProperties":{"$ref":"#/$defs/names"}}},
"$defs":{
 "count":{"type":"integer","minimum":0},
 "type":{"enum":["null","boolean","object","array","string","number","integer"]},
 "names":{"type":"array","items":{"type":"string"},"uniqueItems":true}}})";

constexpr std::string_view meta_data_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/meta-data",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/meta-data":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"properties":{
 "title":{"type":"string"},"description":{"type":"string"},"default":true,"deprecated":{"type":"boolean"},
 "readOnly":{"type":"boolean"},"writeOnly":{"type":"boolean"},"examples":{"type":"array","items":true}}})";

constexpr std::string_view format_annotation_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/format-annotation",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/format-annotation":true},
"$dynamicAnchor":"meta","type":["boolean","object"],"properties":{"format":{"type":"string"}}})";

constexpr std::string_view format_assertion_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/format-assertion",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/format-assertion":true},
"$dynamicAnchor":"meta","type":["boolean","object"],"properties":{"format":{"type":"string"}}})";

constexpr std::string_view content_2020_12 = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://json-schema.org/draft/2020-12/meta/content",
"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/content":true},
"$dynamicAnchor":"meta","type":["boolean","object"],
"properties":{"contentEncoding":{"type":"string"},"contentMediaType":{"type":"string"},"contentSchema":{"$dynamicRef":"#meta"}}})";

constexpr std::string_view root_draft7 = R"({
"$schema":"http://json-schema.org/draft-07/schema#","$id":"http://json-schema.org/draft-07/schema#",
"type":["boolean","object"],
"properties":{
 "$id":{"type":"string","format":"uri-reference"},"$schema":{"type":"string","format":"uri"},
 "$ref":{"type":"string","format":"uri-reference"},"$comment":{"type":"string"},
 "title":{"type":"string"},"description":{"type":"string"},"default":true,"readOnly":{"type":"boolean"},
 "writeOnly":{"type":"boolean"},"examples":{"type":"array","items":true},
 "multipleOf":{"type":"number","exclusiveMinimum":0},
 "maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},"minimum":{"type":"number"},"exclusiveMinimum":{"type":"number"},
 "maxLength":{"$ref":"#/definitions/count"},"minLength":{"$ref":"#/definitions/count"},"pattern":{"type":"string","format":"regex"},
 "additionalItems":{"$ref":"#"},"items":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/list"}]},
 "maxItems":{"$ref":"#/definitions/count"},"minItems":{"$ref":"#/definitions/count"},"uniqueItems":{"type":"boolean"},
 "contains":{"$ref":"#"},
 "maxProperties":{"$ref":"#/definitions/count"},"minProperties":{"$ref":"#/definitions/count"},
 "required":{"$ref":"#/definitions/names"},"additionalProperties":{"$ref":"#"},
 "definitions":{"$ref":"#/definitions/map"},"properties":{"$ref":"#/definitions/map"},
 "patternProperties":{"allOf":[{"$ref":"#/definitions/map"}],"propertyNames":{"format":"regex"}},
 "dependencies":{"type":"object","additionalProperties":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/names"}]}},
 "propertyNames":{"$ref":"#"},"const":true,"enum":{"type":"array","items":true},
 "type":{"anyOf":[{"$ref":"#/definitions/type"},
  {"type":"array","items":{"$ref":"#/definitions/type"},"minItems":1,"uniqueItems":true}]},
 "format":{"type":"string"},"contentMediaType":{"type":"string"},"contentEncoding":{"type":"string"},
 "if":{"$ref":"#"},"then":{"$ref":"#"},"else":{"$ref":"#"},
 "allOf":{"$ref":"#/definitions/list"},"anyOf":{"$ref":"#/definitions/list"},"oneOf":{"$ref":"#/definitions/list"},
 "not":{"$ref":"#"}},
"definitions":{
 "count":{"type":"integer","minimum":0},
 "type":{"enum":["null","boolean","object","array","string","number","integer"]},
 "names":{"type":"array","items":{"type":"string"},"uniqueItems":true},
 "list":{"type":"array","minItems":1,"items":{"$ref":"#"}},
 "map":{"type":"object","additionalProperties":{"$ref":"#"}}}})";

library make() {
  library result(dialect::draft2020_12, nullptr);
  struct entry {
    std::string_view uri;
    std::string_view text;
  };
  for (auto const& [uri, text] : {
           entry{"https://json-schema.org/draft/2020-12/meta/core", core_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/applicator", applicator_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/unevaluated", unevaluated_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/validation", validation_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/meta-data", meta_data_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/format-annotation", format_annotation_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/format-assertion", format_assertion_2020_12},
           entry{"https://json-schema.org/draft/2020-12/meta/content", content_2020_12},
           entry{metaschema_uri(dialect::draft2020_12), root_2020_12},
           entry{metaschema_uri(dialect::draft7), root_draft7},
       }) {
    auto added = result.add(uri, json::parse(text));
    if (!added) throw std::logic_error(wire::to_string(added.error()));
  }
  return result;
}

} // namespace

library const& metaschemas() {
  static library const result = make();
  return result;
}

} // namespace assay::jsonschema
