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

namespace {

/// {"a": {"b": {}}} is declared where there are objects at a and a/b.
bool declares(json::object const& declared, json::object const& wanted) {
  for (auto const& [name, parts] : wanted) {
    auto const* const value = declared.if_contains(name);
    if (!value || !value->is_object() || !declares(value->get_object(), parts.get_object())) return false;
  }
  return true;
}

/// The capability of a client that makes a task of such a request: sampling/createMessage is
/// requests.sampling.createMessage.
json::object task_capability(std::string_view method) {
  auto const slash = method.find('/');
  json::object kind;
  kind[method.substr(slash + 1)] = json::object();
  json::object requests;
  requests[method.substr(0, slash)] = std::move(kind);
  json::object tasks;
  tasks["requests"] = std::move(requests);
  return tasks;
}

} // namespace

json::object required_capability(json::object const& request) {
  auto const& method = request.at("method").get_string();
  json::object needed;
  if (auto const* const asked = request.if_contains("params"); asked && asked->as_object().contains("task"))
    needed["tasks"] = task_capability(method); // [tasks.only-where-declared]
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
  auto const needed = required_capability(request);
  if (!declares(client_capabilities, needed)) return false;
  // A client that declares modes without the form mode has no forms; one that declares none has them.
  auto const* const modes = needed.if_contains("elicitation");
  if (!modes || !modes->get_object().empty()) return true;
  auto const& declared = client_capabilities.at("elicitation").get_object();
  return declared.contains("form") || !declared.contains("url");
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
