// Tool calls that go on after their request was answered: tasks of 2025 sessions (basic/utilities/tasks) and of the
// modern extension io.modelcontextprotocol/tasks. One store and one way to run; only the shapes and the methods differ.
#pragma once

#include "reference/server/handler.hpp"
#include "reference/session/task.hpp"

#include <map>

namespace assay::server {

struct task {
  std::string id;
  std::uint64_t owner = 0; ///< the legacy session; 0: whoever knows the id, as the modern era has no sessions
  std::string principal;   ///< who started it, where somebody was authenticated
  revision::revision const* revision = nullptr;
  std::string status = "working";
  std::string message; ///< statusMessage; may be empty
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t ttl = 0;

  json::object params; ///< of the tools/call
  json::object client_capabilities;
  json::value progress_token;
  json::value state;     ///< of the tool's handler
  json::object requests; ///< questions that are not answered yet, by key
  json::object inputs;   ///< answers so far
  std::size_t rounds = 0;
  std::optional<json::object> result;
  std::optional<failure> error;

  bool modern() const { return owner == 0; }
  bool ended() const { return session::has_ended(status); }
};

class task_store {
public:
  /// Starts a task for the call; nullptr when there are too many that have not ended.
  task* create(call const& c, json::value state);

  /// The task with that id if this owner may see it and it has not lapsed.
  task* find(std::string_view id, std::uint64_t owner, std::int64_t now);

  /// All of an owner, oldest first.
  std::vector<task const*> of(std::uint64_t owner, std::int64_t now);

  /// Takes the answers to questions that are open, ignores others. When none is left open the task goes on.
  void give_answers(task& to, json::object const& answers, std::int64_t now);

  void set_status(task& of, std::string status, std::string message, std::int64_t now);

  void forget(std::uint64_t owner);

  std::vector<std::string> ready;   ///< to be run now
  std::vector<std::string> changed; ///< whose status is another one than before

private:
  void drop_lapsed(std::int64_t now);

  std::map<std::string, task, std::less<>> tasks_;
};

/// The task as its era shows it; modern ones with result, error or inputRequests.
json::object describe(task const& of);

/// The same without them: how a modern task is announced by the call that it came from.
json::object describe_start(task const& of);

/// True when a request declares the extension.
bool declares_tasks(json::object const& client_capabilities);

/// -32021 for a request that needs the extension and does not declare it.
failure tasks_undeclared();

outcome get_task(call& c);
outcome cancel_task(call& c);
outcome update_task(call& c); ///< modern
outcome list_tasks(call& c);  ///< legacy
outcome task_result(call& c); ///< legacy; waits for the end of the task and asks its questions meanwhile

} // namespace assay::server
