#include "reference/server/pagination.hpp"

#include "reference/server/seal.hpp"

#include <algorithm>
#include <charconv>

namespace assay::server {
namespace {

/// Not a secret: the cursor guards against mistakes, and a position in a public list is nothing to protect.
constexpr std::string_view cursor_key = "assay reference server, cursors";

} // namespace

// [pagination.cursors-stable] [basic.connection-not-required]
std::string make_cursor(std::string_view method, std::size_t position) {
  return seal(cursor_key, std::string(method) + " " + std::to_string(position));
}

std::optional<std::size_t> read_cursor(std::string_view method, std::string_view cursor) {
  auto const text = unseal(cursor_key, cursor);
  if (!text || text->size() <= method.size() + 1 || !text->starts_with(method)) return std::nullopt;
  auto const digits = std::string_view(*text).substr(method.size() + 1);
  std::size_t position = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return position;
}

outcome page(call const& c, std::string_view member, json::array const& all) {
  std::size_t first = 0;
  if (auto const* const cursor = c.params.if_contains("cursor")) {
    auto const position = cursor->is_string() ? read_cursor(c.method, cursor->get_string()) : std::nullopt;
    // [pagination.invalid-cursor-rejected] [pagination.invalid-cursor-survived]
    if (!position || *position >= all.size()) return invalid_params("this cursor was never given out");
    first = *position;
  }
  auto const last = std::min(all.size(), first + std::max<std::size_t>(c.settings.page_size, 1));
  json::array some;
  some.reserve(last - first);
  for (auto i = first; i < last; ++i)
    some.push_back(all[i]);
  // [pagination.pages-differ] [pagination.pages-end]
  json::object result{{member, std::move(some)}};
  if (last < all.size()) result["nextCursor"] = make_cursor(c.method, last);
  return complete{std::move(result)};
}

} // namespace assay::server
