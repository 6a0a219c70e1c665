// Numbers between their text and a double: correctly rounded in, JavaScript's layout out. RFC 8259, section 6.
#pragma once

#include <string>
#include <string_view>

namespace assay::wire {

/// What a number's text comes to as a double.
struct double_reading {
  double value = 0;     ///< nearest double; the largest finite one where the text says more than that
  bool inexact = false; ///< the text says more than the value holds; see inexact_number
};

/// Reads a number text that has passed the grammar and is no integer of 64 bits.
double_reading read_double(std::string_view text);

/// Appends the shortest text that reads back as the same double, laid out as JavaScript does.
void append_double(std::string& out, double value);

} // namespace assay::wire
