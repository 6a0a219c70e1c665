// One check as it came out in one revision over one transport.
#pragma once

#include <boost/describe.hpp>
#include <string>

namespace assay::judge {

struct check_run {
  std::string requirement;
  std::string by; ///< the scenario's name, or "rules/<page>/<name>"
  std::string revision;
  std::string transport;
  std::string level; ///< of the requirement
  std::string outcome;
  std::string expected;
  std::string actual;
  std::string reason;
  int session = 0;    ///< where the evidence is, or 0
  int frame = 0;      ///< number of the frame in that session, or 0
  int since = 0;      ///< number of the frame that provoked it, or 0
  int exchange = 0;   ///< number of the exchange in that session, or 0
  bool known = false; ///< a failure that known-failures lists with this message

  /// "requirement@scenario"
  std::string check() const { return requirement + "@" + by; }
  /// "requirement@scenario[2025-11-25 stdio]"
  std::string id() const { return check() + "[" + revision + " " + transport + "]"; }
};
BOOST_DESCRIBE_STRUCT(check_run, (),
                      (requirement, by, revision, transport, level, outcome, expected, actual, reason, session, frame,
                       since, exchange, known))

} // namespace assay::judge
