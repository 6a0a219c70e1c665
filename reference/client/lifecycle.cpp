#include "reference/client/lifecycle.hpp"

#include "reference/client/capabilities.hpp"
#include "reference/client/http_sse.hpp"
#include "reference/client/icons.hpp"
#include "reference/client/ping.hpp"
#include "reference/client/streamable_http.hpp"

namespace assay::client {
namespace {

/// Takes the server's answer; an empty text, or why it is none that we can go on with.
std::string take_initialize_result(state& c, json::object const& result) {
  auto const* const version = result.if_contains("protocolVersion");
  if (!version || !version->is_string()) return "the server's answer to initialize names no protocolVersion";
  auto const* const agreed = c.options.revisions->find(version->get_string());
  // [lifecycle.leaves-unknown-version]
  if (!agreed || agreed->era != "legacy" || !agreed->carries(c.options.transport))
    return "the server wants revision " + std::string(version->get_string()) +
           ", which this client does not speak here";
  c.revision = agreed;
  c.server_capabilities.clear();
  if (auto const* const value = result.if_contains("capabilities"); value && value->is_object())
    c.server_capabilities = value->get_object();
  c.capabilities_known = true;
  if (auto const* const value = result.if_contains("serverInfo")) c.server_info = *value;
  drop_unsafe_icons(c, c.server_info);
  if (auto const* const value = result.if_contains("instructions"); value && value->is_string())
    c.instructions = value->get_string();
  return {};
}

} // namespace

// [lifecycle.initialize-first] [lifecycle.initialize-params] [lifecycle.initialize-not-batched]
// [lifecycle.no-requests-before-answer]
task<std::string> initialize(state& c, std::string proposed) {
  auto const* const revision = c.options.revisions->find(proposed);
  // Nothing is agreed on yet, and there is no session: neither is named in a header.
  c.revision = nullptr;
  c.session_id.clear();
  std::string method = "initialize";
  json::object params;
  params["protocolVersion"] = proposed; // [lifecycle.offers-supported-version]
  params["capabilities"] = client_capabilities(c.options, *revision);
  params["clientInfo"] = client_info(*revision);
  transport::http_headers headers;
  auto const limit = c.options.answer_time;
  // [cancellation.initialize-not-cancelled]
  // The last argument: initialize is the one request that is never cancelled.
  answer const got = co_await send_request(c, std::move(method), std::move(params), std::move(headers), limit, false);
  auto const* const result = got.result();
  if (suggests_sse(c, got)) {
    std::string opened = co_await open_sse(c);
    if (!opened.empty()) co_return "initialize failed: " + got.describe() + "; " + opened;
    std::string older = newest_over_sse(c)->name;
    std::string agreed = co_await initialize(c, std::move(older));
    co_return agreed;
  }
  if (!result) co_return "initialize failed: " + got.describe();
  std::string failed = take_initialize_result(c, *result);
  if (!failed.empty()) {
    c.session_id.clear();
    co_return failed;
  }
  std::string initialized = "notifications/initialized"; // [lifecycle.initialized-sent]
  json::object none;
  answer const taken = co_await notify(c, std::move(initialized), std::move(none));
  if (!taken.came()) co_return "notifications/initialized failed: " + taken.describe();
  open_stream(c);
  keep_pinging(c);
  co_return std::string();
}

} // namespace assay::client
