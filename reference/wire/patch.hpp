// JSON Patch (RFC 6902): add, remove, replace, move, copy, test.
#pragma once

#include "reference/wire/json.hpp"

namespace assay::wire {

/// Applies the operations in order. On a problem (`where` is the operation's index) the target is unchanged.
result<void> apply_patch(json::value& target, json::array const& operations);

} // namespace assay::wire
