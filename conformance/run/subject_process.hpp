// The subject as a process of ours, whichever side it plays and whatever carries its messages.
#pragma once

#include "conformance/run/link.hpp"
#include "reference/transport/process.hpp"

#include <optional>

namespace assay::run {

/// Starts the command with the subject's environment; a client under test with `goal` is told what to do as SDK clients
/// expect it (MCP_CONFORMANCE_SCENARIO, MCP_CONFORMANCE_PROTOCOL_VERSION). Nothing when it does not start, which is
/// told.
std::optional<transport::process> start_process(link_setup const& setup, std::string command, std::string const& goal);

/// Waits for its end, and tells it.
asio::awaitable<void> tell_exit(transport::process& child, mailbox& events);

} // namespace assay::run
