// The walk over nodes and an instance together: a quick one that says yes or no, and a reporting one.
#pragma once

#include "reference/jsonschema/node.hpp"

namespace assay::jsonschema {

/// True when the instance is valid, and the walk could be finished within its bounds.
bool accepts(node const& root, json::value const& instance);

/// The same without the short ways that link.cpp finds for nodes; for tests.
bool accepts_the_long_way(node const& root, json::value const& instance);

/// The violations, at most `limit`; empty exactly when `accepts`.
std::vector<violation> explain(node const& root, json::value const& instance, std::size_t limit);

} // namespace assay::jsonschema
