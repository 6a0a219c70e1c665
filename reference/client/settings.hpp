// What the user of the client decides.
#pragma once

#include "reference/revision/revision.hpp"
#include "reference/wire/json.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::client {

namespace json = boost::json;

struct settings {
  revision::table const* revisions = nullptr;
  /// The revision to speak. Modern: that one or another modern one the server names; legacy: proposed in initialize.
  /// Empty: find out what the server speaks.
  std::string revision = {};
  std::string transport = "stdio";                                  ///< "stdio", "streamable-http" or "http+sse"
  std::string origin = "http://localhost";                          ///< of the target, as in a URL
  std::string target = "/";                                         ///< path and query of the MCP endpoint
  std::chrono::milliseconds answer_time = std::chrono::seconds(30); ///< for the answer to a request
  std::chrono::milliseconds longest_time = std::chrono::minutes(5); ///< the same, whatever progress is reported
  std::chrono::milliseconds poll_time = std::chrono::seconds(1);    ///< between two looks at a task that names no time
  std::chrono::milliseconds probe_time = std::chrono::seconds(10);  ///< stdio: for the answer to the first probe
  std::chrono::milliseconds ping_every{};                           ///< between two pings in a session; 0: none
  json::object trace = {}; ///< traceparent, tracestate and baggage of what this is a part of
  std::chrono::milliseconds retry_time =
      std::chrono::seconds(1); ///< before a stream is resumed, when its server said nothing
  unsigned restarts = 0; ///< times that a server's process which ended may be started again; 0 where it is not ours
  std::vector<std::string> roots = {};              ///< file: URIs to tell a server that asks
  bool asks_user = false;                           ///< somebody is there to say whether a page is to be visited
  bool as_task = false;                             ///< call tools as tasks where they leave the choice
  bool progress = false;                            ///< ask for reports of progress, and print them
  bool as_json = false;                             ///< print results as JSON
  std::function<void(std::string_view)> print = {}; ///< a line for the user
  std::function<void(std::string_view)> note = {};  ///< a line beside the results: progress, tasks
  std::function<void(std::string_view)> warn = {};  ///< a line about what went wrong
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  std::function<std::int64_t()> wall_clock = {}; ///< milliseconds since 1970, for the times that others read
  std::function<std::string()> unguessable = {}; ///< visible ASCII, 128 bits or more
};

} // namespace assay::client
