#include "reference/client/pagination.hpp"

#include "reference/client/caching.hpp"
#include "reference/client/icons.hpp"
#include "reference/session/error.hpp"

namespace assay::client {
namespace {

constexpr unsigned page_limit = 1000;
constexpr std::size_t entry_limit = 1'000'000;

} // namespace

std::optional<json::value> next_cursor(state const& c, json::object const& result) {
  auto const* const cursor = result.if_contains("nextCursor");
  if (!cursor || cursor->is_null()) return std::nullopt;
  if (!is_modern(c) && cursor->is_string() && cursor->get_string().empty()) return std::nullopt;
  return *cursor; // [pagination.cursors-opaque] as it came
}

task<listing> list_all(state& c, std::string method, std::string member) {
  listing all;
  std::optional<json::value> cursor;
  bool begun_again = false;
  do {
    json::object params;
    if (cursor) params["cursor"] = *cursor; // [caching.page-fetched-by-its-cursor]
    all.last = co_await request(c, method, std::move(params));
    auto const* const result = all.last.result();
    // [caching.invalid-cursor-drops-all-pages] A cursor from a kept page may have become invalid.
    bool const invalid = cursor && !begun_again && all.last.code() == session::code::invalid_params;
    if (invalid && drop_kept(c, method)) {
      begun_again = true;
      all = listing();
      cursor.reset();
      continue;
    }
    auto const* const page = result ? result->if_contains(member) : nullptr;
    if (!page || !page->is_array()) {
      all.failed = method + " failed: " + (result ? "the result has no array \"" + member + "\"" : all.last.describe());
      co_return all;
    }
    for (auto const& entry : page->get_array()) {
      all.entries.push_back(entry);
      drop_unsafe_icons(c, all.entries.back());
    }
    // [pagination.page-size-not-assumed]
    ++all.pages;
    cursor = next_cursor(c, *result); // [pagination.client-flows] [pagination.empty-cursor-followed]
    if (cursor && (all.pages >= page_limit || all.entries.size() >= entry_limit)) {
      all.failed = method + " has no end: gave up after " + std::to_string(all.pages) + " pages";
      co_return all;
    }
  } while (cursor || all.pages == 0);
  co_return all;
}

} // namespace assay::client
