// Chance that nobody can foresee: ids of sessions and tasks, keys.
#pragma once

#include <cstddef>
#include <string>

namespace assay::session {

/// `bytes` from the system's generator, in hex.
std::string random_hex(std::size_t bytes);

} // namespace assay::session
