// The keeper: a small process between us and a program we start. Internal to this folder.
// It is the subreaper of that program's tree, so whatever the program forks, in whatever session, stays below the
// keeper and is found, attributed and ended. It holds the other end of a pipe to us: when we die, however that happens,
// it ends the tree.
#pragma once

#include <cstdint>

namespace assay::transport {

/// What the keeper and the program need; everything is prepared before the fork, for nothing may be allocated after it.
struct keeper_plan {
  char const* program = nullptr; ///< path
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  char const* directory = nullptr; ///< or null
  int input = -1;                  ///< becomes the program's stdin
  int output = -1;                 ///< its stdout
  int errors = -1;                 ///< its stderr
  int control = -1; ///< we write signal numbers, one byte each, for the whole tree; the end of it ends the tree
  int status = -1;  ///< the keeper writes one status_report; its end says that the tree is gone
  int start = -1;   ///< start_report; closed by a successful exec
};

/// On the start pipe: who the program is, and a second one with the error when it could not be started.
struct start_report {
  enum stage_number : std::int32_t { started, fork_failed, directory_failed, exec_failed };
  std::int32_t id = 0;
  std::int32_t stage = started;
  std::int32_t error = 0;
};

/// On the status pipe: the wait status of the program.
struct status_report {
  std::int32_t wait_status = 0;
};

/// The life of the keeper, called right after fork with all signals blocked. Never returns.
[[noreturn]] void run_keeper(keeper_plan const& plan);

} // namespace assay::transport
