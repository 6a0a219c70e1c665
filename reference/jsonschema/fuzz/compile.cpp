// Any JSON as a schema of either dialect: compiling ends with a validator or a problem that says where and what, and
// the validator judges a few instances of every type within its bounds, the same on all walks.
#include "cmake/fuzz.hpp"
#include "reference/jsonschema/evaluate.hpp"

using namespace assay;

void fuzz(std::string_view input) {
  static auto const instances = [] {
    std::vector<boost::json::value> out;
    for (auto const* text : {"null", "true", "1", "-1.5", R"("")", R"("a-b")", "[]", R"([1,"x",{},[1]])", "{}",
                             R"({"a":1,"b":{"a":[{"a":"x"}]},"type":"text"})"})
      out.push_back(wire::parse_value(text).value());
    return out;
  }();
  auto const schema = wire::parse_value(input);
  if (!schema) return;
  for (auto const dialect : {jsonschema::dialect::draft7, jsonschema::dialect::draft2020_12}) {
    auto const validator = jsonschema::compile_schema(*schema, dialect, jsonschema::formats::checked);
    if (!validator) {
      must(!validator.error().what.empty());
      continue;
    }
    for (auto const& each : instances) {
      auto const accepted = validator->accepts(each);
      must(accepted == validator->explain(each).empty());
      must(accepted == jsonschema::accepts_the_long_way(validator->root(), each));
    }
  }
}

std::vector<std::string> fuzz_seeds() {
  return {
      R"({"type":"object","properties":{"a":{"type":["string","integer"]},"b":{"$ref":"#"}},"required":["a"],"additionalProperties":false})",
      R"({"$id":"http://a.example/x","$defs":{"t":{"$anchor":"t","enum":["x",1]},"d":{"$dynamicAnchor":"d","items":{"$dynamicRef":"#d"}}},"anyOf":[{"$ref":"#t"},{"$ref":"#/$defs/d"}]})",
      R"({"definitions":{"a":{"$id":"#a","const":1}},"items":[{"$ref":"#a"}],"additionalItems":{"type":"number"},"dependencies":{"a":["b"],"c":{"required":["d"]}}})",
      R"({"oneOf":[{"properties":{"type":{"const":"text"}},"required":["type"]},{"properties":{"type":{"const":"link"}},"required":["type"]}],"unevaluatedProperties":false})",
      R"({"prefixItems":[{"minimum":1,"multipleOf":0.5}],"contains":{"type":"string"},"minContains":0,"maxContains":2,"uniqueItems":true,"unevaluatedItems":{"not":{}}})",
      R"({"if":{"minProperties":1},"then":{"patternProperties":{"^[a-z]$":{}}},"else":{"propertyNames":{"maxLength":3}},"dependentSchemas":{"a":{"required":["b"]}}})",
      R"({"type":"string","minLength":2,"maxLength":5,"pattern":"^\\p{L}","format":"uri"})",
      R"({"$schema":"http://json-schema.org/draft-07/schema#","allOf":[{"exclusiveMinimum":0},{"exclusiveMaximum":10}]})"};
}
