#include "reference/wire/message.hpp"

namespace assay::wire {

message_kind classify(json::value const& message) {
  if (message.is_array()) return message_kind::batch;
  auto const* object = message.if_object();
  if (!object) return message_kind::invalid;
  bool const method = object->contains("method");
  bool const result = object->contains("result");
  bool const error = object->contains("error");
  if (int(method) + int(result) + int(error) != 1) return message_kind::invalid;
  if (result) return message_kind::response;
  if (error) return message_kind::error;
  return object->contains("id") ? message_kind::request : message_kind::notification;
}

std::string_view to_string(message_kind kind) {
  switch (kind) {
  case message_kind::request: return "request";
  case message_kind::notification: return "notification";
  case message_kind::response: return "response";
  case message_kind::error: return "error";
  case message_kind::batch: return "batch";
  case message_kind::invalid: break;
  }
  return "invalid";
}

json::value const* id_of(json::value const& message) {
  auto const* object = message.if_object();
  return object ? object->if_contains("id") : nullptr;
}

std::string_view method_of(json::value const& message) {
  auto const* object = message.if_object();
  auto const* method = object ? object->if_contains("method") : nullptr;
  auto const* text = method ? method->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

} // namespace assay::wire
