// What a fuzz target is: a folder's fuzz/NAME.cpp defines these two; assay_fuzz makes a program of it.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// Takes any bytes. Whatever they are it returns within bounds; what must hold and does not ends the program by
/// `must`.
void fuzz(std::string_view input);

/// Inputs to start from, good ones mostly.
std::vector<std::string> fuzz_seeds();

/// Ends the program when a condition does not hold; that is what a fuzzer reports.
inline void must(bool holds) {
  if (!holds) std::abort();
}
