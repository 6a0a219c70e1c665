// Questions to the client that are tasks there (2025-11-25: basic/utilities/tasks, where the server is the requestor):
// the client answers at once that it has begun, is asked how far it is, and then for the result.
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

/// A request of ours to the client of a session that has no answer yet.
struct question {
  std::string input;       ///< the key of the handler's question
  json::value id;          ///< of the request that is under way for it; null between two looks at a task
  bool as_task = false;    ///< the client was asked to make a task of it
  std::string task = {};   ///< the client's id of that; empty until it says so
  bool for_result = false; ///< the request under way is tasks/result
};

/// Ask this now.
struct ask_next {
  std::string_view method;
  json::object params;
};

/// Look at the task again after this time.
struct look_later {
  std::chrono::milliseconds after{};
};

/// The answer to the question.
struct answered {
  json::value result;
};

/// What to do now that the request under way for the question has this result. A failure: the client says no sense.
std::variant<ask_next, look_later, answered, failure> follow(question& of, json::value const& result);

/// The request that looks at the question's task.
ask_next look(question const& of);

/// True when the client lets its tasks be cancelled.
bool cancels_tasks(json::object const& client_capabilities);

/// The request with the wish that the client makes a task of it.
json::object as_client_task(json::object request);

} // namespace assay::server
