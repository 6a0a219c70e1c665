// An error that depends on input (a file, an option, the network), told to a person: where, what, what to do.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>

namespace assay::wire {

struct problem {
  std::string where; ///< file, JSON Pointer, option or address; may be empty
  std::string what;  ///< one sentence
  std::string hint;  ///< what to do about it; may be empty
};

/// "where: what (hint)", for a terminal.
inline std::string to_string(problem const& p) {
  return (p.where.empty() ? "" : p.where + ": ") + p.what + (p.hint.empty() ? "" : "; " + p.hint);
}

/// A value or the problem that prevented it.
template <class T>
using result = boost::system::result<T, problem>;

/// Called by result::value() on a problem that the caller did not look at: a bug of ours.
[[noreturn]] inline void throw_exception_from_error(problem const& p, boost::source_location const&) {
  throw std::logic_error(to_string(p));
}

} // namespace assay::wire
