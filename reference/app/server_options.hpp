// The command line of mcp-reference-server.
#pragma once

#include "reference/faults/mutant.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::app {

struct server_options {
  std::optional<std::uint16_t> http_port; ///< nothing: stdio
  std::vector<std::string> revisions;     ///< empty: all
  std::size_t page_size = 5;
  std::chrono::milliseconds ping_every{}; ///< between two pings in a session; 0: none
  std::chrono::milliseconds answer_time = std::chrono::seconds(60);
  std::string certificate_file; ///< with key_file: HTTPS
  std::string key_file;
  std::vector<std::string> allowed_origins;
  faults::mutant mutant;
  bool help = false;
  bool version = false;
};

/// Reads the arguments behind the program's name.
wire::result<server_options> read_server_options(std::vector<std::string> const& arguments);

std::string_view server_usage();

} // namespace assay::app
