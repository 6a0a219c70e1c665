// Any schema and any instance, with a NUL between them and the dialect in the first byte: the walks agree.
#include "reference/jsonschema/evaluate.hpp"
#include "cmake/fuzz.hpp"

using namespace assay;

void fuzz(std::string_view input) {
  if (input.empty()) return;
  auto const choice = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  auto const cut = input.find('\0');
  if (cut == std::string_view::npos) return;
  auto const schema = wire::parse_value(input.substr(0, cut));
  auto const instance = wire::parse_value(input.substr(cut + 1));
  if (!schema || !instance) return;
  auto const validator =
      jsonschema::compile_schema(*schema, choice % 2 ? jsonschema::dialect::draft7 : jsonschema::dialect::draft2020_12,
                                 choice % 4 < 2 ? jsonschema::formats::ignored : jsonschema::formats::checked);
  if (!validator) return;
  auto const accepted = validator->accepts(*instance);
  must(accepted == validator->explain(*instance).empty());
  must(accepted == jsonschema::accepts_the_long_way(validator->root(), *instance));
}

std::vector<std::string> fuzz_seeds() {
  auto const pair = [](char choice, std::string_view schema, std::string_view instance) {
    return (std::string(1, choice) += schema) + std::string(1, '\0') + std::string(instance);
  };
  return {pair(0,
               R"({"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":["string","null"]}},"required":["a"]})",
               R"({"a":null,"b":1})"),
          pair(0, R"({"anyOf":[{"type":"object","properties":{"type":{"const":"text"},"text":{"type":"string"}},
                  "required":["type","text"]},{"type":"object","properties":{"type":{"const":"image"}},"required":["type"]}]})",
               R"({"type":"image","data":"x"})"),
          pair(3, R"({"items":{"enum":["a","b",1.0]},"uniqueItems":true,"minItems":1})", R"(["a",1,"b"])"),
          pair(2, R"({"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":{"format":"date-time"}})",
               R"({"a":1,"b":"2030-08-01T18:00:00Z"})"),
          pair(0, R"({"$dynamicAnchor":"n","type":"object","additionalProperties":{"$dynamicRef":"#n"}})",
               R"({"a":{"b":{}}})"),
          pair(1, R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}],"not":{"const":6},"pattern":"^(a+)+$"})", "9")};
}
