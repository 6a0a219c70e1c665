// Custom headers from tool parameters (basic/transports/streamable-http).
#include "reference/client/test/world.hpp"
#include "reference/client/tool_headers.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
namespace transport = assay::transport;

namespace {

bool good(std::string_view schema) {
  return read_annotations(parsed(schema)).has_value();
}

/// A schema with one annotated property.
std::string with(std::string_view property) {
  return R"({"type":"object","properties":{"p":)" + std::string(property) + "}}";
}

std::string mirrored_as(std::string_view type, std::string_view value) {
  auto const schema = with(R"({"type":")" + std::string(type) + R"(","x-mcp-header":"P"})");
  auto const headers =
      mirror(read_annotations(parsed(schema)).value(), parsed(R"({"p":)" + std::string(value) + "}").as_object());
  if (!headers) return "(refused)";
  if (headers->empty()) return "(none)";
  REQUIRE(headers->size() == 1);
  CHECK(headers->front().name == "Mcp-Param-P");
  return headers->front().value;
}

} // namespace

TEST_CASE("annotations that break a rule") {
  CHECK(good(with(R"({"type":"string","x-mcp-header":"Region"})")));
  CHECK(good(with(R"({"type":"integer","x-mcp-header":"!#$%&'*+-.^_`|~09azAZ"})")));
  CHECK(good(with(R"({"type":["string","null"],"x-mcp-header":"Region"})")));
  CHECK(good(with(R"({"type":"object","properties":{"q":{"type":"boolean","x-mcp-header":"Q"}}})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":""})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":"My Region"})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":"Region:Primary"})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":"Région"})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":"Region\t1"})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":"a\r\nb"})")));
  CHECK_FALSE(good(with(R"({"type":"string","x-mcp-header":7})")));
  CHECK_FALSE(good(with(R"({"type":"object","x-mcp-header":"P"})")));
  CHECK_FALSE(good(with(R"({"type":"array","x-mcp-header":"P"})")));
  CHECK_FALSE(good(with(R"({"type":"null","x-mcp-header":"P"})")));
  CHECK_FALSE(good(with(R"({"type":"number","x-mcp-header":"P"})")));
  CHECK_FALSE(good(with(R"({"x-mcp-header":"P"})")));
  CHECK_FALSE(good(
      R"({"type":"object","properties":{"a":{"type":"string","x-mcp-header":"P"},"b":{"type":"string","x-mcp-header":"P"}}})"));
  CHECK_FALSE(good(
      R"({"type":"object","properties":{"a":{"type":"string","x-mcp-header":"P"},"b":{"type":"string","x-mcp-header":"p"}}})"));
}

TEST_CASE("annotations at places that no argument stands at") {
  auto const at = [](std::string_view before, std::string_view behind) {
    return good(R"({"type":"object",)" + std::string(before) + R"({"type":"string","x-mcp-header":"P"})" +
                std::string(behind) + "}");
  };
  CHECK_FALSE(good(R"({"type":"string","x-mcp-header":"P"})"));
  CHECK_FALSE(at(R"("properties":{"l":{"type":"array","items":)", "}}"));
  CHECK_FALSE(at(R"("properties":{"l":{"prefixItems":[)", "]}}"));
  CHECK_FALSE(at(R"("oneOf":[{"properties":{"p":)", "}}]"));
  CHECK_FALSE(at(R"("if":{"properties":{"p":)", "}}"));
  CHECK_FALSE(at(R"("$defs":{"d":)", "}"));
  CHECK_FALSE(at(R"("additionalProperties":)", ""));
  CHECK_FALSE(at(R"("patternProperties":{"x":)", "}"));
  // Data is no schema, and a property may have any name.
  CHECK(at(R"("default":)", ""));
  CHECK(at(R"("enum":[)", "]"));
  CHECK(good(R"({"type":"object","properties":{"x-mcp-header":{"type":"string"}}})"));
}

TEST_CASE("values as headers") {
  CHECK(mirrored_as("string", R"("us-west1")") == "us-west1");
  CHECK(mirrored_as("integer", "42") == "42");
  CHECK(mirrored_as("integer", "-7") == "-7");
  CHECK(mirrored_as("integer", "42.0") == "42");
  CHECK(mirrored_as("boolean", "false") == "false");
  CHECK(mirrored_as("boolean", "true") == "true");
  CHECK(mirrored_as("string", R"("")").empty());
  CHECK(mirrored_as("string", R"("Hello, 世界")") == "=?base64?SGVsbG8sIOS4lueVjA==?=");
  CHECK(mirrored_as("string", R"(" padded ")") == "=?base64?IHBhZGRlZCA=?=");
  CHECK(mirrored_as("string", R"(" us-west1")") == "=?base64?IHVzLXdlc3Qx?=");
  CHECK(mirrored_as("string", R"("us-west1 ")") == "=?base64?dXMtd2VzdDEg?=");
  CHECK(mirrored_as("string", R"("us west 1")") == "us west 1");
  CHECK(mirrored_as("string", R"("line1\nline2")") == "=?base64?bGluZTEKbGluZTI=?=");
  CHECK(mirrored_as("string", R"("line1\r\nline2")") == "=?base64?bGluZTENCmxpbmUy?=");
  CHECK(mirrored_as("string", R"("\tindented")") == "=?base64?CWluZGVudGVk?=");
  CHECK(mirrored_as("string", R"("=?base64?literal?=")") == "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=");
  CHECK(mirrored_as("boolean", "null") == "(none)");
  CHECK(mirrored_as("integer", "9007199254740991") == "9007199254740991");
  CHECK(mirrored_as("integer", "9007199254740992") == "(refused)");
  CHECK(mirrored_as("integer", "1.5") == "(refused)");
  CHECK(mirrored_as("string", "{}") == "(refused)");
}

TEST_CASE("nested properties are read at their path") {
  auto const found = read_annotations(parsed(
      R"({"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string","x-mcp-header":"B"}}}}})"));
  REQUIRE(found.has_value());
  auto const header = [&](std::string_view arguments) {
    auto const headers = mirror(*found, parsed(arguments).as_object());
    return headers->empty() ? std::string("(none)") : headers->front().value;
  };
  CHECK(header(R"({"a":{"b":"x"}})") == "x");
  CHECK(header(R"({"b":"x"})") == "(none)");
  CHECK(header(R"({"a":"x"})") == "(none)");
  CHECK(header(R"({"a":null})") == "(none)");
}

TEST_CASE("tools with bad annotations are left out, the others are called with their headers") {
  world w("streamable-http", modern);
  w.scenario("http-invalid-tool-headers");
  auto const list = *w.http();
  CHECK(list.header("Mcp-Method") == "tools/list");
  CHECK(list.header("Mcp-Name") == "(none)");
  w.answer_json(list, 200, R"({"result":{"resultType":"complete","tools":[
    {"name":"bad","inputSchema":{"type":"object","properties":{"p":{"type":"object","x-mcp-header":"P"}}}},
    {"name":"valid_tool","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}]}})");
  auto const call = *w.http();
  CHECK(call.header("Mcp-Method") == "tools/call");
  CHECK(call.header("Mcp-Name") == "valid_tool");
  CHECK(call.header("Mcp-Param-Region") == "us-east1");
  CHECK(w.printed == std::vector<std::string>{"tool  valid_tool"});
  REQUIRE(w.warned.size() == 1);
  CHECK(w.warned[0].find("bad") != std::string::npos);
  w.answer_json(call, 200, R"({"result":{"content":[]}})");
  CHECK(w.code() == 0);
}

TEST_CASE("a call of a tool that was left out is not sent") {
  world w("streamable-http", modern);
  w.verbs({"call", "bad"});
  w.answer_json(*w.http(), 200,
                R"({"result":{"tools":[{"name":"bad","inputSchema":{"type":"string","x-mcp-header":"P"}}]}})");
  CHECK_FALSE(w.http());
  CHECK(w.code() == 1);
}

TEST_CASE("refused headers make the client list again and retry once") {
  world w("streamable-http", modern);
  w.verbs({"call", "t", R"({"r":"x"})"});
  auto const tools = [](std::string_view name) {
    return R"({"result":{"tools":[{"name":"t","inputSchema":{"type":"object","properties":{"r":{"type":"string","x-mcp-header":")" +
           std::string(name) + R"("}}}}]}})";
  };
  auto const refusal = R"({"error":{"code":-32020,"message":"?"}})";
  w.answer_json(*w.http(), 200, tools("Old"));
  auto const first = *w.http();
  CHECK(first.header("Mcp-Param-Old") == "x");
  w.answer_json(first, 400, refusal);
  auto const list = *w.http();
  CHECK(method_of(list.message) == "tools/list");
  w.answer_json(list, 200, tools("New"));
  auto const second = *w.http();
  CHECK(second.header("Mcp-Param-New") == "x");
  CHECK(second.header("Mcp-Param-Old") == "(none)");
  w.answer_json(second, 400, refusal);
  CHECK_FALSE(w.http());
  CHECK(w.code() == 1);
}

TEST_CASE("over stdio annotations are of no account") {
  world w("stdio", modern);
  w.scenario("list");
  w.tell(world::with_id(w.line(), discovered));
  w.tell(world::with_id(w.line(),
                        R"({"result":{"tools":[{"name":"bad","inputSchema":{"type":"string","x-mcp-header":"P"}}]}})"));
  CHECK(w.printed == std::vector<std::string>{"tool  bad"});
}
