#include "reference/client/resources.hpp"

#include "reference/client/mrtr.hpp"

namespace assay::client {

task<listing> list_resources(state& c) {
  return list_all(c, "resources/list", "resources");
}

task<listing> list_resource_templates(state& c) {
  return list_all(c, "resources/templates/list", "resourceTemplates");
}

task<answer> read_resource(state& c, std::string uri) {
  json::object params;
  params["uri"] = std::move(uri);
  return request_in_rounds(c, "resources/read", std::move(params), {});
}

} // namespace assay::client
