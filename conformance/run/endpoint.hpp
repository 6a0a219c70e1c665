// The HTTP server that --http-command starts: started once a run, ended with it.
#pragma once

#include "conformance/run/session.hpp"
#include "reference/transport/process.hpp"

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

namespace assay::run {

namespace asio = boost::asio;

struct endpoint {
  std::string url;
  std::optional<transport::process> child; ///< nothing when the server runs on its own
};

/// The URL to test (--url or --sse-url), with its server started where a command is given. Without --url it is the
/// first http:// URL of a loopback address that the command prints. Waits until the port accepts connections, at most
/// for the deadline `start`, and not when the run is stopped. Problems: it does not start, ends, prints no URL, or does
/// not listen in time.
asio::awaitable<wire::result<std::unique_ptr<endpoint>>> open_endpoint(asio::any_io_executor executor,
                                                                       run_state& state);

} // namespace assay::run
