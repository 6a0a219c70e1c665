// Patterns that people write to select checks: `*` stands for anything, and a part of an id is enough.
#pragma once

#include <string>
#include <string_view>

namespace assay::judge {

/// `*` matches any characters, everything else itself; the whole text must match.
bool glob(std::string_view pattern, std::string_view text);

/// True when the pattern selects the check run "requirement@scenario[revision transport]": by its whole id, a part of
/// it that begins and ends at a boundary (`/ . @ [ ]` or the ends), or a glob over the whole.
bool selects(std::string_view pattern, std::string_view id);

} // namespace assay::judge
