// prompts/list and prompts/get (server/prompts).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

outcome list_prompts(call& c);
outcome get_prompt(call& c);

/// The names of a prompt's arguments; nothing when the revision has no such prompt.
std::optional<std::vector<std::string>> prompt_arguments(revision::revision const& revision, std::string_view prompt);

} // namespace assay::server
