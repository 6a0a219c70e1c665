#include "reference/client/versioning.hpp"

#include "reference/client/capabilities.hpp"
#include "reference/client/discover.hpp"
#include "reference/client/http_sse.hpp"
#include "reference/client/lifecycle.hpp"
#include "reference/session/error.hpp"
#include "reference/session/modern.hpp"

namespace assay::client {
namespace {

revision::revision const* newest(state const& c, std::string_view era) {
  revision::revision const* found = nullptr;
  for (auto const& one : c.options.revisions->all())
    if (one.era == era && one.carries(c.options.transport)) found = &one;
  return found;
}

/// Speaks what the server named: its modern revision, or the handshake of its legacy one.
task<std::string> adopt(state& c, json::array const& names) {
  c.revision = choose_revision(c, names);
  if (!c.revision) {
    co_return "the server speaks " + wire::serialize(names) + ", none of which this client speaks here";
  }
  if (is_modern(c)) co_return std::string();
  std::string const version = c.revision->name;
  std::string failed = co_await initialize(c, version);
  co_return failed;
}

/// Asks a server of unknown era in modern words.
task<std::string> probe(state& c, bool may_fall_back) {
  answer const got = co_await ask_discover(c);
  if (is_discover_result(got)) {
    take_discover_result(c, got);
    json::array const names = got.result()->at("supportedVersions").as_array();
    std::string failed = co_await adopt(c, names);
    co_return failed;
  }
  if (is_modern_error(got)) {
    // [streamable-http.inspects-400-body]
    auto const* const supported = supported_versions(got);
    if (!supported) co_return std::string(); // modern, and not unhappy with the version
    json::array const names = *supported;
    std::string failed = co_await adopt(c, names);
    co_return failed;
  }
  if (!may_fall_back) {
    co_return "the server does not speak " + c.revision->name + ": server/discover brought " + got.describe();
  }
  // Over HTTP a server that cannot be reached is neither old nor new; over a pipe silence may be an old server's way.
  if (!got.came() && over_http(c) && got.http_status() == 0) co_return got.describe();
  if (!c.input_ended.empty()) co_return c.input_ended;
  // [stdio.fallback-on-any-error] Whatever else it was: legacy.
  // [lifecycle.offers-latest-version]
  auto const* const proposed = newest(c, "legacy");
  if (!proposed) co_return "the server speaks no modern revision, and this client no legacy one over this transport";
  c.revision = nullptr;
  std::string const version = proposed->name;
  std::string failed = co_await initialize(c, version);
  co_return failed;
}

} // namespace

json::object with_metadata(state const& c, json::object params) {
  auto& value = params["_meta"];
  if (!value.is_object()) value = json::object();
  auto& meta = value.get_object();
  if (c.revision->has("trace-context"))
    for (auto const& [key, text] : c.options.trace)
      meta[key] = text;
  // [basic.request-meta-present] [basic.client-info-sent]
  meta[session::meta_key::protocol_version] = c.revision->name;
  meta[session::meta_key::client_info] = client_info(*c.revision);
  meta[session::meta_key::client_capabilities] = client_capabilities(c.options, *c.revision);
  return params;
}

bool is_modern_error(answer const& got) {
  int const code = got.code();
  return code == session::code::header_mismatch || code == session::code::missing_client_capability ||
         code == session::code::unsupported_version;
}

revision::revision const* choose_revision(state const& c, json::array const& names) {
  revision::revision const* modern = nullptr;
  revision::revision const* legacy = nullptr;
  for (auto const& one : c.options.revisions->all()) {
    if (!one.carries(c.options.transport)) continue;
    bool named = false;
    for (auto const& name : names)
      named = named || (name.is_string() && name.get_string() == one.name);
    if (!named) continue;
    (one.era == "modern" ? modern : legacy) = &one;
    // Asked for by the user, and spoken by both: no other is better.
    if (one.name == c.options.revision) return &one;
  }
  auto const* const pinned = c.options.revisions->find(c.options.revision);
  if (pinned && pinned->era == "modern") return modern;
  return modern ? modern : legacy;
}

json::array const* supported_versions(answer const& got) {
  if (got.code() != session::code::unsupported_version) return nullptr;
  auto const* const data = got.error_data();
  auto const* const supported = data ? data->if_contains("supported") : nullptr;
  return supported ? supported->if_array() : nullptr;
}

// [versioning.era-remembered]
task<std::string> connect(state& c) {
  auto const* const pinned = c.options.revisions->find(c.options.revision);
  if (!c.options.revision.empty() && !pinned) co_return "there is no revision " + c.options.revision;
  bool const old_transport =
      pinned && over_http(c) && !pinned->carries(c.options.transport) && pinned->carries("http+sse");
  if (old_transport) {
    std::string failed = co_await open_sse(c);
    if (!failed.empty()) co_return failed;
  }
  if (pinned && !pinned->carries(c.options.transport))
    co_return "revision " + pinned->name + " has no transport " + c.options.transport;
  if (pinned && pinned->era == "legacy") {
    std::string const version = pinned->name;
    std::string failed = co_await initialize(c, version);
    co_return failed;
  }
  c.revision = pinned;
  // Over HTTP a modern client may just ask what it came for, the status and body of the answer tell enough.
  // Over a pipe it asks server/discover first: an old server could take its first request for one of its own era.
  if (pinned && over_http(c)) co_return std::string();
  // [discover.sent-first] [stdio.probes-with-discover]
  if (!c.revision) c.revision = newest(c, "modern");
  bool const may_fall_back = pinned == nullptr;
  std::string failed = co_await probe(c, may_fall_back);
  co_return failed;
}

} // namespace assay::client
