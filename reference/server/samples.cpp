#include "reference/server/samples.hpp"

namespace assay::server {

json::object text_block(std::string_view text) {
  return {{"type", "text"}, {"text", text}};
}

json::object image_block() {
  return {{"type", "image"}, {"data", png}, {"mimeType", "image/png"}};
}

json::object audio_block() {
  return {{"type", "audio"}, {"data", wav}, {"mimeType", "audio/wav"}};
}

json::object resource_block(std::string_view uri, std::string_view mime_type, std::string_view text) {
  json::object contents{{"uri", uri}, {"mimeType", mime_type}, {"text", text}};
  return {{"type", "resource"}, {"resource", std::move(contents)}};
}

} // namespace assay::server
