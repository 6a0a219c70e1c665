// JSON Pointers (RFC 6901) taken apart; find() of json.hpp and patches share this.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

/// The reference tokens, unescaped. Nothing when the text is no pointer: it neither is empty nor starts with "/", or
/// has a "~" that is not followed by 0 or 1.
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);

/// The index a token stands for: decimal, no sign, no leading zero.
std::optional<std::size_t> array_index(std::string_view token);

} // namespace assay::wire
