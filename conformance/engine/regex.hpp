// Regular expressions of matchers, by PCRE2 with limits: a subject's text never makes a match run away.
#pragma once

#include <string>
#include <string_view>

namespace assay::engine {

/// True when the expression matches somewhere in the text. An expression that does not compile matches nothing;
/// check-data finds it before.
bool regex_matches(std::string const& expression, std::string_view text);

/// Empty when the expression compiles, else what is wrong with it.
std::string regex_problem(std::string const& expression);

} // namespace assay::engine
