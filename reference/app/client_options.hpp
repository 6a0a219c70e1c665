// The command line of mcp-reference-client, and what suites tell a client by its environment.
#pragma once

#include "reference/client/goals.hpp"
#include "reference/faults/mutant.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace assay::app {

struct client_options {
  std::string url;     ///< http:, https:, or "stdio:" for our own standard streams
  std::string command; ///< of a server to start instead
  std::string revision;
  std::vector<client::verb> verbs;
  std::string scenario; ///< when there are no verbs
  boost::json::object context;
  std::vector<std::string> roots;
  std::string ca_file;
  std::chrono::milliseconds answer_time = std::chrono::seconds(30);
  std::chrono::milliseconds probe_time = std::chrono::seconds(10);
  faults::mutant mutant;
  std::chrono::milliseconds longest_time = std::chrono::minutes(5);
  bool progress = false;
  std::chrono::milliseconds ping_every{};
  boost::json::object trace; ///< traceparent, tracestate, baggage
  bool as_task = false;
  bool asks_user = false;
  bool as_json = false;
  bool help = false;
  bool version = false;
};

/// Reads the arguments behind the program's name, and the environment.
wire::result<client_options> read_client_options(std::vector<std::string> const& arguments);

std::string client_usage();

} // namespace assay::app
