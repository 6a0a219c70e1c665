// A check over any traffic: for each view that a pattern selects, something holds; fixtures/rules/<page>.json.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <string>
#include <vector>

namespace assay::catalogue {

struct rule {
  std::string name;
  std::string requirement;
  std::vector<std::string> transports;
  std::vector<std::string> features;
  std::string over; ///< frames, exchanges or exits
  boost::json::object for_each;
  boost::json::value holds, preceded_by, not_preceded_by, followed_by, not_followed_by; ///< null: not this one
  std::vector<std::string> unique_by;
  std::string page; ///< from the file's name
};
BOOST_DESCRIBE_STRUCT(rule, (),
                      (name, requirement, transports, features, over, for_each, holds, preceded_by, not_preceded_by,
                       followed_by, not_followed_by, unique_by, page))

} // namespace assay::catalogue
