#include "reference/server/completion.hpp"

#include "reference/server/prompts.hpp"
#include "reference/server/resources.hpp"

#include <algorithm>
#include <array>

namespace assay::server {
namespace {

// [completion.at-most-100-values]
constexpr std::size_t most_values = 100;

std::optional<std::string> text(json::object const& in, std::string_view name) {
  auto const* const value = in.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

/// What an argument can be: the words that start with what was typed, the rest behind them, nothing at random.
std::vector<std::string> candidates(std::string_view argument) {
  if (argument == "id") {
    // More than fit into one answer, so that total and hasMore have something to say.
    std::vector<std::string> ids;
    for (int i = 1; i <= 150; ++i)
      ids.push_back(std::to_string(i));
    return ids;
  }
  if (argument == "resourceUri") return {"test://example-resource", "test://static-text"};
  return {"test", "testing", "paris", "park", "party"};
}

} // namespace

// [completion.declared-served] [completion.inputs-validated] [completion.refusal-code]
outcome complete_argument(call& c) {
  auto const* const ref = c.params.if_contains("ref");
  auto const* const argument = c.params.if_contains("argument");
  if (!ref || !ref->is_object()) return invalid_params("ref has to be an object");
  if (!argument || !argument->is_object()) return invalid_params("argument has to be an object");
  auto const type = text(ref->get_object(), "type");
  auto const name = text(argument->get_object(), "name");
  auto const typed = text(argument->get_object(), "value");
  // [completion.missing-argument-refused]
  if (!name || !typed) return invalid_params("argument needs name and value, both strings");
  // [completion.context-accepted]
  if (auto const* const context = c.params.if_contains("context"); context && c.revision.has("completion-context")) {
    if (!context->is_object()) return invalid_params("context has to be an object");
    if (auto const* const known = context->get_object().if_contains("arguments"); known && !known->is_object())
      return invalid_params("context.arguments have to be an object");
  }

  if (type == "ref/prompt") {
    auto const prompt = text(ref->get_object(), "name");
    auto const arguments = prompt ? prompt_arguments(c.revision, *prompt) : std::nullopt;
    // [completion.unknown-prompt-refused]
    if (!arguments) return invalid_params("there is no prompt of this name");
    if (std::find(arguments->begin(), arguments->end(), *name) == arguments->end())
      return invalid_params("the prompt has no argument of this name");
  } else if (type == "ref/resource") {
    auto const uri = text(ref->get_object(), "uri");
    if (!uri || (*uri != data_template && !resource_exists(*uri)))
      return invalid_params("there is no resource or template of this uri");
    if (*uri == data_template && *name != "id") return invalid_params("the template has no variable of this name");
  } else {
    return invalid_params("ref.type has to be ref/prompt or ref/resource");
  }

  std::vector<std::string> found;
  for (auto& word : candidates(*name))
    if (word.starts_with(*typed)) found.push_back(std::move(word));
  json::array values;
  for (auto const& word : found) {
    if (values.size() == most_values) break;
    values.emplace_back(word);
  }
  // [completion.result-shape]
  json::object completion{
      {"values", std::move(values)}, {"total", found.size()}, {"hasMore", found.size() > most_values}};
  json::object result;
  result["completion"] = std::move(completion);
  return complete{std::move(result)};
}

} // namespace assay::server
