// What a user of the evaluator sees: verdicts, where a violation stands, what is told, and what is refused.
#include "cmake/catch.hpp"
#include "reference/jsonschema/schema.hpp"

#include <atomic>
#include <optional>
#include <thread>

using namespace assay;
using jsonschema::compile_schema;
using jsonschema::dialect;
namespace json = boost::json;

namespace {

json::value parse(std::string_view text) {
  return wire::parse_value(text).value();
}

jsonschema::validator compiled(std::string_view text, dialect draft = dialect::draft2020_12) {
  auto made = compile_schema(parse(text), draft);
  if (!made) FAIL(to_string(made.error()));
  return *made;
}

wire::problem refused(std::string_view text, dialect draft = dialect::draft2020_12) {
  auto made = compile_schema(parse(text), draft);
  REQUIRE(!made.has_value());
  return made.error();
}

std::vector<jsonschema::violation> explained(std::string_view schema, std::string_view instance) {
  auto const validator = compiled(schema);
  auto const value = parse(instance);
  auto found = validator.explain(value);
  CHECK(validator.accepts(value) == found.empty());
  return found;
}

jsonschema::violation only(std::string_view schema, std::string_view instance) {
  auto found = explained(schema, instance);
  REQUIRE(found.size() == 1);
  return found.front();
}

json::value nested_arrays(int depth) {
  json::value result = json::array();
  for (int i = 0; i != depth; ++i) {
    json::array outer;
    outer.push_back(std::move(result));
    result = std::move(outer);
  }
  return result;
}

} // namespace

TEST_CASE("numbers are numbers, however they are written") {
  auto const integer = compiled(R"({"type":"integer"})");
  CHECK(integer.accepts(1));
  CHECK(integer.accepts(1.0));
  CHECK(integer.accepts(1e300));
  CHECK(integer.accepts(std::uint64_t{18446744073709551615u}));
  CHECK_FALSE(integer.accepts(1.5));
  CHECK_FALSE(integer.accepts("1"));
  CHECK(compiled(R"({"const":1})").accepts(1.0));
  CHECK(compiled(R"({"enum":[{"a":1.0}]})").accepts(parse(R"({"a":1})")));
  CHECK_FALSE(compiled(R"({"uniqueItems":true})").accepts(parse("[1,1.0]")));
  CHECK(compiled(R"({"maximum":9007199254740993})").accepts(std::int64_t{9007199254740993}));
  CHECK_FALSE(compiled(R"({"maximum":9007199254740992})").accepts(std::int64_t{9007199254740993}));
  CHECK_FALSE(compiled(R"({"maximum":9007199254740992.0})").accepts(std::int64_t{9007199254740993}));
  CHECK(compiled(R"({"multipleOf":0.1})").accepts(0.3));
  CHECK(compiled(R"({"multipleOf":0.01})").accepts(19.99));
  CHECK_FALSE(compiled(R"({"multipleOf":0.01})").accepts(19.999));
  CHECK(compiled(R"({"maxLength":2.0})").accepts("ab"));
}

TEST_CASE("a string may hold NUL, and is counted in code points") {
  auto const validator = compiled("{\"const\":\"a\\u0000b\"}");
  CHECK(validator.accepts(json::string_view("a\0b", 3)));
  CHECK_FALSE(validator.accepts(json::string_view("a\0c", 3)));
  CHECK(compiled(R"({"maxLength":1})").accepts("\xF0\x9F\x90\xB2"));
  CHECK_FALSE(compiled(R"({"minLength":2})").accepts("\xF0\x9F\x90\xB2"));
}

TEST_CASE("a violation says where, what and why") {
  constexpr auto schema = R"({"type":"object","required":["name"],"additionalProperties":false,"properties":{
    "name":{"type":"string"},"a/b":{"items":{"maximum":3}}}})";

  auto const missing = only(schema, "{}");
  CHECK(missing.instance == "");
  CHECK(missing.schema == "#/required");
  CHECK(missing.keyword == "required");
  CHECK(missing.message == "has no \"name\"");

  auto const wrong = only(schema, R"({"name":1})");
  CHECK(wrong.instance == "/name");
  CHECK(wrong.schema == "#/properties/name/type");
  CHECK(wrong.message == "is the number 1, must be a string");

  auto const deep = only(schema, R"({"name":"","a/b":[1,22.5]})");
  CHECK(deep.instance == "/a~1b/1");
  CHECK(deep.schema == "#/properties/a~1b/items/maximum");
  CHECK(deep.message == "is 22.5, must be at most 3");

  auto const extra = only(schema, R"({"name":"","other":null})");
  CHECK(extra.instance == "/other");
  CHECK(extra.schema == "#/additionalProperties");
  CHECK(extra.keyword == "additionalProperties");
  CHECK(extra.message == "is not allowed here");

  CHECK(explained(schema, R"({"other":null,"a/b":[4,5]})").size() == 4);
  CHECK(compiled(schema).explain(parse(R"({"other":null,"a/b":[4,5]})"), 2).size() == 2);
}

TEST_CASE("a missing member is missed by somebody") {
  constexpr auto schema = R"({"$ref":"#/$defs/Tool","$defs":{"Tool":{"type":"object","required":["name"],"properties":{
    "icon":{"$ref":"#/$defs/Icon"},"input":{"type":"object","required":["type"]},
    "tags":{"items":{"required":["id"]}}}},"Icon":{"allOf":[{"required":["src"]}]}}})";
  CHECK(only(schema, "{}").message == R"(has no "name"; a Tool must have it)");
  CHECK(only(schema, R"({"name":"","icon":{}})").message == R"(has no "src"; an Icon must have it)");
  CHECK(only(schema, R"({"name":"","input":{}})").message == R"(has no "type"; the "input" of a Tool must have it)");
  CHECK(only(schema, R"({"name":"","tags":[{}]})").message ==
        R"(has no "id"; each entry in the "tags" of a Tool must have it)");
}

TEST_CASE("every keyword has its message") {
  auto const message = [](std::string_view schema, std::string_view instance) {
    return only(schema, instance).message;
  };
  CHECK(message(R"({"type":["string","null"]})", "[]") == "is an array, must be a string or null");
  CHECK(message(R"({"type":"integer"})", "1.5") == "is the number 1.5, must be an integer");
  CHECK(message(R"({"type":"string"})", "true") == "is true, must be a string");
  CHECK(message(R"({"const":{"a":1}})", R"("x")") == R"(is "x", must be {"a":1})");
  CHECK(message(R"({"enum":["a",2]})", R"("x")") == R"(is "x", must be one of ["a",2])");
  CHECK(message(R"({"minLength":2})", R"("x")") == "has 1 character, must have at least 2");
  CHECK(message(R"({"maxLength":2})", R"("xyz")") == "has 3 characters, must have at most 2");
  CHECK(message(R"({"pattern":"^a"})", R"("x")") == R"(is "x", must match the pattern "^a")");
  CHECK(message(R"({"minimum":2})", "1") == "is 1, must be at least 2");
  CHECK(message(R"({"exclusiveMinimum":2})", "2") == "is 2, must be more than 2");
  CHECK(message(R"({"exclusiveMaximum":2})", "2") == "is 2, must be less than 2");
  CHECK(message(R"({"multipleOf":2})", "3") == "is 3, must be a multiple of 2");
  CHECK(message(R"({"minItems":1})", "[]") == "has 0 items, must have at least 1");
  CHECK(message(R"({"maxItems":1})", "[1,2]") == "has 2 items, must have at most 1");
  CHECK(message(R"({"uniqueItems":true})", "[1,2,1]") == "has equal items at 0 and 2");
  CHECK(message(R"({"contains":{"type":"null"}})", "[1]") ==
        "has 0 items of the kind it must contain, must have at least 1");
  CHECK(message(R"({"contains":{"type":"null"},"maxContains":1})", "[null,null]") ==
        "has 2 items of the kind that is counted, must have at most 1");
  CHECK(message(R"({"minProperties":1})", "{}") == "has 0 members, must have at least 1");
  CHECK(message(R"({"maxProperties":0})", R"({"a":1})") == "has 1 member, must have at most 0");
  CHECK(
      message(R"({"propertyNames":{"maxLength":1}})", R"({"ab":1})") ==
      R"(has a member named "ab", which is no name for a member here: the name has 2 characters, must have at most 1)");
  CHECK(message(R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})") ==
        R"(has "a" but no "b", which must come with it)");
  CHECK(message(R"({"not":{"type":"string"}})", R"("x")") == R"(is "x", which the schema rules out)");
  CHECK(message(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3") ==
        "is what the alternatives 1 and 2 describe, must be what only one describes");
  CHECK(only(R"({"unevaluatedProperties":false,"properties":{"a":true}})", R"({"a":1,"b":2})").instance == "/b");
  CHECK(only(R"({"unevaluatedItems":false,"prefixItems":[true]})", "[1,2]").instance == "/1");
  CHECK(only("false", "1").message == "is not allowed here");
}

TEST_CASE("of several alternatives the closest one is explained") {
  constexpr auto by_constant = R"({"anyOf":[{"$ref":"#/$defs/text"},{"$ref":"#/$defs/image"}],"$defs":{
    "text":{"type":"object","required":["type","text"],"properties":{"type":{"const":"text"},"text":{"type":"string"}}},
    "image":{"type":"object","required":["type","data"],"properties":{"type":{"const":"image"},"data":{"type":"string"}}}}})";

  auto const inside = only(by_constant, R"({"type":"image","data":7})");
  CHECK(inside.instance == "/data");
  CHECK(inside.schema == "#/$defs/image/properties/data/type");

  auto const unknown = only(by_constant, R"({"type":"video"})");
  CHECK(unknown.instance == "/type");
  CHECK(unknown.keyword == "anyOf");
  CHECK(unknown.message == R"(is "video", must be "text" or "image")");

  auto const none = only(by_constant, "{}");
  CHECK(none.message == R"(has no "type", must have one: "text" or "image")");
  CHECK(only(by_constant, "3").message == "is the number 3, must be an object");

  CHECK(only(R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", "null").message ==
        "is null, must be a string or an integer");

  // The alternative that knows most of the members was meant, even when another has fewer faults.
  auto const meant = only(R"({"anyOf":[{"required":["roots"]},{"required":["role","model"],"properties":{
      "role":{"enum":["user"]},"model":{"type":"string"}}}]})",
                          R"({"role":"none","model":"m"})");
  CHECK(meant.instance == "/role");

  auto const deepest =
      only(R"({"anyOf":[{"type":"string"},{"type":"object","properties":{"a":{"properties":{"b":{"type":"null"}}}}}]})",
           R"({"a":{"b":1}})");
  CHECK(deepest.instance == "/a/b");
}

TEST_CASE("a schema that refers to itself without end gives no verdict but ends") {
  for (auto const* text : {R"({"allOf":[{"$ref":"#"}]})", R"({"$ref":"#"})", R"({"not":{"$ref":"#"}})",
                           R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})",
                           R"({"if":{"$ref":"#"}})", R"({"$dynamicRef":"#x","$dynamicAnchor":"x"})",
                           R"({"anyOf":[false,{"$ref":"#"}]})", R"({"dependentSchemas":{"a":{"$ref":"#"}}})"}) {
    INFO(text);
    auto const found = explained(text, R"({"a":1})");
    REQUIRE(found.size() == 1);
    CHECK(found.front().keyword == "$ref");
    CHECK(found.front().message == "cannot be checked: the schema refers to itself without end");
  }
  // Going deeper into the instance is no loop.
  auto const tree = compiled(R"({"type":"array","items":{"$ref":"#"},"allOf":[{"items":{"$ref":"#"}}]})");
  CHECK(tree.accepts(parse("[[],[[]]]")));
  CHECK_FALSE(tree.accepts(parse("[[],[[1]]]")));
}

TEST_CASE("work and depth are bounded") {
  auto const tree = compiled(R"({"items":{"$ref":"#"}})");
  CHECK(tree.accepts(nested_arrays(1000)));
  auto const found = tree.explain(nested_arrays(5000));
  REQUIRE(found.size() == 1);
  CHECK(found.front().message == "is nested too deeply to be checked");

  // The longest way from one level to the next.
  auto const long_way = compiled(
      R"({"anyOf":[{"oneOf":[{"if":true,"then":{"allOf":[{"items":{"$ref":"#"}}]},"unevaluatedItems":false}]}]})");
  CHECK(long_way.accepts(nested_arrays(400)));
  CHECK_FALSE(long_way.accepts(nested_arrays(5000)));
  CHECK(long_way.explain(nested_arrays(5000)).front().message == "is nested too deeply to be checked");

  // Doubles at each level: 2 to the power of 60 ways.
  std::string schema = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i != 60; ++i) {
    auto const next = R"({"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"}";
    schema += '"' + std::to_string(i) + R"(":{"anyOf":[)" + next + ',' + next + "]},";
  }
  auto const explosive = compiled(schema + R"("60":{"type":"null"}}})");
  CHECK(explosive.accepts(nullptr));
  auto const given_up = explosive.explain(1);
  REQUIRE(given_up.size() == 1);
  CHECK(given_up.front().message == "takes too much work to be checked against this schema");

  auto const slow = compiled(R"({"pattern":"^(a+)+$"})");
  CHECK(slow.accepts(json::value(json::string(30, 'a'))));
  auto const lost = slow.explain(json::value(std::string(40, 'a') + "!"));
  REQUIRE(lost.size() == 1);
  CHECK(lost.front().message == R"(cannot be matched against "^(a+)+$" within the limits on backtracking)");

  json::array many;
  for (int i = 0; i != 20000; ++i)
    many.push_back(json::value(i % 2 == 0 ? json::value(i) : json::value(std::to_string(i))));
  CHECK(compiled(R"({"uniqueItems":true})").accepts(many));
  many.push_back(4.0);
  CHECK_FALSE(compiled(R"({"uniqueItems":true})").accepts(many));
}

TEST_CASE("documents refer to each other by URI") {
  jsonschema::registry registry;
  REQUIRE(registry.add("common.json", parse(R"({"$defs":{"id":{"type":["string","integer"]}}})")).has_value());
  REQUIRE(
      registry
          .add(
              "server/tools.json",
              parse(
                  R"({"$defs":{"Tool":{"required":["name"],"properties":{"id":{"$ref":"../common.json#/$defs/id"}}}}})"))
          .has_value());
  auto const tool = registry.compile("server/tools.json#/$defs/Tool");
  REQUIRE(tool.has_value());
  CHECK(tool->accepts(parse(R"({"name":"","id":1})")));
  auto const found = tool->explain(parse(R"({"id":null})"));
  REQUIRE(found.size() == 2);
  CHECK(found[0].schema == "common.json#/$defs/id/type");
  CHECK(found[1].schema == "server/tools.json#/$defs/Tool/required");

  CHECK(to_string(registry.compile("nowhere.json").error()) == "nowhere.json: is not the URI of a known document");
  CHECK(to_string(registry.compile("common.json#/$defs/none").error()) ==
        "common.json#/$defs/none: refers to /$defs/none, which does not exist");
  CHECK(registry.add("common.json", true).has_error());

  // What was compiled before an addition stays valid.
  REQUIRE(registry.add("later.json", parse(R"({"$ref":"common.json#/$defs/id"})")).has_value());
  CHECK(registry.compile("later.json").value().accepts("x"));
  CHECK(tool->accepts(parse(R"({"name":""})")));
}

TEST_CASE("a validator outlives its registry, and threads share it") {
  std::optional<jsonschema::validator> kept;
  {
    jsonschema::registry registry;
    registry.add("a.json", parse(R"({"items":{"pattern":"^a+$"}})")).value();
    kept = registry.compile("a.json").value();
  }
  auto const good = parse(R"(["a","aa"])");
  auto const bad = parse(R"(["a","b"])");
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 4; ++i)
      threads.emplace_back([&] {
        for (int k = 0; k != 200; ++k)
          if (kept->accepts(good) && kept->explain(bad).size() == 1) ++right;
      });
  }
  CHECK(right == 800);
}

TEST_CASE("a schema that is not valid in its dialect is refused with its place") {
  auto const wrong = refused(R"({"properties":{"a":{"type":"strin"}}})");
  CHECK(wrong.where == "#/properties/a/type");
  CHECK(wrong.what == "is not valid in its dialect: is \"strin\", must be one of "
                      R"(["null","boolean","object","array","string","number","integer"])");
  CHECK(refused(R"({"items":[{"type":"string"}]})").where == "#/items");
  CHECK(compiled(R"({"items":[{"type":"string"}]})", dialect::draft7).accepts(parse("[\"\"]")));
  CHECK(refused(R"({"minLength":-1})").what == "is not valid in its dialect: is -1, must be at least 0");
  CHECK(refused(R"({"required":["a","a"]})").where == "#/required");
  CHECK(refused("[]").what == "is not valid in its dialect: is an array, must be an object or a boolean");
  CHECK(refused(R"({"pattern":"(?<=a*)b"})").where == "#/pattern");
  CHECK(refused(R"({"$ref":"#/$defs/gone"})").what == "refers to /$defs/gone, which does not exist");
  CHECK(refused(R"({"$ref":"https://example.com/other.json"})").what ==
        "refers to https://example.com/other.json, which is not known");
  CHECK(refused(R"({"$ref":"http://["})").where == "#/$ref");
  CHECK(refused(R"({"$id":"http://["})").where == "#/$id");
  CHECK(refused(R"({"$ref":"#/const","const":5})").what == "refers to something that is no schema");
  CHECK(refused(R"({"$defs":{"a":{"$id":"x"},"b":{"$id":"x"}}})").what.find("which #/$defs/") != std::string::npos);
}

TEST_CASE("the dialect is what $schema says, else the fallback") {
  CHECK(refused(R"({"$schema":"http://json-schema.org/draft-04/schema#"})").what ==
        "names the dialect http://json-schema.org/draft-04/schema#, which is not supported");
  CHECK(refused(R"({"$schema":7})").where == "#/$schema");
  constexpr auto tuple = R"({"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}]})";
  CHECK_FALSE(compiled(tuple).accepts(parse("[1]")));
  CHECK(compiled(R"({"prefixItems":[{"type":"string"}]})", dialect::draft7).accepts(parse("[1]")));
  CHECK_FALSE(compiled(R"({"prefixItems":[{"type":"string"}]})").accepts(parse("[1]")));
  // In draft-07 nothing beside $ref counts.
  CHECK(compiled(R"({"$ref":"#/definitions/a","type":"null","definitions":{"a":true}})", dialect::draft7).accepts(1));
}

TEST_CASE("format is an annotation unless asked for") {
  auto const schema =
      parse(R"({"properties":{"u":{"format":"uri"},"b":{"format":"byte"},"x":{"format":"unheard-of"}}})");
  auto const bad = parse(R"({"u":"no uri","b":"a","x":"anything"})");
  CHECK(compile_schema(schema).value().accepts(bad));
  auto const strict = compile_schema(schema, dialect::draft2020_12, jsonschema::formats::checked).value();
  auto const found = strict.explain(bad);
  REQUIRE(found.size() == 2);
  CHECK(found[0].message == "is \"no uri\", must be a uri");
  CHECK(found[1].keyword == "format");
  CHECK(strict.accepts(parse(R"({"u":"file:///a","b":"YWI="})")));
  CHECK(strict.accepts(parse(R"({"u":3})")));
}

TEST_CASE("hostile schemas are refused or judged, never more") {
  std::string deep = "true";
  for (int i = 0; i != 200; ++i)
    deep = R"({"not":)" + deep + "}";
  (void)compiled(deep).accepts(1);
  json::value deeper = true;
  for (int i = 0; i != 3000; ++i) {
    json::object outer;
    outer["not"] = std::move(deeper);
    deeper = std::move(outer);
  }
  CHECK(compile_schema(deeper).has_error());
  // Alternatives of alternatives of alternatives, all the same: looking for a member that chooses comes to an end.
  std::string same = R"({"type":"object","required":["x"],"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i != 8; ++i) {
    auto const next = R"({"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"}";
    same += '"' + std::to_string(i) + R"(":{"allOf":[)";
    for (int k = 0; k != 60; ++k)
      same += next + ',';
    same += next + R"(],"anyOf":[)" + next + ',' + next + "]},";
  }
  CHECK_FALSE(compiled(same + R"("8":{"properties":{"x":{"const":"y"}}}}})").accepts(parse("{}")));
  // A long chain of references is neither recursion nor a loop.
  std::string chain = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i != 3000; ++i)
    chain += '"' + std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"},";
  CHECK(compiled(chain + R"("3000":{"type":"null"}}})").accepts(nullptr));
}
