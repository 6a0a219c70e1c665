// The one table of formats.
#include "reports/formats.hpp"

#include "reports/html.hpp"
#include "reports/terminal.hpp"

#include <stdexcept>

namespace assay::reports {

std::vector<std::string> const& formats() {
  static std::vector<std::string> const names{"terminal", "html",  "matrix", "markdown", "json",
                                              "junit",    "sarif", "tap",    "badge",    "endpoint"};
  return names;
}

std::string render(model const& m, std::string_view format, bool colour, std::size_t width) {
  if (format == "terminal") return terminal(m, {colour, width});
  if (format == "html") return html(m);
  if (format == "matrix") return matrix(m);
  if (format == "markdown") return markdown(m);
  if (format == "json") return json_report(m);
  if (format == "junit") return junit(m);
  if (format == "sarif") return sarif(m);
  if (format == "tap") return tap(m);
  if (format == "badge") return badge(m);
  if (format == "endpoint") return badge_endpoint(m);
  throw std::logic_error("no such format: " + std::string(format));
}

} // namespace assay::reports
