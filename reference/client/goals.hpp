// What a user of the command line can ask for: connect, then one verb after the other.
#pragma once

#include "reference/client/state.hpp"

#include <span>

namespace assay::client {

struct verb {
  std::string name;
  std::vector<std::string> arguments;
};

/// Verbs with their arguments, as they follow each other on the command line.
wire::result<std::vector<verb>> parse_verbs(std::span<std::string const> words);

/// Connects, then does them. 0, or 1 after a warning at the first that fails.
task<int> run_verbs(state& c, std::vector<verb> verbs);

/// One line for each verb, for --help.
std::string_view verbs_help();

} // namespace assay::client
