// basic/patterns/mrtr, and result types.
#include "reference/client/elicitation.hpp"
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;
namespace wire = assay::wire;
namespace transport = assay::transport;

namespace {

constexpr auto asks =
    R"({"result":{"resultType":"input_required","requestState":"opaque {\u00fc","inputRequests":{
      "confirm":{"method":"elicitation/create","params":{"message":"?","requestedSchema":{"type":"object","properties":{"confirmed":{"type":"boolean"}}}}},
      "words":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":100}},
      "where":{"method":"roots/list"}}}})";
constexpr auto complete = R"({"result":{"resultType":"complete","content":[{"type":"text","text":"done"}]}})";

void begin(world& w, std::string const& verb, std::string const& name) {
  w.verbs({verb, name});
  w.tell(world::with_id(w.line(), discovered));
}

} // namespace

TEST_CASE("input is given in a retry with a new id and the same state") {
  for (std::string const verb : {"call", "read", "get-prompt"}) {
    world w("stdio", modern);
    begin(w, verb, "x");
    auto const first = w.line();
    CHECK(member_text(first, "/params/inputResponses") == "(absent)");
    w.tell(world::with_id(first, asks));
    auto const retry = w.line();
    CHECK(method_of(retry) == method_of(first));
    CHECK(retry.at("id") != first.at("id"));
    CHECK(member_text(retry, "/params/requestState") == wire::serialize(parsed(R"("opaque {\u00fc")")));
    CHECK(member_text(retry, "/params/inputResponses/confirm") ==
          R"({"action":"accept","content":{"confirmed":true}})");
    CHECK(member_text(retry, "/params/inputResponses/words/role") == "\"assistant\"");
    CHECK(member_text(retry, "/params/inputResponses/where") == R"({"roots":[]})");
    auto params = retry.at("params").as_object();
    params.erase("inputResponses");
    params.erase("requestState");
    CHECK(params == first.at("params"));
    SECTION("then complete: " + verb) {
      w.tell(world::with_id(retry, complete));
      CHECK(w.code() == 0);
    }
    SECTION("then another round without state: " + verb) {
      w.tell(world::with_id(
          retry, R"({"result":{"resultType":"input_required","inputRequests":{"r":{"method":"roots/list"}}}})"));
      auto const third = w.line();
      CHECK(member_text(third, "/params/requestState") == "(absent)");
      CHECK(member_text(third, "/params/inputResponses") == R"({"r":{"roots":[]}})");
    }
    SECTION("then only a state: " + verb) {
      w.tell(world::with_id(retry, R"({"result":{"resultType":"input_required","requestState":""}})"));
      auto const third = w.line();
      CHECK(member_text(third, "/params/requestState") == "\"\"");
      CHECK(member_text(third, "/params/inputResponses") == "(absent)");
    }
  }
}

TEST_CASE("rounds end") {
  world w("stdio", modern);
  begin(w, "call", "x");
  int rounds = 0;
  for (auto message = w.line(); !message.is_null(); message = w.line(), ++rounds)
    w.tell(world::with_id(message, asks));
  CHECK(rounds == 20);
  CHECK(w.code() == 1);
}

TEST_CASE("what cannot be given is not retried") {
  for (auto const* const inputs : {R"({"x":{"method":"no/such"}})", R"({"x":7})", "[]",
                                   R"({"x":{"method":"elicitation/create","params":{"mode":"url"}}})"}) {
    world w("stdio", modern);
    begin(w, "call", "x");
    w.tell(world::with_id(w.line(),
                          R"({"result":{"resultType":"input_required","inputRequests":)" + std::string(inputs) + "}}"));
    CHECK(w.line() == nullptr);
    CHECK(w.code() == 1);
  }
}

TEST_CASE("types of results") {
  auto const code = [](std::string const& result) {
    world w("stdio", modern);
    begin(w, "call", "x");
    w.tell(world::with_id(w.line(), R"({"result":)" + result + "}"));
    return w.code();
  };
  CHECK(code(R"({"content":[]})") == 0);
  CHECK(code(R"({"resultType":"complete","content":[]})") == 0);
  CHECK(code(R"({"resultType":"tomorrow","content":[]})") == 1);
  CHECK(code(R"({"resultType":7,"content":[]})") == 1);
  CHECK(code(R"({"resultType":"complete","content":[],"isError":true})") == 1);
}

TEST_CASE("the state of one request is not used for another") {
  world w("streamable-http", modern);
  w.scenario("sep-2322-client-request-state");
  w.answer_json(*w.http(), 200, R"({"result":{"tools":[{"name":"test_mrtr_echo_state","inputSchema":{"type":"object"}},
    {"name":"test_mrtr_unrelated","inputSchema":{"type":"object"}},{"name":"test_mrtr_no_state","inputSchema":{"type":"object"}},
    {"name":"test_mrtr_no_result_type","inputSchema":{"type":"object"}}]}})");
  auto const first = *w.http();
  CHECK(first.header("Mcp-Name") == "test_mrtr_echo_state");
  w.answer_json(first, 200, asks);
  auto const between = *w.http();
  CHECK(between.header("Mcp-Name") == "test_mrtr_unrelated");
  CHECK(member_text(between.message, "/params/requestState") == "(absent)");
  CHECK(member_text(between.message, "/params/inputResponses") == "(absent)");
  w.answer_json(between, 200, complete);
  auto const retry = *w.http();
  CHECK(retry.header("Mcp-Name") == "test_mrtr_echo_state");
  CHECK(member_text(retry.message, "/params/requestState") != "(absent)");
  w.answer_json(retry, 200, complete);
  w.answer_json(*w.http(), 200, complete);
  w.answer_json(*w.http(), 200, R"({"result":{"content":[]}})");
  CHECK(w.code() == 0);
}

TEST_CASE("forms are filled with what fits") {
  auto const field = [](std::string_view schema) {
    auto const value = fill_field(parsed(schema).as_object());
    return value ? wire::serialize(*value) : std::string("(nothing)");
  };
  CHECK(field(R"({"type":"string","default":"John Doe"})") == "\"John Doe\"");
  CHECK(field(R"({"type":"number","default":95.5})") == "95.5");
  CHECK(field(R"({"type":"string","enum":["a","b"]})") == "\"a\"");
  CHECK(field(R"({"type":"string","oneOf":[{"const":"x","title":"X"}]})") == "\"x\"");
  CHECK(field(R"({"type":"array","minItems":1,"items":{"anyOf":[{"const":"x","title":"X"}]}})") == R"(["x"])");
  CHECK(field(R"({"type":"array","minItems":2,"items":{"type":"string","enum":["x"]}})") == "(nothing)");
  CHECK(field(R"({"type":"string","format":"email"})") == "\"user@example.com\"");
  CHECK(field(R"({"type":"string","minLength":6})") == "\"textxx\"");
  CHECK(field(R"({"type":"string","maxLength":2})") == "\"te\"");
  CHECK(field(R"({"type":"integer","minimum":17.5})") == "18");
  CHECK(field(R"({"type":"number","maximum":-0.5})") == "-0.5");
  CHECK(field(R"({"type":"boolean"})") == "true");
  CHECK(field(R"({"type":"object"})") == "(nothing)");
  CHECK(field(R"({"type":"string","minLength":1e300})").size() == 10'002);
}
