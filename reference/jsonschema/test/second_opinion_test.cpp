// valijson, written by others, judges the same small schemas and instances. It runs in a child process, since a schema
// or an instance can end it. Where it disagrees, the table says why; any other disagreement fails the test.
#include "cmake/catch.hpp"
#include "reference/jsonschema/schema.hpp"

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

namespace json = boost::json;
using namespace assay;

namespace {

constexpr auto schemas = std::to_array<std::string_view>({
    R"(true)",
    R"(false)",
    R"({"type":"integer"})",
    R"({"type":"number"})",
    R"({"type":["string","null"]})",
    R"({"const":1})",
    R"({"const":"a\u0000b"})",
    R"({"enum":[1,"a",null,[1],{"a":1}]})",
    R"({"minimum":1,"maximum":3})",
    R"({"exclusiveMinimum":1,"exclusiveMaximum":3})",
    R"({"multipleOf":2})",
    R"({"minLength":2,"maxLength":3})",
    R"({"maxLength":2.0})",
    R"({"pattern":"^a+$"})",
    R"({"items":{"type":"integer"}})",
    R"({"items":[{"type":"integer"},{"type":"string"}],"additionalItems":false})",
    R"({"contains":{"type":"string"}})",
    R"({"minItems":1,"maxItems":2})",
    R"({"uniqueItems":true})",
    R"({"required":["a"]})",
    R"({"properties":{"a":{"type":"integer"}},"additionalProperties":false})",
    R"({"patternProperties":{"^a":{"type":"integer"}},"additionalProperties":{"type":"string"}})",
    R"({"propertyNames":{"maxLength":1}})",
    R"({"minProperties":1,"maxProperties":1})",
    R"({"dependencies":{"a":["b"]}})",
    R"({"dependencies":{"a":{"required":["b"]}}})",
    R"({"allOf":[{"type":"integer"},{"minimum":2}]})",
    R"({"anyOf":[{"type":"string"},{"minimum":2}]})",
    R"({"oneOf":[{"type":"integer"},{"minimum":2}]})",
    R"({"not":{"type":"object"}})",
    R"({"if":{"type":"integer"},"then":{"minimum":2},"else":{"type":"string"}})",
    R"({"definitions":{"t":{"properties":{"a":{"$ref":"#/definitions/t"}},"type":"object"}},"$ref":"#/definitions/t"})",
    R"({"anyOf":[{"type":"object","required":["a"],"properties":{"a":{"const":"x"}}},{"type":"object","required":["a"],"properties":{"a":{"const":"y"}}}]})",
    R"({"allOf":[{"$ref":"#"}]})",
});

constexpr auto instances = std::to_array<std::string_view>({
    "null",
    "true",
    "0",
    "1",
    "1.0",
    "1.5",
    "2",
    "3",
    "4",
    "18446744073709551615",
    R"("")",
    R"("a")",
    R"("aa")",
    R"("aaaa")",
    R"("🐲🐲🐲")",
    R"("a\u0000b")",
    R"("a\u0000c")",
    "[]",
    "[1]",
    R"([1,"a"])",
    R"([1,"a",null])",
    "[1,1]",
    "[1,1.0]",
    R"(["a",1])",
    "[[1],[1]]",
    "{}",
    R"({"a":1})",
    R"({"a":"x"})",
    R"({"a":"z"})",
    R"({"a":{"a":{}}})",
    R"({"a":{"a":1}})",
    R"({"b":"x"})",
    R"({"a":1,"b":"x"})",
    R"({"ab":1})",
});

// Disagreements that we know and can account for; the texts are looked for in the schema and in the instance.
struct known_difference {
  std::string_view verdicts; ///< what valijson answers, see second_opinion()
  std::string_view in_schema;
  std::string_view in_instance;
  std::string_view reason;
};
constexpr auto known = std::to_array<known_difference>({
    {"!", R"({"$ref":"#"})", "", "a schema that refers to itself without end exhausts its stack"},
    {"x", "2.0", "", "a limit written as 2.0 is an exception"},
    {"01", "", "18446744073709551615", "an integer above the largest int64 is no number to it"},
    {"0", R"("integer")", "1.0", "1.0 is no integer to it, as in draft 4"},
    {"01", "", "\\u0000", "a string ends at NUL for it"},
    {"01", "\\u0000", "", "a string ends at NUL for it"},
});

std::string_view reason_for(char verdict, std::string_view schema, std::string_view instance) {
  for (auto const& entry : known)
    if (entry.verdicts.find(verdict) != std::string_view::npos &&
        schema.find(entry.in_schema) != std::string_view::npos &&
        instance.find(entry.in_instance) != std::string_view::npos)
      return entry.reason;
  return {};
}

// '1' valid, '0' invalid, 'x' an exception, '!' the process died.
char second_opinion(json::value const& schema, json::value const& instance) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  auto const child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (auto const signal : {SIGSEGV, SIGABRT, SIGBUS})
      std::signal(signal, SIG_DFL); // it may die quietly
    auto const nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    alarm(20);
    char verdict = 'x';
    try {
      valijson::Schema compiled;
      valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
      valijson::adapters::BoostJsonAdapter const adapted(schema);
      parser.populateSchema(adapted, compiled);
      valijson::Validator validator;
      valijson::adapters::BoostJsonAdapter const target(instance);
      verdict = validator.validate(compiled, target, nullptr) ? '1' : '0';
    } catch (...) {
    }
    [[maybe_unused]] auto const written = write(ends[1], &verdict, 1);
    _exit(0);
  }
  close(ends[1]);
  char verdict = '!';
  if (read(ends[0], &verdict, 1) != 1) verdict = '!';
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return verdict;
}

} // namespace

TEST_CASE("valijson, asked as well, differs only where it is known to", "[second-opinion]") {
  std::map<std::string_view, std::size_t> differences;
  std::size_t asked = 0;
  for (auto const text : schemas) {
    auto const schema = wire::parse_value(text).value();
    auto const ours = jsonschema::compile_schema(schema, jsonschema::dialect::draft7);
    REQUIRE(ours.has_value());
    for (auto const each : instances) {
      auto const instance = wire::parse_value(each).value();
      auto const verdict = second_opinion(schema, instance);
      ++asked;
      if (verdict == (ours->accepts(instance) ? '1' : '0')) continue;
      auto const reason = reason_for(verdict, text, each);
      if (reason.empty())
        FAIL_CHECK("unexplained: valijson says " << verdict << " to " << each << " under " << text);
      else
        ++differences[reason];
    }
  }
  std::cout << "second opinion: " << asked << " questions to valijson\n";
  for (auto const& [reason, count] : differences)
    std::cout << "  differs " << count << " times: " << reason << '\n';
  CHECK(asked == schemas.size() * instances.size());
}
