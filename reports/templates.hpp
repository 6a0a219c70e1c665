// What the HTML report carries inside: reports/templates/, put into the program by the build.
#pragma once

#include <string_view>

namespace assay::reports {

extern std::string_view const style_sheet;
extern std::string_view const script;

} // namespace assay::reports
