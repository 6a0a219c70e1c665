#include "reference/client/discover.hpp"

#include "reference/client/caching.hpp"
#include "reference/client/icons.hpp"
#include "reference/client/versioning.hpp"
#include "reference/session/modern.hpp"

namespace assay::client {

task<answer> ask_discover(state& c) {
  std::string method = "server/discover";
  json::object params;
  params = with_metadata(c, std::move(params));
  transport::http_headers headers;
  auto const limit = over_http(c) ? c.options.answer_time : c.options.probe_time;
  // Not cancelled when it stays without an answer: a notification is no opening for a legacy server.
  answer got = co_await send_request(c, std::move(method), std::move(params), std::move(headers), limit, false);
  co_return got;
}

bool is_discover_result(answer const& got) {
  auto const* const result = got.result();
  auto const* const versions = result ? result->if_contains("supportedVersions") : nullptr;
  return versions && versions->is_array();
}

void take_discover_result(state& c, answer const& got) {
  auto const& result = *got.result();
  keep_answer(c, "server/discover", {}, got);
  if (auto const* const value = result.if_contains("capabilities"); value && value->is_object()) {
    c.server_capabilities = value->get_object();
    c.capabilities_known = true;
  }
  if (auto const* const value = result.if_contains("instructions"); value && value->is_string())
    c.instructions = value->get_string();
  auto const* const meta = result.if_contains("_meta");
  auto const* const object = meta ? meta->if_object() : nullptr;
  if (auto const* const value = object ? object->if_contains(session::meta_key::server_info) : nullptr)
    c.server_info = *value;
  drop_unsafe_icons(c, c.server_info);
}

} // namespace assay::client
