// A valid message costs no memory: every allocation of the program goes through the operators below and is counted.
#include "cmake/catch.hpp"
#include "reference/jsonschema/schema.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t allocations = 0;

} // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (auto* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory, std::nothrow_t const&) noexcept {
  std::free(memory);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace assay;

TEST_CASE("a valid message is judged without allocation") {
  auto const schema = wire::parse_value(R"({
    "type":"object","required":["jsonrpc","id","result"],
    "properties":{"jsonrpc":{"const":"2.0"},"id":{"type":["string","integer"]},"result":{"$ref":"#/$defs/result"}},
    "$defs":{
      "result":{"type":"object","required":["content"],"properties":{
        "_meta":{"type":"object","additionalProperties":{}},
        "content":{"type":"array","maxItems":9,"items":{"anyOf":[{"$ref":"#/$defs/text"},{"$ref":"#/$defs/link"}]}},
        "mode":{"enum":["a","b",3]},"ratio":{"type":"number","minimum":0,"maximum":1,"multipleOf":0.25}}},
      "text":{"type":"object","required":["type","text"],"propertyNames":{"pattern":"^[a-z]+$"},
        "properties":{"type":{"const":"text"},"text":{"type":"string","maxLength":80}},"unevaluatedProperties":false},
      "link":{"allOf":[{"required":["type"],"properties":{"type":{"const":"link"}}}],"oneOf":[{"required":["uri"]}],
        "properties":{"uri":{"type":"string","format":"uri-template"}},"unevaluatedProperties":false}}})")
                          .value();
  auto const message = wire::parse_value(R"({"jsonrpc":"2.0","id":7,"result":{"_meta":{"x":{"y":[1,2]}},
    "content":[{"type":"text","text":"a text that is too long for any small buffer"},{"type":"link","uri":"file:///{x}"}],
    "mode":3.0,"ratio":0.75}})")
                           .value();
  auto const validator =
      jsonschema::compile_schema(schema, jsonschema::dialect::draft2020_12, jsonschema::formats::checked).value();
  for (auto const& found : validator.explain(message))
    FAIL_CHECK(found.instance << ' ' << found.message);
  auto const before = allocations;
  auto const valid = validator.accepts(message);
  auto const after = allocations;
  CHECK(valid);
  CHECK(after == before);
}
