#include "reference/client/capabilities.hpp"

namespace assay::client {

json::object client_capabilities(revision::revision const& revision) {
  json::object capabilities;
  if (revision.has("roots")) capabilities["roots"] = json::object();
  if (revision.has("sampling")) capabilities["sampling"] = json::object();
  if (revision.has("elicitation")) {
    json::object modes;
    // An empty object says the same; where modes have names, ours is named. There is no one here to open a URL.
    if (revision.has("url-elicitation")) modes["form"] = json::object();
    capabilities["elicitation"] = std::move(modes);
  }
  return capabilities;
}

json::object client_info(revision::revision const& revision) {
  json::object info{{"name", "mcp-reference-client"}, {"version", ASSAY_VERSION}};
  if (revision.has("titles")) info["title"] = "Assay reference client";
  return info;
}

} // namespace assay::client
