// What a server process is told at its start, and the two things it cannot compute: time and chance.
#pragma once

#include "reference/revision/revision.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace assay::server {

struct limits {
  std::size_t batch = 100;                                          ///< elements
  std::size_t pending = 1000;                                       ///< requests of one peer that are not answered yet
  std::size_t rounds = 16;                                          ///< times one request may come back for input
  std::size_t subscriptions = 1000;                                 ///< resource URIs of one session or stream
  std::chrono::milliseconds answer_time = std::chrono::seconds(60); ///< the client has for a request of ours
};

struct settings {
  std::vector<revision::revision const*> revisions; ///< spoken here, oldest first
  std::size_t page_size = 5;
  std::string secret;                       ///< protects requestState
  std::function<std::int64_t()> now;        ///< milliseconds
  std::function<std::string()> unguessable; ///< visible ASCII, 128 bits or more
  server::limits limits = {};
  std::chrono::milliseconds ping_every{}; ///< between two pings in a session; 0: none

  /// The revision of that name, when it is spoken here.
  revision::revision const* find(std::string_view name) const;

  /// The newest one of that era that is spoken here, or nullptr.
  revision::revision const* newest(std::string_view era) const;

  bool speaks(std::string_view era) const { return newest(era) != nullptr; }
};

} // namespace assay::server
