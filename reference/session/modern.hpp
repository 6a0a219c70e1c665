// What a request of the modern era says about itself in _meta (basic/index, per-request protocol fields). There is no
// session: this lives as long as its request.
#pragma once

#include "reference/revision/revision.hpp"
#include "reference/wire/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::session {

namespace json = boost::json;

// [basic.meta-key-format]
namespace meta_key {
inline constexpr std::string_view protocol_version = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view client_info = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view client_capabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view log_level = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view subscription_id = "io.modelcontextprotocol/subscriptionId";
inline constexpr std::string_view server_info = "io.modelcontextprotocol/serverInfo";
} // namespace meta_key

struct modern {
  revision::revision const* revision = nullptr;
  json::object client_capabilities;
  json::object client_info;
  std::optional<std::string> log_level;
};

/// True when the params carry any of the per-request fields, right or wrong: the sender means the modern era.
bool speaks_modern(json::value const& message);

/// params._meta of a message, or nullptr when it is absent or no object.
json::object const* meta_of(json::value const& message);

} // namespace assay::session
