// The checks every modern request passes before its method counts: the per-request fields and the version
// (basic/versioning; basic/index, per-request protocol fields).
#pragma once

#include "reference/server/settings.hpp"
#include "reference/session/error.hpp"
#include "reference/session/modern.hpp"

#include <variant>

namespace assay::server {

namespace json = boost::json;

/// The request's own context, or why it is refused.
std::variant<session::modern, session::failure> read_context(settings const& with, json::value const& message);

/// -32022 with the versions spoken here.
session::failure unsupported_version(settings const& with, std::string_view requested);

} // namespace assay::server
