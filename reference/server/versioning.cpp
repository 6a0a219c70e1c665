#include "reference/server/versioning.hpp"

#include "reference/server/logging.hpp"
#include "reference/session/message.hpp"

namespace assay::server {
namespace key = session::meta_key;
using session::failure;

namespace {

// [basic.missing-meta-refused] [basic.missing-meta-status-400]
failure missing(std::string_view field, std::string_view wants) {
  return {session::code::invalid_params,
          "params._meta[\"" + std::string(field) + "\"] has to be " + std::string(wants),
          {},
          400};
}

bool is_text(json::object const& in, std::string_view name) {
  auto const* const value = in.if_contains(name);
  return value && value->is_string();
}

} // namespace

// [versioning.unsupported-version-refused] [versioning.supported-versions-listed]
// [versioning.requested-version-repeated] [streamable-http.unsupported-version-status-400]
failure unsupported_version(settings const& with, std::string_view requested) {
  json::array supported;
  for (auto const* one : with.revisions)
    supported.emplace_back(one->name);
  return {session::code::unsupported_version, "this protocol version is not spoken here",
          json::object{{"supported", std::move(supported)}, {"requested", requested}}, 400};
}

std::variant<session::modern, failure> read_context(settings const& with, json::value const& message) {
  static json::object const nothing;
  auto const* const found = session::meta_of(message);
  auto const& meta = found ? *found : nothing;

  session::modern context;
  auto const* const version = meta.if_contains(key::protocol_version);
  if (!version || !version->is_string()) {
    // A client of the legacy era learns from this error which versions it could speak.
    // [versioning.initialize-refused-with-versions]
    if (wire::method_of(message) == "initialize" && !session::speaks_modern(message)) {
      auto const* const offered = session::params_of(message).if_contains("protocolVersion");
      return unsupported_version(with, offered && offered->is_string() ? std::string_view(offered->get_string()) : "");
    }
    return missing(key::protocol_version, "a string");
  }
  auto const* const capabilities = meta.if_contains(key::client_capabilities);
  if (!capabilities || !capabilities->is_object()) return missing(key::client_capabilities, "an object");
  // [basic.client-info-optional]
  if (auto const* const info = meta.if_contains(key::client_info)) {
    auto const* const object = info->if_object();
    if (!object || !is_text(*object, "name") || !is_text(*object, "version"))
      return missing(key::client_info, "an object with name and version, or absent");
    context.client_info = *object;
  }
  if (auto const* const level = meta.if_contains(key::log_level)) {
    // [logging.requested-level-refused] [logging.requested-level-code]
    if (!level->is_string() || !is_log_level(level->get_string()))
      return missing(key::log_level, "a log level, or absent");
    context.log_level = level->get_string().c_str();
  }

  auto const* const revision = with.find(version->get_string());
  if (!revision || revision->era != "modern") return unsupported_version(with, version->get_string());
  context.revision = revision;
  context.client_capabilities = capabilities->get_object();
  return context;
}

} // namespace assay::server
