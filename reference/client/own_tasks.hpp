// What the server has this client do as a task (2025-11-25: basic/utilities/tasks, where the client is the receiver):
// sampling and elicitation that are answered with a task at once, and with their result when it is asked for.
#pragma once

#include "reference/client/task.hpp"
#include "reference/session/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay::client {

namespace json = boost::json;
struct state;

/// A result, or why there is none.
using reply = std::variant<json::object, session::failure>;

/// One of them.
struct own_task {
  std::string id;
  std::int64_t number = 0; ///< in the order they were made
  std::string status = "working";
  std::string message; ///< statusMessage; may be empty
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t ttl = 0;
  std::optional<reply> end = {};                         ///< what the request comes to
  std::vector<std::shared_ptr<slot<bool>>> waiting = {}; ///< filled when it ends, or lapses
};

/// True for a request that may be a task here and is to be one.
bool wants_task(state const& c, std::string_view method, json::object const& params);

/// Makes a task of the request; the result that says so. Its work begins after that has been sent.
reply begin_task(state& c, std::string method, json::object params);

/// True for the methods of tasks, where this client has them.
bool is_task_method(state const& c, std::string_view method);

/// tasks/get, tasks/list, tasks/cancel; tasks/result waits for the end of the task.
task<reply> serve_task_method(state& c, std::string method, json::object params);

} // namespace assay::client
