#include "reference/client/ping.hpp"

namespace assay::client {

task<answer> ping(state& c) {
  std::string method = "ping";
  json::object none;
  answer got = co_await request(c, std::move(method), std::move(none));
  co_return got;
}

} // namespace assay::client
