// A time as the command lines of both programs have it.
#pragma once

#include "reference/wire/problem.hpp"

#include <chrono>
#include <string>

namespace assay::app {

/// The value of the option `name`: a number of seconds, more than 0, at most a day.
wire::result<std::chrono::milliseconds> read_seconds(std::string const& name, std::string const& text);

} // namespace assay::app
