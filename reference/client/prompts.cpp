#include "reference/client/prompts.hpp"

#include "reference/client/mrtr.hpp"

namespace assay::client {

// [prompts.client-follows-pages]
task<listing> list_prompts(state& c) {
  return list_all(c, "prompts/list", "prompts");
}

task<answer> get_prompt(state& c, std::string name, json::object arguments) {
  json::object params;
  params["name"] = std::move(name);
  if (!arguments.empty()) params["arguments"] = std::move(arguments);
  return request_in_rounds(c, "prompts/get", std::move(params), {});
}

} // namespace assay::client
