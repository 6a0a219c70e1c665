// The smallest real files to send: one black pixel, a few samples of silence. And content blocks made of them.
#pragma once

#include "reference/wire/json.hpp"

#include <string_view>

namespace assay::server {

namespace json = boost::json;

inline constexpr std::string_view png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
inline constexpr std::string_view wav = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==";

json::object text_block(std::string_view text);
json::object image_block();
json::object audio_block();
json::object resource_block(std::string_view uri, std::string_view mime_type, std::string_view text);

} // namespace assay::server
