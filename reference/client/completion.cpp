#include "reference/client/completion.hpp"

namespace assay::client {

task<answer> complete(state& c, std::string of, std::string argument, std::string value) {
  bool const resource = of.find("://") != std::string::npos;
  json::object reference;
  reference["type"] = resource ? "ref/resource" : "ref/prompt";
  reference[resource ? "uri" : "name"] = std::move(of);
  json::object pair;
  pair["name"] = std::move(argument);
  pair["value"] = std::move(value);
  json::object params;
  params["ref"] = std::move(reference);
  params["argument"] = std::move(pair);
  return request(c, "completion/complete", std::move(params));
}

} // namespace assay::client
