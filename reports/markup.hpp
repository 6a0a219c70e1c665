// What our pages have in common: their head, their little marks, and the cells of their matrices.
#pragma once

#include "reports/model.hpp"

#include <string>
#include <string_view>

namespace assay::reports {

/// Up to the open body. A page shows what a subject sent: only `script` may run there (empty: none), and nothing may be
/// fetched.
std::string page_head(std::string const& title, std::string_view script);

/// "<code>...</code>", escaped.
std::string code(std::string_view text);

/// A link to a page elsewhere, escaped.
std::string linked(std::string const& address, std::string const& text);

/// "a, b": lines break between them, and not at a dash within.
std::string unbroken(std::vector<std::string> const& names);

/// "MUST" or another level of a requirement, with its colour.
std::string level_badge(std::string const& level);

/// A cell that says what is wrong; `target` is where the failures are, empty for none on this page.
std::string matrix_cell(cell const& c, std::string const& target);

/// What the marks in the cells mean.
std::string legend();

} // namespace assay::reports
