// Lists and gets prompts (server/prompts).
#pragma once

#include "reference/client/pagination.hpp"

namespace assay::client {

task<listing> list_prompts(state& c);
task<answer> get_prompt(state& c, std::string name, json::object arguments);

} // namespace assay::client
