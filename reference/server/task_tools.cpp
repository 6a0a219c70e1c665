// Tools that run as tasks where the client can follow them (basic/utilities/tasks; extension
// io.modelcontextprotocol/tasks).
#include "reference/server/client_tasks.hpp"
#include "reference/server/fixture_tools.hpp"
#include "reference/server/input_requests.hpp"
#include "reference/server/progress.hpp"
#include "reference/server/tasks.hpp"

namespace assay::server {
namespace {

json::object yes_or_no(std::string_view question) {
  return elicit(question,
                read(R"({"type":"object","properties":{"confirm":{"type":"boolean"}},"required":["confirm"]})"));
}

json::object ask_name() {
  return elicit("What is your name?",
                read(R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})"));
}

std::string_view text(json::object const& from, std::string_view name) {
  return from.at(name).as_string();
}

outcome greet(call&, json::object const& arguments) {
  return text_result("Hello, " + std::string(text(arguments, "name")) + "!");
}

outcome slow_compute(call& c, json::object const& arguments) {
  auto const seconds = arguments.at("seconds").to_number<double>();
  if (seconds > 0 && c.may_be_task && !c.in_task) return as_task{};
  if (seconds > 0 && c.state.is_null()) {
    report_progress(c, 0, 1, "computing");
    return later{std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)), "computed"};
  }
  report_progress(c, 1, 1, "computed");
  auto const* const label = arguments.if_contains("label");
  return text_result("Computed" + (label ? " " + std::string(label->as_string()) : std::string()) + ".");
}

outcome failing_job(call& c, json::object const&) {
  if (!c.in_task) return as_task{};
  return text_result("This job always fails, as tools fail.", true);
}

outcome protocol_error_job(call& c, json::object const&) {
  if (!c.in_task) return as_task{};
  return failure{code::internal_error, "this job always ends in a protocol error"};
}

outcome confirm_delete(call& c, json::object const& arguments) {
  if (!c.in_task) return as_task{};
  auto const file = std::string(text(arguments, "filename"));
  if (!c.inputs.contains("confirm")) {
    input_required wanted;
    wanted.requests["confirm"] = yes_or_no("Delete " + file + "?");
    return wanted;
  }
  auto const* const content = accepted_content(c.inputs, "confirm", "confirm", json::kind::bool_);
  bool const yes = content && content->at("confirm").as_bool();
  return text_result(yes ? "Deleted " + file + " (not really)." : "Kept " + file + ".");
}

outcome multi_input(call& c, json::object const&) {
  if (!c.in_task) return as_task{};
  if (!c.inputs.contains("first") || !c.inputs.contains("second")) {
    input_required wanted;
    if (!c.inputs.contains("first")) wanted.requests["first"] = ask_name();
    if (!c.inputs.contains("second")) wanted.requests["second"] = yes_or_no("Are you sure?");
    return wanted;
  }
  return text_result("Both questions are answered: " + wire::serialize(c.inputs));
}

outcome asks_then_runs(call& c, json::object const&) {
  // [tasks-extension.questions-first]
  // In the task the name has come with the state; before that it has to be asked for.
  if (c.in_task && c.state.is_string())
    return text_result("Hello, " + std::string(c.state.get_string()) + ", from a task.");
  auto const* const content = accepted_content(c.inputs, "name", "name", json::kind::string);
  if (!content) {
    input_required wanted;
    wanted.requests["name"] = ask_name();
    return wanted;
  }
  if (c.may_be_task && !c.in_task) return as_task{content->at("name")};
  return text_result("Hello, " + std::string(text(*content, "name")) + ".");
}

outcome sampling_as_task(call& c, json::object const& arguments) {
  if (auto const text = sampled_text(c.inputs, "answer")) return text_result("LLM response: " + *text);
  input_required wanted;
  wanted.requests["answer"] = as_client_task(sample(text(arguments, "prompt"), 100));
  return wanted;
}

outcome elicitation_as_task(call& c, json::object const&) {
  if (auto const* const content = accepted_content(c.inputs, "name", "name", json::kind::string))
    return text_result("Hello, " + std::string(text(*content, "name")) + "!");
  if (elicited_action(c.inputs, "name")) return text_result("No name was given.", true);
  input_required wanted;
  wanted.requests["name"] = as_client_task(ask_name());
  return wanted;
}

} // namespace

void add_task_tools(std::vector<tool>& out) {
  auto const add = [&](std::string_view name, std::string_view description, std::string_view feature,
                       task_support support, outcome (*run)(call&, json::object const&),
                       json::object schema = no_arguments()) {
    json::object definition{{"name", name}, {"description", description}, {"inputSchema", std::move(schema)}};
    out.push_back(make_tool(std::move(definition), feature, run));
    out.back().tasks = support;
  };
  constexpr std::string_view either = "tasks|extensions";
  add("greet", "Greets, at once", "", task_support::none, greet,
      read(R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})"));
  add("slow_compute", "Takes as many seconds as it is told, as a task where it can", "", task_support::optional,
      slow_compute,
      read(
          R"({"type":"object","properties":{"seconds":{"type":"number","minimum":0,"maximum":60},"label":{"type":"string"}},
        "required":["seconds"]})"));
  add("failing_job", "Is a task whose tool fails", either, task_support::required, failing_job);
  add("protocol_error_job", "Is a task that ends in a protocol error", either, task_support::required,
      protocol_error_job);
  add("confirm_delete", "Is a task that asks before it does nothing", either, task_support::required, confirm_delete,
      read(R"({"type":"object","properties":{"filename":{"type":"string"}},"required":["filename"]})"));
  add("multi_input", "Is a task with two questions at once", either, task_support::required, multi_input);
  add("test_sampling_as_task", "Lets the client's model answer a prompt, as a task of the client", "tasks",
      task_support::none, sampling_as_task,
      read(R"({"type":"object","properties":{"prompt":{"type":"string"}},"required":["prompt"]})"));
  add("test_elicitation_as_task", "Asks the user for a name, as a task of the client", "tasks", task_support::none,
      elicitation_as_task);
  add("test_tool_with_task", "Asks first and is a task then", "extensions", task_support::optional, asks_then_runs);
}

} // namespace assay::server
