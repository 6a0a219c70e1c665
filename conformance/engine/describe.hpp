// Steps in sentences, for `mcp-assay explain` and reports; one phrase per verb, in the order of docs/interpreting.md.
#pragma once

#include "conformance/catalogue/scenario.hpp"

#include <string>
#include <vector>

namespace assay::engine {

/// What a step does: "sends the request tools/list with {"cursor":"x"}". `plays`: client or server.
std::string describe_step(catalogue::step const& s, std::string_view plays);

/// What a step wants for a requirement: "/error/code to be -32602"; empty when it does not check it.
std::string describe_check(catalogue::step const& s, std::string_view requirement);

/// A pattern in one line: "/message/error/code to be -32602, /kind to be "error"".
std::string describe_pattern(boost::json::object const& pattern);

} // namespace assay::engine
