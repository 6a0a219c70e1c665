// What a subject said of itself, and the call that is safe to make; docs/interpreting.md, "Profile and qualification".
#pragma once

#include "conformance/engine/interpreter.hpp"

namespace assay::run {

/// Resolves the era's profile of such a subject from what the opening and the introspection named; what is unknown is
/// left out.
/// `sample` is the subject file's, and wins.
boost::json::object make_profile(engine::environment const& env, engine::bindings const& names,
                                 boost::json::object const& sample);

} // namespace assay::run
