// A server asks for words of a model (client/sampling). There is no model here: the words are always the same.
#pragma once

#include "reference/client/server_requests.hpp"

namespace assay::client {

/// Never more words than maxTokens. Tools are refused, they were not declared.
reply create_message(json::object const& params);

} // namespace assay::client
