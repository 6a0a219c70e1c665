// What main shares with every verb.
#pragma once

#include "reference/data/store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace assay::cli {

/// Exit codes of the program: what docs and --help promise.
enum exit : int { met = 0, not_met = 1, usage = 2, incomplete = 3 };

struct context {
  std::shared_ptr<data::store const> store; ///< the fixtures and schemas; set before a verb's callback runs
  std::string data_folder;                  ///< of --data; empty: what the program carries
  std::vector<std::string> arguments;       ///< of the command line, without the program's name
  int exit_code = met;                      ///< what the verb came to
};

} // namespace assay::cli
