// One obligation of the specification, in our words; fixtures/requirements/<page>.json.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace assay::catalogue {

struct requirement {
  std::string id;      ///< "<page>.<claim>"
  std::string level;   ///< MUST, SHOULD or MAY
  std::string subject; ///< server, client or both
  std::string says;    ///< completes "A conforming server ..."
  std::string since;
  std::string removed_in;              ///< empty: still there
  std::vector<std::string> statements; ///< digests
  std::string source;                  ///< where it stands when it is no statement of a page
  std::vector<std::string> transports; ///< empty: all
  std::vector<std::string> features;   ///< all of these, of the revision
  std::string observable;              ///< wire, contract or outside
  std::string unseen;                  ///< of what is outside: why nobody can see it
  std::string interpretation;          ///< name in interpretations.json, or empty
  std::string page;                    ///< from the file's name: "server/tools"
};
BOOST_DESCRIBE_STRUCT(requirement, (),
                      (id, level, subject, says, since, removed_in, statements, source, transports, features,
                       observable, unseen, interpretation, page))

/// What the ids of a page's requirements begin with: its last segment; of an index page, the one before; of an
/// extension's, the name with "-extension".
std::string prefix_of(std::string_view page);

} // namespace assay::catalogue
