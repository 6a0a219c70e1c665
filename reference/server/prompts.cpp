#include "reference/server/prompts.hpp"

#include "reference/server/input_requests.hpp"
#include "reference/server/pagination.hpp"
#include "reference/server/samples.hpp"

#include <span>

namespace assay::server {
namespace {

struct argument {
  std::string_view name;
  std::string_view description;
};

using texts = std::map<std::string, std::string, std::less<>>;

struct prompt {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::string_view feature;        ///< offered where the revision has it; "" everywhere
  std::vector<argument> arguments; ///< all required
  outcome (*make)(call& c, texts const& given);
};

// [prompts.get-result-shape] [prompts.messages-present]
complete messages(std::vector<json::object> blocks) {
  json::array list;
  for (auto& block : blocks)
    list.push_back(json::object{{"role", "user"}, {"content", std::move(block)}});
  json::object result;
  result["messages"] = std::move(list);
  return complete{std::move(result)};
}

outcome simple(call&, texts const&) {
  return messages({text_block("A prompt without arguments.")});
}

outcome with_arguments(call&, texts const& given) {
  return messages(
      {text_block("Prompt with arguments: arg1='" + given.at("arg1") + "', arg2='" + given.at("arg2") + "'")});
}

// [prompts.embedded-resources-complete]
outcome with_resource(call&, texts const& given) {
  return messages({resource_block(given.at("resourceUri"), "text/plain", "Text of the embedded resource."),
                   text_block("What does the resource above say?")});
}

// [prompts.images-encoded] [prompts.audio-encoded]
outcome with_image(call& c, texts const&) {
  std::vector<json::object> blocks{image_block()};
  if (c.revision.has("audio")) blocks.push_back(audio_block());
  blocks.push_back(text_block("What is in the parts above?"));
  return messages(std::move(blocks));
}

outcome with_input(call& c, texts const&) {
  if (auto const* const content = accepted_content(c.inputs, "user_context", "context", json::kind::string))
    return messages({text_block("Bear this in mind: " + std::string(content->at("context").get_string()))});
  input_required wanted;
  json::object schema =
      wire::parse_value(R"({"type":"object","properties":{"context":{"type":"string"}},"required":["context"]})")
          .value()
          .as_object();
  wanted.requests["user_context"] = elicit("What should the prompt bear in mind?", std::move(schema));
  return wanted;
}

// [prompts.names-unique]
std::vector<prompt> const& all() {
  static std::vector<prompt> const prompts{
      {"test_simple_prompt", "Simple", "Takes no arguments", "", {}, simple},
      {"test_prompt_with_arguments",
       "With arguments",
       "Repeats two arguments",
       "",
       {{"arg1", "any text"}, {"arg2", "any text"}},
       with_arguments},
      {"test_prompt_with_embedded_resource",
       "With a resource",
       "Embeds a resource",
       "",
       {{"resourceUri", "the URI the embedded resource is to have"}},
       with_resource},
      {"test_prompt_with_image",
       "With an image",
       "Shows an image, and has a sound where there are any",
       "",
       {},
       with_image},
      {"test_input_required_result_prompt",
       "With a question",
       "Asks the user before it answers",
       "multi-round-trip-requests",
       {},
       with_input},
  };
  return prompts;
}

prompt const* find(revision::revision const& revision, std::string_view name) {
  for (auto const& one : all())
    if (one.name == name) return one.feature.empty() || revision.has(one.feature) ? &one : nullptr;
  return nullptr;
}

} // namespace

std::optional<std::vector<std::string>> prompt_arguments(revision::revision const& revision, std::string_view name) {
  auto const* const one = find(revision, name);
  if (!one) return std::nullopt;
  std::vector<std::string> names;
  for (auto const& argument : one->arguments)
    names.emplace_back(argument.name);
  return names;
}

// [prompts.list-answered] [prompts.list-result-shape] [prompts.list-not-per-connection]
outcome list_prompts(call& c) {
  json::array listed;
  for (auto const& one : all()) {
    if (!one.feature.empty() && !c.revision.has(one.feature)) continue;
    json::object definition{{"name", one.name}, {"description", one.description}};
    if (c.revision.has("titles")) definition["title"] = one.title;
    json::array arguments;
    for (auto const& argument : one.arguments)
      arguments.push_back(
          json::object{{"name", argument.name}, {"description", argument.description}, {"required", true}});
    if (!arguments.empty()) definition["arguments"] = std::move(arguments);
    listed.push_back(std::move(definition));
  }
  return page(c, "prompts", listed);
}

// [prompts.malformed-get-refused]
outcome get_prompt(call& c) {
  auto const* const name = c.params.if_contains("name");
  if (!name || !name->is_string()) return invalid_params("name has to be a string");
  auto const* const one = find(c.revision, name->get_string());
  // [prompts.unknown-prompt-refused] [prompts.unknown-prompt-code]
  if (!one) return invalid_params("there is no prompt of this name");
  texts given;
  if (auto const* const arguments = c.params.if_contains("arguments")) {
    if (!arguments->is_object()) return invalid_params("arguments have to be an object");
    for (auto const& [key, value] : arguments->get_object()) {
      if (!value.is_string()) return invalid_params("arguments have to be strings");
      given.emplace(key, value.get_string().c_str());
    }
  }
  // [prompts.missing-argument-refused] [prompts.missing-argument-code]
  for (auto const& argument : one->arguments)
    if (!given.contains(argument.name))
      return invalid_params("the argument " + std::string(argument.name) + " is missing");
  auto made = one->make(c, given);
  if (auto* const done = std::get_if<complete>(&made)) done->result["description"] = one->description;
  return made;
}

} // namespace assay::server
