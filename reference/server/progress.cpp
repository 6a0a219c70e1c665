#include "reference/server/progress.hpp"

#include "reference/session/message.hpp"

namespace assay::server {

// [progress.values-increase] The caller counts upwards.
void report_progress(call& c, double progress, double total, std::string_view message) {
  if (c.progress_token.is_null()) return;
  // [progress.notification-shape] [progress.tokens-given]
  json::object params{{"progressToken", c.progress_token}, {"progress", progress}, {"total", total}};
  if (c.revision.has("progress-message")) params["message"] = message;
  c.notifications.push_back(session::make_notification("notifications/progress", std::move(params)));
}

std::variant<json::value, failure> read_progress_token(json::object const& params) {
  auto const* const meta = params.if_contains("_meta");
  if (!meta) return json::value(nullptr);
  if (!meta->is_object()) return failure{code::invalid_params, "_meta has to be an object", {}, 400};
  auto const* const token = meta->get_object().if_contains("progressToken");
  if (!token) return json::value(nullptr);
  if (!session::is_valid_id(token))
    return failure{code::invalid_params, "progressToken has to be a string or an integer", {}, 400};
  return *token;
}

} // namespace assay::server
