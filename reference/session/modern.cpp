#include "reference/session/modern.hpp"

#include "reference/session/message.hpp"

namespace assay::session {

json::object const* meta_of(json::value const& message) {
  auto const* const meta = params_of(message).if_contains("_meta");
  return meta ? meta->if_object() : nullptr;
}

bool speaks_modern(json::value const& message) {
  auto const* const meta = meta_of(message);
  return meta && (meta->contains(meta_key::protocol_version) || meta->contains(meta_key::client_capabilities) ||
                  meta->contains(meta_key::client_info));
}

} // namespace assay::session
