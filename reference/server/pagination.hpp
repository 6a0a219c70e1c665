// Lists in pages (server/utilities/pagination).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// A position in the list that `method` gives out, as an opaque text that can be told from one made up elsewhere.
/// It holds across processes: nothing but the list itself is needed to read it.
std::string make_cursor(std::string_view method, std::size_t position);

/// The position of a cursor that was made for this list.
std::optional<std::size_t> read_cursor(std::string_view method, std::string_view cursor);

/// The page that the call asks for: `member` and, when there is more, nextCursor.
outcome page(call const& c, std::string_view member, json::array const& all);

} // namespace assay::server
