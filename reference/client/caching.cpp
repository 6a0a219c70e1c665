#include "reference/client/caching.hpp"

#include "reference/client/mrtr.hpp"
#include "reference/wire/message.hpp"

#include <algorithm>
#include <array>

namespace assay::client {
namespace {

constexpr std::size_t most_kept = 1000;
constexpr std::int64_t longest = 86'400'000; ///< ms; a server cannot make us hold anything for longer than a day

bool is_cacheable(std::string_view method) {
  static constexpr std::array<std::string_view, 6> methods{
      "server/discover", "tools/list", "prompts/list", "resources/list", "resources/read", "resources/templates/list"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

/// What tells one request from another. [caching.kept-under-its-request]
std::string key_of(state const& c, std::string_view method, json::object const& params) {
  return c.revision->name + " " + std::string(method) + " " + wire::serialize(params);
}

/// Milliseconds; 0: stale at once.
std::int64_t time_to_live(json::object const& result) {
  auto const* const said = result.if_contains("ttlMs");
  // [caching.absent-is-zero] [caching.zero-is-stale] [caching.negative-is-zero]
  if (!said || !said->is_number()) return 0;
  auto const value = said->to_number<double>();
  return value > 0 ? static_cast<std::int64_t>(std::min(value, static_cast<double>(longest))) : 0;
}

} // namespace

// [caching.not-shared-across-authorizations] This state belongs to one client, with one authorization.
std::optional<answer> fresh_answer(state const& c, std::string const& method, json::object const& params) {
  if (c.kept.empty() || !speaks(c, "caching")) return std::nullopt;
  auto const found = c.kept.find(key_of(c, method, params));
  // [caching.fresh-for-its-time] [caching.stale-after-its-time] [caching.not-a-polling-interval] Nothing is fetched
  // before it is needed.
  if (found == c.kept.end() || c.options.now() >= found->second.until) return std::nullopt;
  return found->second.value;
}

void keep_answer(state& c, std::string const& method, json::object const& params, answer const& got) {
  if (!speaks(c, "caching") || !is_cacheable(method)) return;
  c.kept.erase(key_of(c, method, params));
  // [caching.retried-results-not-kept]
  if (params.contains("inputResponses") || params.contains("requestState")) return;
  auto const* const result = got.result();
  if (!result || result_type(*result) != "complete") return;
  auto const time = time_to_live(*result);
  if (time == 0) return;
  if (c.kept.size() >= most_kept)
    c.kept.erase(std::min_element(c.kept.begin(), c.kept.end(),
                                  [](auto const& a, auto const& b) { return a.second.until < b.second.until; }));
  auto const* const uri = params.if_contains("uri");
  c.kept.emplace(key_of(c, method, params),
                 kept_answer{method, uri && uri->is_string() ? std::string(uri->get_string()) : std::string(), got,
                             c.options.now() + std::chrono::milliseconds(time)});
}

void drop_changed(state& c, json::value const& notification) {
  if (c.kept.empty()) return;
  auto const method = wire::method_of(notification);
  if (method == "notifications/tools/list_changed") drop_kept(c, "tools/list");
  if (method == "notifications/prompts/list_changed") drop_kept(c, "prompts/list");
  if (method == "notifications/resources/list_changed") {
    drop_kept(c, "resources/list");
    drop_kept(c, "resources/templates/list");
  }
  auto const* const uri = wire::find(notification, "/params/uri");
  if (method != "notifications/resources/updated" || !uri || !uri->is_string()) return;
  std::string_view const changed = uri->get_string();
  // It may name a part of what was read.
  std::erase_if(c.kept, [changed](auto const& entry) {
    auto const& one = entry.second;
    return one.method == "resources/read" && changed.starts_with(one.uri);
  });
}

bool drop_kept(state& c, std::string_view method) {
  return std::erase_if(c.kept, [method](auto const& entry) { return entry.second.method == method; }) > 0;
}

} // namespace assay::client
