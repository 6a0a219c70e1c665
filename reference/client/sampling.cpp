#include "reference/client/sampling.hpp"

#include "reference/session/error.hpp"

namespace assay::client {

reply create_message(json::object const& params) {
  auto const* const messages = params.if_contains("messages");
  auto const* const limit = params.if_contains("maxTokens");
  if (!messages || !messages->is_array() || !limit || !wire::is_integer(*limit))
    return session::failure{session::code::invalid_params, "sampling/createMessage needs messages and maxTokens"};
  if (params.contains("tools") || params.contains("toolChoice"))
    return session::failure{session::code::invalid_params, "this client did not declare sampling.tools"};
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
