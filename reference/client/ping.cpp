#include "reference/client/ping.hpp"

namespace assay::client {
namespace {

task<bool> ping_once(state& c) {
  answer const got = co_await ping(c);
  if (c.closing || c.stopped) co_return false;
  if (got.came()) {
    keep_pinging(c);
    co_return true;
  }
  // [ping.timeout-ends-connection]
  warn(c, "the connection has failed: " + got.describe());
  lose_connection(c, "the server does not answer pings");
  co_return false;
}

} // namespace

task<answer> ping(state& c) {
  std::string method = "ping";
  json::object none;
  answer got = co_await request(c, std::move(method), std::move(none));
  co_return got;
}

// [ping.sent-periodically]
void keep_pinging(state& c) {
  c.timers.erase(c.next_ping);
  if (c.options.ping_every.count() > 0) c.next_ping = after(c, c.options.ping_every, [&c] { spawn(c, ping_once(c)); });
}

} // namespace assay::client
