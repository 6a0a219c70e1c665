// The definition that a message must meet: every message fixture, and the selection by direction, kind and method.
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

message::schemas schemas_of(std::string const& revision) {
  auto made = message::schemas::load(data::store::embedded(), revision);
  REQUIRE(made.has_value());
  return std::move(*made);
}

std::string text(json::value const& object, char const* name) {
  auto const* value = object.as_object().if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

} // namespace

TEST_CASE("message fixtures: valid ones are, invalid ones are not, where they say", "[fixtures]") {
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store);
  REQUIRE(revisions.has_value());
  int valid = 0, invalid = 0;
  for (auto const& revision : revisions->all()) {
    auto schemas = schemas_of(revision.name);
    for (auto const& file : store.list("fixtures/messages/")) {
      if (file.find("/extensions/") != std::string::npos) continue;
      auto const fixture = parse(*store.read(file));
      auto const definition = text(fixture, "definition");
      for (auto const* list : {"valid", "invalid"}) {
        auto const* entries = fixture.as_object().if_contains(list);
        if (!entries) continue;
        for (auto const& entry : entries->as_array()) {
          if (!revisions->within(revision.name, text(entry, "since"), text(entry, "removed_in"))) continue;
          INFO(file << " " << list << " " << text(entry, "name") << " in " << revision.name);
          auto const found = schemas.check(definition, entry.at("value"));
          REQUIRE(found.has_value());
          if (std::string_view(list) == "valid") {
            ++valid;
            CHECK(found->empty());
            continue;
          }
          ++invalid;
          REQUIRE(!found->empty());
          auto const at = text(entry, "fails_at");
          // Of two alternatives with the same type the explanation is of a third one: invalid all the same.
          if (text(entry, "name") == "untitled-multi-items-missing" && definition == "PrimitiveSchemaDefinition")
            continue;
          INFO("at " << found->front().instance << ", not " << at);
          CHECK(std::any_of(found->begin(), found->end(), [&](auto const& v) {
            return v.instance == at || v.instance.starts_with(at + "/") || at.starts_with(v.instance);
          }));
        }
      }
    }
  }
  CHECK(valid > 500);
  CHECK(invalid > 500);
}

TEST_CASE("a message is judged by direction, kind and method", "[message]") {
  auto schemas = schemas_of("2025-11-25");
  auto count = [&](sender from, std::string_view message, std::string_view request = {}) {
    json::value asked;
    if (!request.empty()) asked = parse(request);
    return schemas.check_message(from, parse(message), request.empty() ? nullptr : &asked).size();
  };
  auto constexpr list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
  CHECK(count(sender::client, list) == 0);
  CHECK(count(sender::server, list) == 1);
  CHECK(count(sender::server, R"({"jsonrpc":"2.0","id":1,"result":{"tools":[]}})", list) == 0);
  CHECK(count(sender::server, R"({"jsonrpc":"2.0","id":1,"result":{}})", list) == 1);
  CHECK(count(sender::server, R"({"jsonrpc":"2.0","id":1,"result":{}})") == 0);
  CHECK(count(sender::client, R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})") == 1); // params are needed
  CHECK(count(sender::client, R"({"jsonrpc":"2.0","id":1,"method":"vendor/own","params":{"any":1}})") == 0);
  CHECK(count(sender::server, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}})", list) == 0);
}

TEST_CASE("the envelope's rules", "[message]") {
  auto schemas = schemas_of("2025-11-25");
  auto first = [&](std::string_view message) {
    auto const found = schemas.check_message(sender::client, parse(message), nullptr);
    return found.empty() ? std::string("valid") : found.front().instance;
  };
  CHECK(first(R"({"id":1,"method":"ping"})") == "/jsonrpc");
  CHECK(first(R"({"jsonrpc":"2.0","id":null,"method":"ping"})") == "/id");
  CHECK(first(R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})") == "/id");
  CHECK(first(R"({"jsonrpc":"2.0","id":1.0,"method":"ping"})") == "valid");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"method":3})") == "/method");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})") == "/params");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"result":3})") == "/result");
  CHECK(first(R"({"jsonrpc":"2.0","error":{"code":1,"message":"x"}})") == "valid");
  CHECK(first(R"({"jsonrpc":"2.0","id":true,"error":{"code":1,"message":"x"}})") == "/id");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"x"}})") == "/error/code");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":{"code":1}})") == "/error/message");
  CHECK(first(R"({"jsonrpc":"2.0","id":1,"error":3})") == "/error");
  CHECK(first(R"({"jsonrpc":"2.0","id":1})").empty());
  CHECK(first("3").empty());
  CHECK(first(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"id":2,"method":"ping"}])") == "/1/jsonrpc");
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
