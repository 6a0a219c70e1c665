// Runs shell commands, some at a time, each with everything it started ended.
#pragma once

#include "reference/transport/process.hpp"

#include <functional>
#include <string>
#include <vector>

namespace assay::run {

/// How a command came out.
struct command_end {
  std::string problem; ///< it did not start; empty when it did
  transport::exit_status status;
  std::string stderr_tail;
};

/// Runs command 0 to count-1, at most `jobs` at a time, each for at most ten minutes. `command(i)` gives the shell
/// command just before it starts, `ended(i, end)` is called as each one ends; both on the calling thread. Blocks until
/// all have ended.
void run_commands(std::size_t count, int jobs, std::function<std::string(std::size_t)> const& command,
                  std::function<void(std::size_t, command_end const&)> const& ended);

} // namespace assay::run
