#include "reference/server/logging.hpp"

#include "reference/session/message.hpp"

#include <algorithm>
#include <array>

namespace assay::server {
namespace {

/// Least to most severe.
constexpr std::array<std::string_view, 8> levels{"debug", "info",     "notice", "warning",
                                                 "error", "critical", "alert",  "emergency"};

auto rank(std::string_view level) {
  return std::find(levels.begin(), levels.end(), level);
}

} // namespace

bool is_log_level(std::string_view level) {
  return rank(level) != levels.end();
}

// [logging.set-level-served] [logging.set-level-result-shape] [logging.invalid-level-refused]
// [logging.invalid-level-code]
outcome set_level(call& c) {
  auto const* const level = c.params.if_contains("level");
  if (!level || !level->is_string() || !is_log_level(level->get_string()))
    return invalid_params("level has to be one of the eight of RFC 5424");
  c.session->log_level = level->get_string().c_str();
  return complete{};
}

void log(call& c, std::string_view level, json::value data) {
  // [logging.minimum-level-kept] [logging.set-level-heard] [logging.only-on-request] [logging.requested-level-kept]
  if (!c.log_level || rank(level) < rank(*c.log_level)) return;
  // [logging.message-shape] [logging.not-on-other-streams]
  c.notifications.push_back(session::make_notification(
      "notifications/message", {{"level", level}, {"logger", "mcp-reference-server"}, {"data", std::move(data)}}));
}

} // namespace assay::server
