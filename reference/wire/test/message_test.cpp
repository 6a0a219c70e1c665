// Which kind of JSON-RPC message a value is.
#include "cmake/catch.hpp"
#include "reference/wire/message.hpp"
#include "reference/wire/test/show_result.hpp"

using namespace assay::wire;

namespace {
message_kind kind(std::string_view text) {
  return classify(parse_value(text).value());
}
} // namespace

TEST_CASE("the members decide the kind") {
  CHECK(kind(R"({"jsonrpc":"2.0","id":1,"method":"ping"})") == message_kind::request);
  CHECK(kind(R"({"id":null,"method":"x"})") == message_kind::request);
  CHECK(kind(R"({"id":1,"method":7})") == message_kind::request);
  CHECK(kind(R"({"jsonrpc":"2.0","method":"notifications/initialized"})") == message_kind::notification);
  CHECK(kind(R"({"id":1,"result":{}})") == message_kind::response);
  CHECK(kind(R"({"result":null})") == message_kind::response);
  CHECK(kind(R"({"id":1,"error":{"code":-32601,"message":"m"}})") == message_kind::error);
  CHECK(kind(R"({"error":1})") == message_kind::error);
  CHECK(kind("[]") == message_kind::batch);
  CHECK(kind(R"([{"method":"x"}])") == message_kind::batch);
}

TEST_CASE("what is none or two kinds is invalid") {
  for (char const* text : {"null", "1", "\"method\"", "true", "{}", R"({"id":1})", R"({"jsonrpc":"2.0","params":{}})",
                           R"({"id":1,"method":"x","result":{}})", R"({"method":"x","error":{}})",
                           R"({"id":1,"result":{},"error":{}})", R"({"METHOD":"x"})"}) {
    CAPTURE(text);
    CHECK(kind(text) == message_kind::invalid);
  }
}

TEST_CASE("kinds have names") {
  CHECK(to_string(message_kind::request) == "request");
  CHECK(to_string(message_kind::notification) == "notification");
  CHECK(to_string(message_kind::response) == "response");
  CHECK(to_string(message_kind::error) == "error");
  CHECK(to_string(message_kind::batch) == "batch");
  CHECK(to_string(message_kind::invalid) == "invalid");
}

TEST_CASE("id and method, where they are") {
  auto const message = parse_value(R"({"id":"a","method":"ping"})").value();
  REQUIRE(id_of(message));
  CHECK(*id_of(message) == "a");
  CHECK(method_of(message) == "ping");
  CHECK(id_of(parse_value(R"({"method":"x"})").value()) == nullptr);
  CHECK(id_of(parse_value("[]").value()) == nullptr);
  CHECK(method_of(parse_value(R"({"method":7})").value()).empty());
  CHECK(method_of(parse_value("null").value()).empty());
}
