#include "reference/session/task.hpp"

#include <cstdio>
#include <ctime>

namespace assay::session {

bool has_ended(std::string_view status) {
  return status == "completed" || status == "failed" || status == "cancelled";
}

// [tasks.timestamps] [tasks-extension.timestamps]
std::string timestamp(std::int64_t milliseconds) {
  std::time_t const seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char date[32];
  auto const length = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(milliseconds % 1000));
  return std::string(date, length) + fraction;
}

} // namespace assay::session
