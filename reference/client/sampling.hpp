// A server asks for words of a model (client/sampling). There is no model here: the words are always the same.
#pragma once

#include "reference/client/server_requests.hpp"

namespace assay::client {

/// Never more words than maxTokens. With tools, which not every revision declares, it uses the first one as often as
/// the tool choice demands, and once when that leaves the choice.
reply create_message(json::object const& params, bool may_use_tools);

} // namespace assay::client
