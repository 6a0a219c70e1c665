#include "cmake/catch.hpp"
#include "conformance/message/tool_schemas.hpp"

using namespace assay;
namespace json = boost::json;

namespace {

json::value parsed(std::string_view text) {
  return wire::parse_value(text).value();
}

json::value const list = parsed(R"({"method":"tools/list"})");
json::value const call = parsed(R"({"method":"tools/call","params":{"name":"add","arguments":{"a":1}}})");

json::value tools(std::string_view input, std::string_view output) {
  return parsed(R"({"result":{"tools":[{"name":"add","inputSchema":)" + std::string(input) + R"(,"outputSchema":)" +
                std::string(output) + "}]}}");
}

constexpr auto input = R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]})";
constexpr auto output = R"({"type":"object","required":["sum"]})";

} // namespace

TEST_CASE("schemas in a list of tools are valid in their dialect") {
  message::tool_schemas seen;
  CHECK(seen.check(tools(input, output), &list).empty());
  auto const wrong = seen.check(tools(R"({"type":"object","properties":{"a":{"type":"strin"}}})", output), &list);
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].instance == "/result/tools/0/inputSchema/properties/a/type");
  CHECK(wrong[0].message == "is no valid JSON Schema: is \"strin\", must be one of "
                            R"(["null","boolean","object","array","string","number","integer"])");
  CHECK(seen.check(tools(input, R"({"type":"object","$schema":"http://a.example/unheard-of"})"), &list).size() == 1);
  CHECK(seen.check(tools(input, R"({"$ref":"http://a.example/elsewhere"})"), &list).size() == 1);
  CHECK(seen.check(tools(input, R"({"$ref":"#/$defs/x","$defs":{"x":{"$ref":"#/$defs/x"}}})"), &list).empty());
}

TEST_CASE("without a default dialect a schema of draft-07 passes") {
  auto const older = R"({"type":"object","properties":{"a":{"items":[{"type":"string"}],"additionalItems":false}}})";
  CHECK(message::tool_schemas(true).check(tools(older, output), &list).size() == 1);
  CHECK(message::tool_schemas(false).check(tools(older, output), &list).empty());
  auto const named = R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","items":[true]})";
  CHECK(message::tool_schemas(true).check(tools(named, output), &list).empty());
}

TEST_CASE("arguments and structured content meet the schemas of their tool") {
  message::tool_schemas seen;
  auto const wrong_call = parsed(R"({"method":"tools/call","params":{"name":"add","arguments":{"a":"x"}}})");
  auto const bare_call = parsed(R"({"method":"tools/call","params":{"name":"add"}})");
  auto const other_call = parsed(R"({"method":"tools/call","params":{"name":"other","arguments":{"a":"x"}}})");
  CHECK(seen.check(wrong_call, nullptr).empty()); // nothing is known of the tool yet
  seen.check(tools(input, output), &list);
  CHECK(seen.check(call, nullptr).empty());
  CHECK(seen.check(other_call, nullptr).empty());
  auto const wrong = seen.check(wrong_call, nullptr);
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].instance == "/params/arguments/a");
  CHECK(wrong[0].message == "is a string, must be an integer, says the inputSchema of add");
  CHECK(seen.check(bare_call, nullptr).size() == 1);

  auto const answers = [&](std::string_view result) { return seen.check(parsed(result), &call); };
  CHECK(answers(R"({"result":{"content":[],"structuredContent":{"sum":3}}})").empty());
  auto const short_of = answers(R"({"result":{"content":[],"structuredContent":{}}})");
  REQUIRE(short_of.size() == 1);
  CHECK(short_of[0].instance == "/result/structuredContent");
  CHECK(answers(R"({"result":{"content":[]}})").size() == 1);
  CHECK(answers(R"({"result":{"content":[],"isError":true}})").empty());
  CHECK(answers(R"({"result":{"resultType":"task","taskId":"t"}})").empty());
  CHECK(answers(R"({"error":{"code":1,"message":"m"}})").empty());
}
