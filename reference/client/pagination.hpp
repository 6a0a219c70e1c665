// Lists that come in pages (server/utilities/pagination).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// All entries of a list, from the first page to the one without a next cursor.
struct listing {
  json::array entries;
  unsigned pages = 0;
  std::string failed; ///< empty: complete
  answer last;        ///< of the last page

  listing() : last(answer::none("nothing was asked")) {}
};

/// Follows the cursors of `method`; `member` names the array in its results.
task<listing> list_all(state& c, std::string method, std::string member);

/// The cursor to go on with; nothing at the last page. An empty string is a cursor in the modern era; before, the text
/// does not say, and servers that end their lists so are common.
std::optional<json::value> next_cursor(state const& c, json::object const& result);

} // namespace assay::client
