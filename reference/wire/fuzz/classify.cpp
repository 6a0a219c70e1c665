// Any JSON value as a message: its kind, id and method are told, and agree with each other.
#include "cmake/fuzz.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/message.hpp"

using namespace assay;

void fuzz(std::string_view input) {
  auto const value = wire::parse_value(input);
  if (!value) return;
  using enum wire::message_kind;
  auto const kind = wire::classify(*value);
  auto const* id = wire::id_of(*value);
  auto const method = wire::method_of(*value);
  must(!wire::to_string(kind).empty());
  must((kind == batch) == value->is_array());
  if (kind == request) must(id != nullptr);
  if (kind == notification) must(id == nullptr);
  if (!value->is_object()) must(id == nullptr && method.empty());
  if (kind == response || kind == error) must(method.empty());
}

std::vector<std::string> fuzz_seeds() {
  return {R"({"jsonrpc":"2.0","id":1,"method":"ping"})", R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
          R"({"jsonrpc":"2.0","id":"a","result":{}})",
          R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}})",
          R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"id":2,"result":{},"error":{},"method":3}])"};
}
