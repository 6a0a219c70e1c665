// The definition that a message must meet: the selection by direction, kind and method, and the envelope's rules.
#include "conformance/message/schemas.hpp"

#include "cmake/catch.hpp"
#include "reference/revision/revision.hpp"

using namespace assay;
using message::sender;
namespace json = boost::json;

namespace {

json::value parse(std::string_view text) {
  auto value = wire::parse_value(text);
  REQUIRE(value.has_value());
  return std::move(*value);
}

message::schemas schemas_of(std::string const& revision, std::vector<std::string> const& extensions = {}) {
  auto made = message::schemas::load(data::store::embedded(), revision, extensions);
  REQUIRE(made.has_value());
  return std::move(*made);
}

/// "instance: sentence (place)" of the first violation, or "valid".
std::string first(message::schemas& schemas, sender from, std::string_view message, std::string_view request = {}) {
  json::value asked;
  if (!request.empty()) asked = parse(request);
  auto const found = schemas.check_message(from, parse(message), request.empty() ? nullptr : &asked);
  if (found.empty()) return "valid";
  CHECK(!found[0].keyword.empty());
  return found[0].instance + ": " + found[0].message + " (" + found[0].schema + ")";
}

auto constexpr list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
auto constexpr call = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}})";

} // namespace

TEST_CASE("a message is judged by direction, kind and method", "[message]") {
  auto schemas = schemas_of("2025-11-25");
  auto client = [&](std::string_view message) { return first(schemas, sender::client, message); };
  auto server = [&](std::string_view message, std::string_view request = {}) {
    return first(schemas, sender::server, message, request);
  };
  CHECK(client(list) == "valid");
  CHECK(server(list) == "/method: is tools/list, which no server sends (methods.json#/tools~1list/from)");
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[]}})", list) == "valid");
  // A result that fits some method's type does not pass for another's.
  CHECK(
      server(R"({"jsonrpc":"2.0","id":1,"result":{"resources":[]}})", list) ==
      R"(/result: has no "tools"; a ListToolsResult must have it (server/tools.json#/$defs/ListToolsResult/required))");
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"resources":[]}})") == "valid"); // nobody knows what was asked
  CHECK(client(R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})") ==
        R"(: has no "params"; tools/call must have it (methods.json#/tools~1call/params_required))");
  CHECK(
      client(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}})") ==
      R"(/params: has no "name"; a CallToolRequestParams must have it (server/tools.json#/$defs/CallToolRequestParams/required))");
  CHECK(client(R"({"jsonrpc":"2.0","method":"tools/list"})") ==
        R"(: has no "id"; tools/list is a request and must have one (methods.json#/tools~1list/kind))");
  CHECK(client(R"({"jsonrpc":"2.0","id":1,"method":"notifications/initialized"})") ==
        "/id: must not be there; notifications/initialized is a notification "
        "(methods.json#/notifications~1initialized/kind)");
  CHECK(client(R"({"jsonrpc":"2.0","id":1,"method":"vendor/own","params":{"any":1}})") == "valid");
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}})", list) == "valid");
  CHECK(
      server(R"({"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"image","data":"aGk="}]}})", call) ==
      R"(/result/content/0: has no "mimeType"; an ImageContent must have it (server/tools.json#/$defs/ImageContent/required))");
  // Every fault in the parts is told in the view of the method, not of the envelope.
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"_meta":3,"tools":[]}})", list) ==
        "/result/_meta: is the number 3, must be an object (basic/index.json#/$defs/MetaObject/type)");
}

TEST_CASE("an answer may have several forms; the closest one is explained", "[message]") {
  auto schemas = schemas_of("2026-07-28");
  auto server = [&](std::string_view message) { return first(schemas, sender::server, message, call); };
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}})") == "valid");
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","requestState":"s"}})") == "valid");
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[1,2,3]}})")
            .starts_with("/result/content/0: is the number 1, must be an object"));
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required"}})").starts_with("/result: has no "));
}

TEST_CASE("the envelope's rules", "[message]") {
  auto schemas = schemas_of("2025-11-25");
  auto first = [&](std::string_view message) { return ::first(schemas, sender::client, message); };
  CHECK(first(R"({"id":1,"method":"ping"})") ==
        R"(: has no "jsonrpc"; a JSONRPCRequest must have it (basic/index.json#/$defs/JSONRPCRequest/required))");
  CHECK(first(R"({"jsonrpc":"1.0","id":1,"method":"ping"})") ==
        R"(/jsonrpc: is "1.0", must be "2.0" (basic/index.json#/$defs/JSONRPCRequest/properties/jsonrpc/const))");
  CHECK(first(R"({"jsonrpc":2.0,"id":1,"method":"ping"})").starts_with("/jsonrpc: is 2, must be"));
  CHECK(first(R"({"jsonrpc":"2.0","id":null,"method":"ping"})")
            .starts_with("/id: is null, must be a string or an integer"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})").starts_with("/id: is the number 1.5"));
  CHECK(first(R"({"jsonrpc":"2.0","id":true,"method":"ping"})").starts_with("/id: is true"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1.0,"method":"ping"})") == "valid");
  CHECK(first(R"({"jsonrpc":"2.0","id":"","method":"ping"})") == "valid");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"method":3})").starts_with("/method: is the number 3"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})").starts_with("/params: is an array"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"result":3})").starts_with("/result: is the number 3"));
  CHECK(
      first(R"({"jsonrpc":"2.0","result":{}})").starts_with(R"(: has no "id"; a JSONRPCResultResponse must have it)"));
  CHECK(first(R"({"jsonrpc":"2.0","id":null,"result":{}})").starts_with("/id: is null"));
  CHECK(first(R"({"jsonrpc":"2.0","id":true,"error":{"code":1,"message":"x"}})").starts_with("/id: is true"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"x"}})")
            .starts_with(R"(/error/code: is a string)"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":"x"}})")
            .starts_with("/error/code: is the number 1.5"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":{"code":1.0,"message":"x"}})") == "valid");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":{"code":1}})").starts_with(R"(/error: has no "message")"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":3})").starts_with("/error: is the number 3"));
  CHECK(first(R"({"jsonrpc":"2.0","id":1})") ==
        ": is no request, notification, response or error (basic/index.json#/$defs/JSONRPCMessage)");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}})")
            .starts_with(R"(: has "result" and "error", must have exactly one of them)"));
  CHECK(
      first(R"({"jsonrpc":"2.0","id":1,"method":"ping","result":{}})").starts_with(R"(: has "method" together with)"));
  CHECK(first("3").starts_with(": is no request"));
  CHECK(first("[]").starts_with(": is an empty array"));
  CHECK(first("[[]]").starts_with("/0: is an array in a batch"));
  CHECK(first(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"id":2,"method":"ping"}])").starts_with("/1: has no "));
}

TEST_CASE("an error may come without an id, or with null, in every revision", "[message]") {
  auto const revisions = revision::table::load(data::store::embedded()).value();
  for (auto const& revision : revisions.all()) {
    INFO(revision.name);
    auto schemas = schemas_of(revision.name);
    CHECK(first(schemas, sender::server, R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"x"}})") == "valid");
    CHECK(first(schemas, sender::server, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}})") ==
          "valid");
    CHECK(first(schemas, sender::server, R"({"jsonrpc":"2.0","id":[],"error":{"code":-32700,"message":"x"}})")
              .starts_with("/id: is an array"));
    CHECK(first(schemas, sender::client, R"({"jsonrpc":"2.0","id":null,"method":"vendor/own"})")
              .starts_with("/id: is null"));
  }
}

TEST_CASE("an error with a definition of its own is judged by its code", "[message]") {
  auto modern = schemas_of("2026-07-28");
  auto server = [&](std::string_view message) { return first(modern, sender::server, message); };
  CHECK(
      server(
          R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":[],"requested":"x"}}})") ==
      "valid");
  CHECK(server(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no"}})")
            .starts_with(R"(/error: has no "data"; the "error" of a UnsupportedProtocolVersionError must have it)"));
  auto legacy = schemas_of("2025-11-25");
  CHECK(first(legacy, sender::server, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"no"}})")
            .starts_with(R"(/error: has no "data")"));
}

TEST_CASE("an extension in use takes the place of what it extends", "[message]") {
  auto core = schemas_of("2026-07-28");
  auto extended = schemas_of("2026-07-28", {"tasks"});
  auto constexpr task = R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"task","taskId":"t","status":"working",
    "createdAt":"2026-08-01T10:00:00Z","lastUpdatedAt":"2026-08-01T10:00:00Z","ttlMs":null}})";
  CHECK(first(core, sender::server, task, call) != "valid");
  CHECK(first(extended, sender::server, task, call) == "valid");
  CHECK(!core.has_method("tasks/get"));
  CHECK(extended.knows(sender::client, "tasks/get"));
  CHECK(first(extended, sender::client, R"({"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{}})")
            .find("(extensions/tasks/tasks.json#/$defs/GetTaskRequestParams") != std::string::npos);
  CHECK(message::schemas::load(data::store::embedded(), "2026-07-28", std::vector<std::string>{"none"}).has_error());
}

TEST_CASE("a batch of anything costs no more than its bound", "[message]") {
  auto schemas = schemas_of("2025-03-26");
  json::array many(10'000);
  CHECK(schemas.check_message(sender::client, many, nullptr).size() == 100);
}

TEST_CASE("the official layout serves as well", "[message]") {
  auto const store = data::store::embedded();
  auto made = message::schemas::load_official(store, "2024-11-05", parse(R"({"definitions":{
    "JSONRPCRequest":{"type":"object","required":["jsonrpc","id","method"],"properties":{"jsonrpc":{"const":"2.0"}}},
    "CallToolRequest":{"properties":{"params":{"type":"object","required":["name"]}}},
    "CallToolResult":{"type":"object","required":["content"]}}})"));
  REQUIRE(made.has_value());
  CHECK(first(*made, sender::client, call) == "valid");
  CHECK(
      first(*made, sender::client, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}})") ==
      R"(/params: has no "name"; the "params" of a CallToolRequest must have it (schema.json#/definitions/CallToolRequest/properties/params/required))");
  CHECK(first(*made, sender::server, R"({"jsonrpc":"2.0","id":1,"result":{}})", call)
            .starts_with(R"(/result: has no "content"; a CallToolResult)"));
  CHECK(first(*made, sender::server, R"({"jsonrpc":"2.0","id":1,"result":{}})", list) == "valid"); // not described
  CHECK(made->check("CallToolResult", parse("{}")).value().size() == 1);
  CHECK(message::schemas::load_official(store, "2024-11-05", parse("{}")).has_error());
}

TEST_CASE("what is not there is a problem", "[message]") {
  CHECK(message::schemas::load(data::store::embedded(), "1999-01-01").has_error());
  auto schemas = schemas_of("2025-11-25");
  CHECK(schemas.check("NoSuch", 1).has_error());
  CHECK(schemas.has_method("tools/list"));
  CHECK(!schemas.has_method("tools/no"));
  CHECK(!schemas.definitions().empty());
  CHECK(!schemas.methods().empty());
}
