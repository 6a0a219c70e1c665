// The machine-readable formats and the short ones; each a function of the model.
#pragma once

#include "reports/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

/// For a pull request or a job's summary: what matters in fewer than 60 lines, the rest folded away.
std::string markdown(model const& m);

/// Our own format, schemas/assay/report.json: everything that the other reports show.
std::string json_report(model const& m);

/// JUnit's XML: a suite a column, a case a check; class names are requirement ids.
std::string junit(model const& m);

/// SARIF 2.1.0: a rule a requirement, a result a failed check.
std::string sarif(model const& m);

/// TAP version 14: a test point a check.
std::string tap(model const& m);

/// An SVG for a README.
std::string badge(model const& m);

/// The same for a badge service: the endpoint schema of shields.io.
std::string badge_endpoint(model const& m);

/// A page for comparing subjects: pages of the specification x subjects, requirements that failed x subjects.
std::string matrix(model const& m);

/// What `--format` may be.
std::vector<std::string> const& formats();

/// The report in that format; `colour` and `width` are for the terminal's.
std::string render(model const& m, std::string_view format, bool colour = false, std::size_t width = 120);

} // namespace assay::reports
