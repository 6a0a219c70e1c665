// Behaviour that no rewrite of frames can fake. A short list; everything else is a rewrite.
#pragma once

#include <optional>
#include <string_view>

namespace assay::faults {

enum class fault {
  ignores_end_of_input, ///< goes on running when its standard input ends
  crashes_on_bad_line,  ///< ends with status 70 at a line that is no JSON
  talks_at_start,       ///< writes a line that is no message before anything else
};

struct named_fault {
  std::string_view name;
  fault which;
};

inline constexpr named_fault named_faults[] = {
    {"ignores-end-of-input", fault::ignores_end_of_input},
    {"crashes-on-bad-line", fault::crashes_on_bad_line},
    {"talks-at-start", fault::talks_at_start},
};

inline std::optional<fault> find_fault(std::string_view name) {
  for (auto const& one : named_faults)
    if (one.name == name) return one.which;
  return std::nullopt;
}

} // namespace assay::faults
