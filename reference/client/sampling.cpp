#include "reference/client/sampling.hpp"

#include "reference/client/elicitation.hpp"
#include "reference/session/error.hpp"

#include <algorithm>

namespace assay::client {
namespace {

/// A value for each property, the first thing that fits.
json::object fill_arguments(json::object const& tool) {
  json::object filled;
  auto const* const schema = tool.if_contains("inputSchema");
  auto const* const properties =
      schema && schema->is_object() ? schema->get_object().if_contains("properties") : nullptr;
  if (!properties || !properties->is_object()) return filled;
  for (auto const& [name, property] : properties->get_object())
    if (auto value = property.is_object() ? fill_field(property.get_object()) : std::nullopt)
      filled[name] = std::move(*value);
  return filled;
}

/// The conversation has come to the results of tools.
bool has_tool_results(json::value const& message) {
  auto const* const content = wire::find(message, "/content");
  auto const is_result = [](json::value const& block) {
    auto const* const type = wire::find(block, "/type");
    return type && *type == "tool_result";
  };
  if (!content) return false;
  if (auto const* const blocks = content->if_array()) return std::any_of(blocks->begin(), blocks->end(), is_result);
  return is_result(*content);
}

/// The tool to use now, or nullptr. [sampling.tool-choice-kept]
json::object const* chosen_tool(json::object const& params, json::array const& messages) {
  auto const* const tools = params.if_contains("tools");
  if (!tools || !tools->is_array() || tools->get_array().empty()) return nullptr;
  auto const* const choice = params.if_contains("toolChoice");
  auto const* const mode = choice && choice->is_object() ? choice->get_object().if_contains("mode") : nullptr;
  bool const required = mode && *mode == "required";
  bool const none = mode && *mode == "none";
  if (none || (!required && !messages.empty() && has_tool_results(messages.back()))) return nullptr;
  auto const* const tool = tools->get_array().front().if_object();
  auto const* const name = tool ? tool->if_contains("name") : nullptr;
  return name && name->is_string() ? tool : nullptr;
}

} // namespace

reply create_message(json::object const& params, bool may_use_tools) {
  auto const* const messages = params.if_contains("messages");
  auto const* const limit = params.if_contains("maxTokens");
  if (!messages || !messages->is_array() || !limit || !wire::is_integer(*limit))
    return session::failure{session::code::invalid_params, "sampling/createMessage needs messages and maxTokens"};
  if (!may_use_tools && (params.contains("tools") || params.contains("toolChoice")))
    return session::failure{session::code::invalid_params, "this client did not declare sampling.tools"};
  if (auto const* const tool = chosen_tool(params, messages->get_array())) {
    json::object use{{"type", "tool_use"},
                     {"id", "use-" + std::to_string(messages->get_array().size())},
                     {"name", tool->at("name")},
                     {"input", fill_arguments(*tool)}};
    json::array content;
    content.push_back(std::move(use));
    return json::object{
        {"role", "assistant"}, {"content", std::move(content)}, {"model", "no-model"}, {"stopReason", "toolUse"}};
  }
  std::string text = "An answer without a model.";
  std::string reason = "endTurn";
  if (auto const most = limit->to_number<double>();
      most < 5) { // a token is at least a character, and a word at most a few
    text.resize(most > 0 ? static_cast<std::size_t>(most) : 0);
    reason = "maxTokens";
  }
  json::object content;
  content["type"] = "text";
  content["text"] = std::move(text);
  json::object result;
  result["role"] = "assistant";
  result["content"] = std::move(content);
  result["model"] = "no-model";
  result["stopReason"] = std::move(reason);
  return result;
}

} // namespace assay::client
