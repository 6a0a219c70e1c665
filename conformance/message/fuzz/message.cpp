// Any message, judged in every revision from either side: every verdict ends within its bounds. The input is a message
// and, after a NUL, the request that it answers, or nothing.
#include "cmake/fuzz.hpp"
#include "conformance/message/schemas.hpp"
#include "reference/revision/revision.hpp"

using namespace assay;

void fuzz(std::string_view input) {
  static auto all = [] {
    auto const store = data::store::embedded();
    std::vector<message::schemas> out;
    auto const revisions = revision::table::load(store).value();
    for (auto const& revision : revisions.all())
      out.push_back(message::schemas::load(store, revision.name).value());
    return out;
  }();
  auto const cut = std::min(input.find('\0'), input.size());
  auto const message = wire::parse_value(input.substr(0, cut));
  if (!message) return;
  auto const request = wire::parse_value(cut == input.size() ? std::string_view("null") : input.substr(cut + 1));
  if (!request) return;
  for (auto& schemas : all)
    for (auto const from : {message::sender::client, message::sender::server}) {
      auto const found = schemas.check_message(from, *message, request->is_object() ? &*request : nullptr);
      must(found.size() <= 130);
      for (auto const& each : found)
        must(each.message.size() <= 4096 && !each.keyword.empty());
    }
}

std::vector<std::string> fuzz_seeds() {
  auto const store = data::store::embedded();
  std::vector<std::string> out{R"([{"jsonrpc":"2.0","id":1,"method":"ping"},[]])",
                               R"({"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"m"}})"};
  for (auto const& file : store.list("fixtures/messages/")) {
    auto const document = wire::parse_value(*store.read(file)).value();
    for (auto const* list : {"valid", "invalid"}) {
      auto const* entries = document.as_object().if_contains(list);
      if (!entries || entries->as_array().empty()) continue;
      auto const& value = entries->as_array()[0].at("value");
      if (value.is_object() && value.get_object().contains("jsonrpc")) {
        out.push_back(wire::serialize(value));
        continue;
      }
      for (auto const* method : {"tools/list", "tools/call", "resources/read", "prompts/get", "server/discover"})
        if (std::string_view(list) == "valid" && file.find("Result") != std::string::npos)
          out.push_back(wire::serialize(boost::json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"result", value}}) +
                        std::string(1, '\0') + R"({"method":")" + method + "\"}");
    }
  }
  return out;
}
