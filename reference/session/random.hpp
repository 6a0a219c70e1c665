// Chance that nobody can foresee: ids of sessions and tasks, keys.
#pragma once

#include <cstddef>
#include <string>

namespace assay::session {

/// `bytes`, at most 256, from the generator of the system, in hex.
std::string random_hex(std::size_t bytes);

} // namespace assay::session
