// Lists and calls tools (server/tools).
#pragma once

#include "reference/client/pagination.hpp"

namespace assay::client {

/// All tools, those with invalid header annotations left out where headers are mirrored.
task<listing> list_tools(state& c);

/// One call, with its mirrored headers, its rounds, and the task that it may become. The tools are listed first when
/// that is needed to know the headers or which tools are tasks.
task<answer> call_tool(state& c, std::string name, json::object arguments);

/// The same without rounds: an input-required result comes back as it is. `params` has name and arguments.
task<answer> call_tool_once(state& c, json::object params);

} // namespace assay::client
