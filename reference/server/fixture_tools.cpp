#include "reference/server/fixture_tools.hpp"

namespace assay::server {

json::object read(std::string_view text) {
  return wire::parse_value(text).value().as_object();
}

json::object no_arguments() {
  return {{"type", "object"}, {"additionalProperties", false}};
}

// [tools.name-length] [tools.name-characters] [tools.names-unique]
std::vector<tool> make_fixture_tools() {
  std::vector<tool> out;
  add_content_tools(out);
  add_input_tools(out);
  add_change_tools(out);
  add_task_tools(out);
  return out;
}

} // namespace assay::server
