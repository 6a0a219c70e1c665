#include "reference/server/input_requests.hpp"

namespace assay::server {
namespace {

json::object const* answer(json::object const& inputs, std::string_view key) {
  auto const* const value = inputs.if_contains(key);
  return value ? value->if_object() : nullptr;
}

} // namespace

// [elicitation.request-shape] [elicitation.no-links-in-forms]
json::object elicit(std::string_view message, json::object requested_schema) {
  json::object params{{"message", message}, {"requestedSchema", std::move(requested_schema)}};
  return {{"method", "elicitation/create"}, {"params", std::move(params)}};
}

// [elicitation.request-shape] [elicitation.url-valid]
json::object elicit_url(std::string_view message, std::string_view url, std::string_view id) {
  json::object params{{"mode", "url"}, {"message", message}, {"url", url}};
  if (!id.empty()) params["elicitationId"] = id;
  return {{"method", "elicitation/create"}, {"params", std::move(params)}};
}

// [sampling.request-shape] [sampling.context-declared]
json::object sample(std::string_view text, int max_tokens) {
  json::object content{{"type", "text"}, {"text", text}};
  json::array messages;
  messages.push_back(json::object{{"role", "user"}, {"content", std::move(content)}});
  json::object params{{"messages", std::move(messages)}, {"maxTokens", max_tokens}};
  return {{"method", "sampling/createMessage"}, {"params", std::move(params)}};
}

// [roots.request-shape]
json::object list_roots() {
  json::object request;
  request["method"] = "roots/list";
  return request;
}

json::object required_capability(json::object const& request) {
  auto const& method = request.at("method").get_string();
  json::object needed;
  if (method == "elicitation/create") {
    auto const* const params = request.if_contains("params");
    auto const* const mode = params ? params->as_object().if_contains("mode") : nullptr;
    json::object modes;
    if (mode && mode->as_string() == "url") modes["url"] = json::object();
    needed["elicitation"] = std::move(modes);
  } else if (method == "sampling/createMessage") {
    json::object parts;
    auto const* const params = request.if_contains("params");
    if (params && params->as_object().contains("tools")) parts["tools"] = json::object();
    needed["sampling"] = std::move(parts);
  } else {
    needed["roots"] = json::object();
  }
  return needed;
}

// [roots.capability-checked] [elicitation.declared-modes-only]
// [basic.undeclared-capability-not-used]
bool may_ask(json::object const& client_capabilities, json::object const& request) {
  for (auto const& [name, wanted] : required_capability(request)) {
    auto const* const declared = client_capabilities.if_contains(name);
    if (!declared || !declared->is_object()) return false;
    auto const& parts = declared->get_object();
    for (auto const& part : wanted.get_object())
      if (!parts.contains(part.key())) return false;
    // A client that declares modes without the form mode has no forms; one that declares none has them.
    if (name == "elicitation" && wanted.get_object().empty() && parts.contains("url") && !parts.contains("form"))
      return false;
  }
  return true;
}

// [elicitation.content-checked] [mrtr.answers-validated]
json::object const* accepted_content(json::object const& inputs, std::string_view key, std::string_view required_member,
                                     json::kind kind) {
  auto const* const given = answer(inputs, key);
  if (!given) return nullptr;
  auto const* const action = given->if_contains("action");
  auto const* const content = given->if_contains("content");
  if (!action || !action->is_string() || action->get_string() != "accept" || !content || !content->is_object())
    return nullptr;
  auto const* const member = content->get_object().if_contains(required_member);
  return member && member->kind() == kind ? &content->get_object() : nullptr;
}

std::optional<std::string> elicited_action(json::object const& inputs, std::string_view key) {
  auto const* const given = answer(inputs, key);
  auto const* const action = given ? given->if_contains("action") : nullptr;
  return action && action->is_string() ? std::optional<std::string>(action->get_string().c_str()) : std::nullopt;
}

std::optional<std::string> sampled_text(json::object const& inputs, std::string_view key) {
  auto const* const given = answer(inputs, key);
  auto const* const content = given ? given->if_contains("content") : nullptr;
  if (!content) return std::nullopt;
  // Later revisions allow several blocks; the first text among them is what we look for.
  auto const text_of = [](json::value const& block) -> std::optional<std::string> {
    auto const* const object = block.if_object();
    auto const* const text = object ? object->if_contains("text") : nullptr;
    return text && text->is_string() ? std::optional<std::string>(text->get_string().c_str()) : std::nullopt;
  };
  if (auto const* const blocks = content->if_array()) {
    for (auto const& block : *blocks)
      if (auto text = text_of(block)) return text;
    return std::nullopt;
  }
  return text_of(*content);
}

json::array const* listed_roots(json::object const& inputs, std::string_view key) {
  auto const* const given = answer(inputs, key);
  auto const* const roots = given ? given->if_contains("roots") : nullptr;
  return roots ? roots->if_array() : nullptr;
}

} // namespace assay::server
