// Selection of the definition, and the envelope's rules, which no single definition can say.
#include "conformance/message/schemas.hpp"

#include "reference/wire/message.hpp"

namespace assay::message {

namespace {

using jsonschema::violation;

violation envelope(std::string pointer, std::string text) {
  return {std::move(pointer), "basic/index", "envelope", std::move(text)};
}

/// jsonrpc, id, and the members that exclude each other.
void check_envelope(json::value const& message, wire::message_kind kind, std::vector<violation>& out) {
  auto const& object = message.get_object();
  auto const* version = object.if_contains("jsonrpc");
  if (!version || !version->is_string() || version->get_string() != "2.0")
    out.push_back(envelope("/jsonrpc", "jsonrpc is not \"2.0\""));
  auto const* id = object.if_contains("id");
  bool const proper = id && (id->is_string() || wire::is_integer(*id));
  switch (kind) {
  case wire::message_kind::request:
    if (!proper)
      out.push_back(envelope("/id", "the id of a request is no string or integer"));
    break;
  case wire::message_kind::response:
    if (!proper)
      out.push_back(envelope("/id", "the id of a response is no string or integer"));
    if (!object.at("result").is_object())
      out.push_back(envelope("/result", "result is no object"));
    if (object.contains("error"))
      out.push_back(envelope("/error", "result and error stand together"));
    break;
  case wire::message_kind::error: {
    if (id && !id->is_null() && !proper)
      out.push_back(envelope("/id", "the id of an error is no string or integer"));
    auto const& error = object.at("error");
    auto const* code = error.is_object() ? error.get_object().if_contains("code") : nullptr;
    auto const* text = error.is_object() ? error.get_object().if_contains("message") : nullptr;
    if (!error.is_object())
      out.push_back(envelope("/error", "error is no object"));
    if (error.is_object() && (!code || !wire::is_integer(*code)))
      out.push_back(envelope("/error/code", "error has no integer code"));
    if (error.is_object() && (!text || !text->is_string()))
      out.push_back(envelope("/error/message", "error has no message"));
    break;
  }
  default: break;
  }
  if (auto const* method = object.if_contains("method"); method && !method->is_string())
    out.push_back(envelope("/method", "method is no string"));
  if (auto const* params = object.if_contains("params"); params && !params->is_object())
    out.push_back(envelope("/params", "params is no object"));
}

} // namespace

wire::result<schemas> schemas::load(data::store const& store, std::string const& revision) {
  schemas out;
  out.folder_ = "schemas/mcp/" + revision + "/";
  out.registry_ = std::make_unique<jsonschema::registry>();
  auto const files = store.list(out.folder_);
  if (files.empty())
    return wire::problem{out.folder_, "holds no schemas", "is the revision one of fixtures/revisions.json?"};
  for (auto const& file : files) {
    auto name = file.substr(out.folder_.size());
    auto value = wire::parse_value(*store.read(file));
    if (value.has_error())
      return wire::problem{file + ", " + value.error().where, value.error().what, "run mcp-assay check-data"};
    if (name == "methods.json") {
      out.methods_ = value->as_object();
      continue;
    }
    if (name == "differences.json")
      continue;
    if (auto const* defs = wire::find(*value, "/$defs"); defs && defs->is_object())
      for (auto const& [definition, schema] : defs->get_object())
        out.definitions_.emplace(std::string(definition), name + "#/$defs/" + wire::pointer_token(definition));
    if (auto r = out.registry_->add(name, std::move(*value)); r.has_error())
      return wire::problem{file + r.error().where, r.error().what, r.error().hint};
  }
  return out;
}

jsonschema::validator const* schemas::compiled(std::string const& reference) {
  auto found = validators_.find(reference);
  if (found == validators_.end()) {
    auto made = registry_->compile(reference);
    found = validators_
                .emplace(reference, made.has_value() ? std::optional<jsonschema::validator>(std::move(*made))
                                                     : std::nullopt)
                .first;
  }
  return found->second ? &*found->second : nullptr;
}

wire::result<std::vector<violation>> schemas::check(std::string const& definition, json::value const& value) {
  auto found = definitions_.find(definition);
  auto const* schema = found == definitions_.end() ? nullptr : compiled(found->second);
  if (!schema)
    return wire::problem{folder_, "has no usable definition " + definition, "see mcp-assay schema"};
  if (schema->accepts(value))
    return std::vector<violation>{};
  return schema->explain(value);
}

std::vector<std::string> schemas::definitions() const {
  std::vector<std::string> out;
  for (auto const& [name, reference] : definitions_)
    out.push_back(name);
  return out;
}

std::vector<std::string> schemas::methods() const {
  std::vector<std::string> out;
  for (auto const& [name, entry] : methods_)
    out.emplace_back(name);
  return out;
}

bool schemas::knows(sender from, std::string_view method) const {
  auto const* entry = methods_.if_contains(method);
  if (!entry)
    return false;
  for (auto const& side : entry->at("from").as_array())
    if (side.as_string() == (from == sender::client ? "client" : "server"))
      return true;
  return false;
}

std::vector<violation> schemas::check_message(sender from, json::value const& message, json::value const* request) {
  std::vector<violation> out;
  auto const kind = wire::classify(message);
  if (kind == wire::message_kind::batch) {
    std::size_t index = 0;
    for (auto const& each : message.get_array()) {
      for (auto& v : check_message(from, each, nullptr)) {
        v.instance = "/" + std::to_string(index) + v.instance;
        out.push_back(std::move(v));
      }
      ++index;
    }
    return out;
  }
  if (kind == wire::message_kind::invalid) {
    out.push_back(envelope("", "is no request, notification, response or error"));
    return out;
  }
  check_envelope(message, kind, out);
  if (!out.empty())
    return out;

  auto against = [&](json::value const& references, json::value const& value, std::string const& at) {
    std::vector<violation> best;
    auto one = [&](json::value const& reference) {
      auto const* schema = compiled(std::string(reference.as_string()));
      if (!schema || schema->accepts(value))
        return true;
      if (auto found = schema->explain(value); best.empty() || found.size() < best.size())
        best = std::move(found);
      return false;
    };
    if (references.is_array()) {
      for (auto const& reference : references.get_array())
        if (one(reference))
          return;
    } else if (references.is_string()) {
      if (one(references))
        return;
    }
    for (auto& v : best) {
      v.instance = at + v.instance;
      out.push_back(std::move(v));
    }
  };

  bool const answer = kind == wire::message_kind::response;
  if (kind == wire::message_kind::error)
    return out;
  auto const method = answer ? (request ? wire::method_of(*request) : std::string_view{}) : wire::method_of(message);
  auto const* entry = methods_.if_contains(method);
  if (!entry)
    return out;
  if (answer) {
    if (auto const* result = entry->as_object().if_contains("result"))
      against(*result, message.get_object().at("result"), "/result");
    return out;
  }
  if (!knows(from, method)) {
    out.push_back(envelope("/method", std::string(method) + " is not for this side to send"));
    return out;
  }
  auto const* params = message.get_object().if_contains("params");
  auto const* required = entry->as_object().if_contains("params_required");
  if (!params) {
    if (required && required->is_bool() && required->get_bool())
      out.push_back(envelope("/params", "params is missing; " + std::string(method) + " needs it"));
  } else if (auto const* schema = entry->as_object().if_contains("params")) {
    against(*schema, *params, "/params");
  }
  return out;
}

} // namespace assay::message
