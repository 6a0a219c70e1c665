// Numbers as JSON Schema sees them: by mathematical value, whatever C++ type holds them.
// https://json-schema.org/draft/2020-12/json-schema-validation#section-6.2
#pragma once

#include <boost/json.hpp>

namespace assay::jsonschema {

/// True for 1, 1.0 and 1e300, whatever their size; false for 1.5 and for what is no number.
bool integral(boost::json::value const& number);

/// Negative, zero or positive, exactly, across int64, uint64 and double. Both must be numbers.
int compare(boost::json::value const& left, boost::json::value const& right);

/// True when `number` is a whole multiple of `divisor` (> 0), counted in decimal: 0.3 is a multiple of 0.1.
bool multiple_of(boost::json::value const& number, boost::json::value const& divisor);

/// Equality of JSON values: 1 equals 1.0, members in any order.
bool same(boost::json::value const& left, boost::json::value const& right);

/// A hash that agrees with `same`.
std::size_t hash_of(boost::json::value const& value);

} // namespace assay::jsonschema
