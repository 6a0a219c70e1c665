// Evaluates rules over the traffic of one connection; docs/interpreting.md, "Rules".
#pragma once

#include "conformance/engine/interpreter.hpp"

namespace assay::engine {

/// What the check of each of the rules came to over this traffic: pass, fail or not_exercised. The rules are those that
/// apply in `env`; `names` holds `run` and what the session knows.
std::vector<std::pair<catalogue::rule const*, check_result>>
judge_rules(std::vector<catalogue::rule const*> const& rules, environment const& env, traffic const& over,
            bindings const& names);

} // namespace assay::engine
