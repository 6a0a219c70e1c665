#include "reference/server/lifecycle.hpp"

#include "reference/server/capabilities.hpp"

namespace assay::server {

outcome initialize(settings const& with, session::legacy& session, json::object const& params) {
  if (session.now != session::legacy::phase::opening)
    return failure{code::invalid_request, "this session is initialized already"};

  auto const* const version = params.if_contains("protocolVersion");
  if (!version || !version->is_string()) return invalid_params("protocolVersion has to be a string");
  auto const* const offered = params.if_contains("capabilities");
  if (!offered || !offered->is_object()) return invalid_params("capabilities have to be an object");
  auto const* const info = params.if_contains("clientInfo");
  if (!info || !info->is_object()) return invalid_params("clientInfo has to be an object");
  for (auto const* name : {"name", "version"}) {
    auto const* const value = info->get_object().if_contains(name);
    if (!value || !value->is_string()) return invalid_params(std::string("clientInfo.") + name + " has to be a string");
  }

  // The offered version when it is spoken here, else our newest one.
  // [lifecycle.supported-version-echoed] [lifecycle.unknown-version-countered] [lifecycle.latest-version-countered]
  // [lifecycle.unknown-version-not-agreed]
  auto const* revision = with.find(version->get_string());
  if (!revision || revision->era != "legacy") revision = with.newest("legacy");

  session.now = session::legacy::phase::initialized;
  session.revision = revision;
  session.client_capabilities = offered->get_object();
  session.client_info = info->get_object();
  // [lifecycle.initialize-result] [lifecycle.unknown-capabilities-tolerated]
  return complete{{{"protocolVersion", revision->name},
                   {"capabilities", capabilities(*revision)},
                   {"serverInfo", implementation(*revision)},
                   {"instructions", instructions()}}};
}

} // namespace assay::server
