// The formats that can be asserted; the others say nothing. Cheap checks of syntax, no look-ups.
// https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3
#pragma once

#include <string_view>

namespace assay::jsonschema {

/// True when a string is of the form that a format names.
using format_check = bool (*)(std::string_view);

/// The check of a format, or nullptr for one we do not check.
format_check find_format(std::string_view name);

} // namespace assay::jsonschema
