#include "reference/app/seconds.hpp"

#include <charconv>

namespace assay::app {

wire::result<std::chrono::milliseconds> read_seconds(std::string const& name, std::string const& text) {
  double seconds = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds > 0) || seconds > 86'400)
    return wire::problem{name, "'" + text + "' is no number of seconds", "more than 0, at most a day"};
  return std::chrono::milliseconds(static_cast<long long>(seconds * 1000));
}

} // namespace assay::app
