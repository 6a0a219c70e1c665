// Shape of requests, ids and errors.
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"

#include "cmake/catch.hpp"

using namespace assay::session;
using assay::wire::parse_value;

namespace {
json::value read(std::string_view text) {
  return parse_value(text).value();
}
} // namespace

TEST_CASE("a request has a version, a method and an id that is a string or an integer") {
  auto const code = [](std::string_view text) {
    auto const fault = request_fault(read(text).as_object());
    return fault ? fault->code : 0;
  };
  CHECK(code(R"({"jsonrpc":"2.0","id":1,"method":"ping"})") == 0);
  CHECK(code(R"({"jsonrpc":"2.0","id":"","method":"ping","params":{}})") == 0);
  CHECK(code(R"({"jsonrpc":"2.0","id":null,"method":"ping"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":{},"method":"ping"})") == -32600);
  CHECK(code(R"({"jsonrpc":"1.0","id":1,"method":"ping"})") == -32600);
  CHECK(code(R"({"id":1,"method":"ping"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":1,"method":7})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":null})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})") == -32602);
}

TEST_CASE("ids of different types are different ids") {
  CHECK(id_key(json::value(1)) != id_key(json::value("1")));
  CHECK(id_key(json::value(1)) == id_key(json::value(1u)));
}

TEST_CASE("a message means the modern era when it carries a per-request field") {
  CHECK(speaks_modern(read(R"({"params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}})")));
  CHECK_FALSE(speaks_modern(read(R"({"params":{"_meta":{"progressToken":1}}})")));
  CHECK_FALSE(speaks_modern(read(R"({"params":{"_meta":7}})")));
  CHECK_FALSE(speaks_modern(read(R"([1])")));
}
