// initialize and notifications/initialized of the legacy era (basic/lifecycle).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// Answers initialize and writes what was agreed on into the session.
outcome initialize(settings const& with, session::legacy& session, json::object const& params);

} // namespace assay::server
