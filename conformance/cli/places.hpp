// Where the reference implements a requirement: its comments `// [requirement.id]`, indexed by the build.
#pragma once

#include <span>
#include <string_view>

namespace assay::cli {

struct place {
  std::string_view requirement;
  std::string_view file; ///< from the project's root
  int line = 0;
};

/// In the order of files and lines.
std::span<place const> places();

} // namespace assay::cli
