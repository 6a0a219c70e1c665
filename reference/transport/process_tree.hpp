// Who descends from a process, read from /proc. Internal to this folder. Without allocation, because the keeper of a
// process tree (process_keeper.hpp) runs between fork and exit in a copy of a program that may have had threads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <sys/types.h>

namespace assay::transport {

/// Enough for every process of an ordinary machine.
constexpr std::size_t most_processes = 65536;

struct process_link {
  pid_t id = 0;
  pid_t parent = 0;
  bool zombie = false;
};

/// Puts the living descendants of `root` (without itself; no zombies) to the front of `room` and returns how many there
/// are. `room` must hold every process of the machine; what does not fit is not seen.
std::size_t descendants(pid_t root, std::span<process_link> room);

/// The name of a process, "" when it is gone.
std::string process_name(pid_t id);

} // namespace assay::transport
