#include "reference/client/subscriptions.hpp"

#include "reference/client/versioning.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"
#include "reference/wire/message.hpp"

namespace assay::client {
namespace {

constexpr std::string_view listen_method = "subscriptions/listen";

std::string listening_key(state const& c) {
  for (auto const& [key, pending] : c.waiting)
    if (pending.method == listen_method) return key;
  return {};
}

/// The id of the subscription that a notification belongs to, as a key.
std::string subscription_key(json::value const& message) {
  auto const* const meta = session::meta_of(message);
  auto const* const id = meta ? meta->if_contains(session::meta_key::subscription_id) : nullptr;
  return id ? session::id_key(*id) : std::string();
}

task<std::string> listen_modern(state& c, unsigned count, std::vector<std::string> uris) {
  json::object filter;
  filter["toolsListChanged"] = true;
  filter["promptsListChanged"] = true;
  filter["resourcesListChanged"] = true;
  json::array resources;
  for (auto const& uri : uris)
    resources.emplace_back(uri);
  if (!resources.empty()) filter["resourceSubscriptions"] = std::move(resources);
  auto const heard = std::make_shared<unsigned>(0);
  auto const enough = std::make_shared<bool>(false);
  auto const came = std::make_shared<bool>(false);
  json::object const asked = filter;
  c.on_notification = [&c, count, heard, enough, came, asked](json::value const& message) {
    auto const key = listening_key(c);
    // Over a pipe everything shares one channel.
    if (key.empty() || subscription_key(message) != key) return;
    if (wire::method_of(message) == "notifications/cancelled") return;
    *came = true;
    print(c, wire::serialize(message));
    if (wire::method_of(message) == "notifications/subscriptions/acknowledged") {
      auto const* const agreed = wire::find(message, "/params/notifications");
      for (auto const& [name, value] : asked)
        if (!agreed || !agreed->is_object() || !agreed->get_object().contains(name))
          warn(c, "the server does not offer " + std::string(name));
      return;
    }
    if (++*heard == count) {
      *enough = true;
      give_up(c, key, "heard enough", true);
    }
  };
  json::object params;
  params["notifications"] = asked;
  params = with_metadata(c, std::move(params));
  answer got = answer::none("nothing was sent");
  // [subscriptions.listens-again]
  // A server that was started again knows nothing of what was asked of the one before it, and a stream that broke is
  // over. One that brings nothing at all is not opened again.
  do {
    *came = false;
    std::string method(listen_method);
    json::object copy = params;
    transport::http_headers headers;
    auto const no_limit = std::chrono::milliseconds(0);
    got = co_await send_request(c, std::move(method), std::move(copy), std::move(headers), no_limit, true);
  } while (got.is_lost() && !c.stopped && (*came || !over_http(c)));
  c.on_notification = nullptr;
  if (got.result() || *enough || c.stopped) co_return std::string();
  co_return std::string(listen_method) + " failed: " + got.describe();
}

task<std::string> listen_legacy(state& c, unsigned count, std::vector<std::string> uris) {
  auto const heard = std::make_shared<unsigned>(0);
  c.idle = std::make_shared<slot<answer>>(c.ready);
  c.on_notification = [&c, count, heard](json::value const& message) {
    print(c, wire::serialize(message));
    if (++*heard == count && c.idle) c.idle->fill(answer::of(nullptr));
  };
  for (auto const& uri : uris) {
    std::string method = "resources/subscribe";
    json::object params;
    params["uri"] = uri;
    answer const got = co_await request(c, std::move(method), std::move(params));
    if (!got.result()) co_return "resources/subscribe failed: " + got.describe();
  }
  answer_slot const enough = c.idle;
  answer const got = co_await *enough;
  c.on_notification = nullptr;
  c.idle.reset();
  if (!got.came() && !c.stopped) co_return got.describe();
  co_return std::string();
}

} // namespace

task<std::string> listen(state& c, unsigned count, std::vector<std::string> uris) {
  if (speaks(c, "subscriptions-listen")) return listen_modern(c, count, std::move(uris));
  return listen_legacy(c, count, std::move(uris));
}

} // namespace assay::client
