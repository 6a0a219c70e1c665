// How to break a requirement in the reference; fixtures/mutants/<page>/<name>.json.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <string>
#include <vector>

namespace assay::catalogue {

struct mutant {
  std::string breaks;
  std::string role;           ///< which reference: server or client
  boost::json::value rewrite; ///< object or array; null when it is a fault
  std::string fault;
  std::vector<std::string> collateral;
  std::string because;
  std::string name; ///< from the file: "server/utilities/pagination/accepts-any-cursor"
  std::string text; ///< the file as it is, for the reference's --fault
};
BOOST_DESCRIBE_STRUCT(mutant, (), (breaks, role, rewrite, fault, collateral, because, name, text))

} // namespace assay::catalogue
