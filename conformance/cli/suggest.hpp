// "Did you mean": the names nearest to what somebody typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// At most `most` of the names, nearest first. A name is near when it takes few edits for its length, or when the text
/// is part of it.
std::vector<std::string> nearest(std::string_view typed, std::vector<std::string> const& names, std::size_t most = 3);

} // namespace assay::cli
