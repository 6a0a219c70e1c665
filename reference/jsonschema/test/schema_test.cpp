#include "cmake/catch.hpp"
#include "reference/jsonschema/schema.hpp"
using namespace assay;
TEST_CASE("a type") {
  auto const v = jsonschema::compile_schema(boost::json::parse(R"({"type":"string"})"));
  REQUIRE(v.has_value());
  CHECK(v->accepts("a"));
}
