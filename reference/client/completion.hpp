// Asks for completions of an argument (server/utilities/completion).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// `of` is a resource URI or URI template when it has "://", else the name of a prompt.
task<answer> complete(state& c, std::string of, std::string argument, std::string value);

} // namespace assay::client
