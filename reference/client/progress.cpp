#include "reference/client/progress.hpp"

#include "reference/session/message.hpp"

namespace assay::client {

json::object with_progress_token(state& c, json::object params) {
  if (!c.options.progress) return params;
  auto& meta = params["_meta"];
  if (!meta.is_object()) meta = json::object();
  // [progress.token-type] [progress.tokens-differ] [progress.client-tokens-differ]
  meta.get_object()["progressToken"] = c.next_token++;
  return params;
}

json::value progress_token_of(json::object const& params) {
  auto const* const meta = params.if_contains("_meta");
  auto const* const token = meta && meta->is_object() ? meta->get_object().if_contains("progressToken") : nullptr;
  return token ? *token : json::value();
}

void take_progress(state& c, json::value const& notification) {
  auto const params = session::params_of(notification);
  auto const* const token = params.if_contains("progressToken");
  if (!token || token->is_null()) return;
  for (auto& [key, request] : c.waiting) {
    if (request.progress_token != *token) continue;
    c.timers.erase(request.timer);
    request.timer = after(c, request.limit, request.late);
    auto const shown = [&params](std::string_view name, std::string_view before) {
      auto const* const value = params.if_contains(name);
      if (!value) return std::string();
      return std::string(before) + (value->is_string() ? std::string(value->get_string()) : wire::serialize(*value));
    };
    note(c, request.method + ": " + shown("progress", "") + shown("total", " of ") + shown("message", ", "));
    return;
  }
}

} // namespace assay::client
