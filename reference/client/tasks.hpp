// Calls that go on after they were answered: tasks of 2025 sessions (basic/utilities/tasks) and of the modern extension
// io.modelcontextprotocol/tasks. The client asks how they are until they end.
#pragma once

#include "reference/client/pagination.hpp"

namespace assay::client {

/// True when the server of a session declares that tools may be called as tasks.
bool takes_task_calls(state const& c);

/// Remembers what a list of tools says of tasks.
void take_task_support(state& c, json::array const& tools);

/// True when this tool has to be called as a task, or may be and the user wants that. In the modern era servers decide.
bool is_called_as_task(state const& c, std::string_view tool);

/// The task that the answer to a call names instead of its result, or nullptr. `asked`: a task was asked for.
json::object const* task_of(state const& c, answer const& got, bool asked);

/// Asks how the task is until it has ended, and gives it what it wants on the way. The answer of the call that it came
/// from, or why there is none. A task that takes too long, or that the user stops, is cancelled.
task<answer> follow_task(state& c, json::object begun);

/// What tasks/get says of it.
task<answer> get_task(state& c, std::string id);

task<answer> cancel_task(state& c, std::string id);

/// All tasks of the session; the modern era has no such list.
task<listing> list_tasks(state& c);

} // namespace assay::client
