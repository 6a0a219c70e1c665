// Lets Catch2 show a wire::result in REQUIRE(parsed): its problem, or that there is a value. Include it after
// cmake/catch.hpp.
#pragma once

#include "reference/wire/problem.hpp"

namespace Catch {

template <class T>
struct StringMaker<boost::system::result<T, assay::wire::problem>> {
  static std::string convert(boost::system::result<T, assay::wire::problem> const& shown) {
    return shown ? "a value" : "the problem \"" + assay::wire::to_string(shown.error()) + "\"";
  }
};

} // namespace Catch
