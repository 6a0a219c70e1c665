// Start, and end.
#include "conformance/run/subject_process.hpp"

namespace assay::run {

std::optional<transport::process> start_process(link_setup const& setup, std::string command, std::string const& goal) {
  transport::process_options options;
  options.command = std::move(command);
  options.environment = setup.subject->environment;
  options.directory = setup.subject->directory;
  if (!goal.empty()) {
    options.environment.emplace_back("MCP_CONFORMANCE_SCENARIO", goal);
    options.environment.emplace_back("MCP_CONFORMANCE_PROTOCOL_VERSION", setup.revision);
  }
  auto child = transport::process::start(setup.executor, std::move(options));
  if (child.has_error()) {
    setup.events->put(engine::connection_failed{"the subject did not start: " + wire::to_string(child.error())});
    return std::nullopt;
  }
  return std::move(*child);
}

asio::awaitable<void> tell_exit(transport::process& child, mailbox& events) {
  auto const status = co_await child.exited();
  engine::subject_exited exit;
  if (status.signal)
    exit.signal = status.signal;
  else
    exit.code = status.code;
  events.put(exit);
}

} // namespace assay::run
