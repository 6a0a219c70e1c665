// The profile and its sample.
#include "conformance/run/profile.hpp"

namespace assay::run {

namespace json = boost::json;

namespace {

/// A tool that says it only reads and requires no arguments.
bool harmless(json::value const& tool) {
  auto const* reads = wire::find(tool, "/annotations/readOnlyHint");
  auto const* required = wire::find(tool, "/inputSchema/required");
  return reads && reads->is_bool() && reads->get_bool() &&
         (!required || !required->is_array() || required->get_array().empty());
}

json::value sample_tool(json::object const& profile) {
  auto const* tools = profile.if_contains("tools");
  if (!tools || !tools->is_array()) return nullptr;
  json::value const* chosen = nullptr;
  for (auto const& tool : tools->get_array()) {
    auto const* name = wire::find(tool, "/name");
    if (!name || !name->is_string()) continue;
    if (name->get_string() == "test_simple_text") {
      chosen = name;
      break;
    }
    if (!chosen && harmless(tool)) chosen = name;
  }
  if (!chosen) return nullptr;
  return json::object{{"name", *chosen}, {"arguments", json::object{}}};
}

} // namespace

json::object make_profile(engine::environment const& env, engine::bindings const& names, json::object const& sample) {
  json::object profile;
  bool const client = env.subject == message::sender::client;
  for (auto const& [name, value] : client ? env.era->client_profile : env.era->profile)
    if (auto found = engine::resolve(value, names)) profile.emplace(name, std::move(*found));
  json::object chosen = sample;
  if (!chosen.contains("tool"))
    if (auto tool = sample_tool(profile); !tool.is_null()) chosen.emplace("tool", std::move(tool));
  if (auto const* tool = chosen.if_contains("tool"); tool && tool->is_null()) // none is safe to call
    chosen.erase("tool");
  if (!chosen.empty()) profile.emplace("sample", std::move(chosen));
  return profile;
}

} // namespace assay::run
