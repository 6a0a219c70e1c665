// Selection of the definition: the envelope by the kind of the message, its params or result by the method. What no
// schema can say (who may send a method, whether it is answered) comes from methods.json.
#include "conformance/message/schemas.hpp"

#include "conformance/message/official.hpp"
#include "conformance/message/tool_schemas.hpp"
#include "reference/wire/message.hpp"

#include <algorithm>

namespace assay::message {

namespace {

using jsonschema::violation;

constexpr std::size_t most_violations = 100; // of one message; a batch is one

/// A rule of methods.json that does not hold.
violation by_table(std::string pointer, std::string_view method, std::string_view member, std::string text) {
  return {std::move(pointer), "methods.json#/" + wire::pointer_token(method) + "/" + std::string(member),
          std::string(member), std::move(text)};
}

/// "../../2030-01-01/server/tools.json#/$defs/Tool" beside "extensions/tasks/" -> "2030-01-01/server/tools.json#/...".
std::string resolved(std::string base, std::string_view reference) {
  while (reference.starts_with("../")) {
    reference.remove_prefix(3);
    if (!base.empty()) base.pop_back();
    base.resize(base.rfind('/') + 1); // npos + 1 is 0
  }
  return base += reference;
}

/// The members of a message that JSON-RPC knows, found in one pass; the same kinds as wire::classify tells.
struct members {
  json::value const* id = nullptr;
  json::value const* method = nullptr;
  json::value const* params = nullptr;
  json::value const* result = nullptr;
  json::value const* error = nullptr;

  explicit members(json::object const& message) {
    for (auto const& member : message) {
      auto const name = std::string_view(member.key());
      auto const is = [&](std::string_view other) { return name == other; };
      switch (name.size()) {
      case 2: (is("id") ? id : unknown) = &member.value(); break;
      case 5: (is("error") ? error : unknown) = &member.value(); break;
      case 6:
        (is("method") ? method : is("params") ? params : is("result") ? result : unknown) = &member.value();
        break;
      default: break;
      }
    }
  }

  wire::message_kind kind() const {
    if ((method != nullptr) + (result != nullptr) + (error != nullptr) != 1) return wire::message_kind::invalid;
    if (result) return wire::message_kind::response;
    if (error) return wire::message_kind::error;
    return id ? wire::message_kind::request : wire::message_kind::notification;
  }

private:
  json::value const* unknown = nullptr;
};

/// The code of an error, when it is an integer.
std::optional<std::int64_t> code_of(json::value const& error) {
  auto const* code = error.is_object() ? error.get_object().if_contains("code") : nullptr;
  if (!code || !wire::is_integer(*code)) return std::nullopt;
  return code->is_int64() ? code->get_int64() : static_cast<std::int64_t>(code->to_number<double>());
}

/// The code that every instance of an error response must have; newer official files write it as a part of allOf.
std::optional<std::int64_t> demanded_code(json::value const& schema) {
  auto const* error = wire::find(schema, "/properties/error");
  if (!error || !wire::find(schema, "/properties/jsonrpc")) return std::nullopt;
  auto const* code = wire::find(*error, "/properties/code/const");
  if (auto const* parts = wire::find(*error, "/allOf"); !code && parts && parts->is_array())
    for (auto const& each : parts->get_array())
      if (auto const* found = wire::find(each, "/properties/code/const")) code = found;
  if (!code || !code->is_int64()) return std::nullopt;
  return code->get_int64();
}

/// The revision that the references of an extension's file lead to, when it is another one.
std::string foreign_revision(std::string_view text, std::string_view revision) {
  constexpr std::string_view up = "\"../../";
  for (auto at = text.find(up); at != std::string_view::npos; at = text.find(up, at + 1)) {
    auto const name = text.substr(at + up.size(), text.find('/', at + up.size()) - at - up.size());
    if (name != revision) return std::string(name);
  }
  return {};
}

} // namespace

schemas::part* schemas::part_at(std::string reference) {
  auto const [entry, fresh] = parts_.try_emplace(std::move(reference));
  if (fresh) entry->second.reference = entry->first;
  return &entry->second;
}

wire::result<void> schemas::add_document(std::string const& file, std::string const& name, json::value value) {
  if (auto const key = definitions_key(value); !key.empty())
    for (auto const& [definition, schema] : value.at(key).get_object()) {
      auto reference = name + "#/" + std::string(key) + "/" + wire::pointer_token(definition);
      if (auto const code = demanded_code(schema)) errors_[*code] = part_at(reference);
      definitions_.insert_or_assign(std::string(definition), std::move(reference));
    }
  if (auto r = registry_->add(name, std::move(value)); r.has_error())
    return wire::problem{file + r.error().where, r.error().what, r.error().hint};
  return {};
}

void schemas::add_methods(json::object const& table, std::string const& base) {
  for (auto const& [name, value] : table) {
    auto const* entry = value.if_object();
    if (!entry) continue;
    method made;
    made.is_request = text_of(entry->if_contains("kind")) == "request";
    if (auto const* from = entry->if_contains("from"); from && from->is_array())
      for (auto const& side : from->get_array())
        (text_of(&side) == "client" ? made.from_client : made.from_server) = true;
    if (auto const* required = entry->if_contains("params_required"))
      made.params_required = required->is_bool() && required->get_bool();
    if (auto const params = text_of(entry->if_contains("params")); !params.empty())
      made.params = part_at(resolved(base, params));
    if (auto const* result = entry->if_contains("result")) {
      if (result->is_string()) made.results.push_back(part_at(resolved(base, text_of(result))));
      if (result->is_array())
        for (auto const& each : result->get_array())
          made.results.push_back(part_at(resolved(base, text_of(&each))));
    }
    methods_.insert_or_assign(std::string(name), std::move(made));
  }
}

/// Newer revisions have other names for the two kinds of responses; there the older ones mean less or more.
void schemas::find_envelopes() {
  auto first = [&](std::initializer_list<std::string_view> names) -> part* {
    for (auto const name : names)
      if (auto const found = definitions_.find(name); found != definitions_.end()) return part_at(found->second);
    return nullptr;
  };
  request_ = first({"JSONRPCRequest"});
  notification_ = first({"JSONRPCNotification"});
  result_ = first({"JSONRPCResultResponse", "JSONRPCResponse"});
  error_ = first({"JSONRPCErrorResponse", "JSONRPCError"});
}

wire::result<schemas> schemas::load(data::store const& store, std::string const& revision,
                                    std::span<std::string const> extensions, jsonschema::formats formats) {
  schemas out;
  out.folder_ = "schemas/mcp/" + revision + "/";
  out.shown_without_ = revision + "/";
  out.registry_ = std::make_unique<jsonschema::registry>(jsonschema::dialect::draft2020_12, formats);
  std::vector<std::string> names{revision};
  for (auto const& extension : extensions)
    names.push_back("extensions/" + extension);
  for (auto const& name : names) {
    auto const folder = "schemas/mcp/" + name + "/";
    auto const files = store.list(folder);
    if (files.empty())
      return wire::problem{folder, "holds no schemas", "is the revision one of fixtures/revisions.json?"};
    for (auto const& file : files) {
      auto const below = std::string_view(file).substr(folder.size());
      // What the official files say otherwise, and what a result may ask for: nothing to validate with.
      if (below == "differences.json" || below == "inputs.json") continue;
      auto const text = *store.read(file);
      if (auto const other = name == revision ? "" : foreign_revision(text, revision); !other.empty())
        return wire::problem{folder, "is for revision " + other, "an extension adds to the revision it was made for"};
      auto value = wire::parse_value(text);
      if (value.has_error())
        return wire::problem{file + ", " + value.error().where, value.error().what, "run mcp-assay check-data"};
      if (below == "methods.json") {
        if (!value->is_object()) return wire::problem{file, "is no object", "run mcp-assay check-data"};
        out.add_methods(value->get_object(), name + "/");
        continue;
      }
      if (auto added = out.add_document(file, name + "/" + std::string(below), std::move(*value)); added.has_error())
        return added.error();
    }
  }
  out.find_envelopes();
  return out;
}

wire::result<schemas> schemas::load_official(data::store const& store, std::string const& revision,
                                             json::value document) {
  auto out = load(store, revision);
  if (out.has_error()) return out.error();
  constexpr std::string_view name = "schema.json";
  auto const key = definitions_key(document);
  if (key.empty())
    return wire::problem{std::string(name), "has no $defs and no definitions", "is it a schema of the protocol?"};
  auto const place = std::string(name) + "#/" + std::string(key);
  schemas made;
  made.folder_ = name;
  made.registry_ = std::make_unique<jsonschema::registry>();
  auto in_document = [&](part* ours) -> part* {
    auto const at = ours ? counterpart(ours->reference.substr(ours->reference.rfind('/') + 1), document.at(key)) : "";
    return at.empty() ? nullptr : made.part_at(place + at);
  };
  for (auto& [method_name, entry] : out->methods_) {
    auto copy = entry;
    copy.params = in_document(entry.params);
    copy.results.clear();
    for (auto* each : entry.results)
      if (auto* found = in_document(each)) copy.results.push_back(found);
    made.methods_.emplace(method_name, std::move(copy));
  }
  if (auto added = made.add_document(made.folder_, made.folder_, std::move(document)); added.has_error())
    return added.error();
  made.find_envelopes();
  return made;
}

void schemas::compile(part& of) {
  of.tried = true;
  auto made = registry_->compile(of.reference);
  if (made.has_value())
    of.schema = std::move(*made);
  else
    of.problem = "cannot be checked: " + made.error().where + " " + made.error().what;
}

/// Says what is wrong with a part of a message, which is at `at` in it.
void schemas::explain(part& of, json::value const& value, std::string const& at, violations& out) {
  if (!of.schema) {
    out.push_back({at, of.reference, "$ref", of.problem});
    return;
  }
  for (auto& found : of.schema->explain(value)) {
    if (out.size() >= most_violations) return;
    if (found.schema.starts_with(shown_without_)) found.schema.erase(0, shown_without_.size());
    found.instance.insert(0, at);
    out.push_back(std::move(found));
  }
}

wire::result<std::vector<violation>> schemas::check(std::string const& definition, json::value const& value) {
  auto found = definitions_.find(definition);
  auto* of = found == definitions_.end() ? nullptr : part_at(found->second);
  if (!of) return wire::problem{folder_, "has no definition " + definition, "see mcp-assay schema"};
  violations out;
  if (!accepts(of, value)) explain(*of, value, "", out);
  return out;
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
    out.push_back(name);
  std::ranges::sort(out);
  return out;
}

bool schemas::knows(sender from, std::string_view method) const {
  auto const found = methods_.find(method);
  return found != methods_.end() && (from == sender::client ? found->second.from_client : found->second.from_server);
}

/// What methods.json says of a request or notification, and its params.
void schemas::check_request(sender from, std::string_view name, json::value const* params, bool has_id,
                            violations& out) {
  auto const found = methods_.find(name);
  if (found == methods_.end()) return;
  auto const& entry = found->second;
  auto const told = [&](std::string_view rest) { return std::string(name) + std::string(rest); };
  if (!(from == sender::client ? entry.from_client : entry.from_server)) {
    std::string_view const side = from == sender::client ? "client" : "server";
    out.push_back(by_table("/method", name, "from", "is " + told(", which no ") + std::string(side) + " sends"));
    return;
  }
  if (entry.is_request && !has_id)
    out.push_back(by_table("", name, "kind", "has no \"id\"; " + told(" is a request and must have one")));
  if (!entry.is_request && has_id)
    out.push_back(by_table("/id", name, "kind", "must not be there; " + told(" is a notification")));
  if (!params) {
    if (entry.params_required)
      out.push_back(by_table("", name, "params_required", "has no \"params\"; " + told(" must have it")));
  } else if (!accepts(entry.params, *params)) {
    explain(*entry.params, *params, "/params", out);
  }
}

/// What is wrong with an answer to a method: in the view of the alternative that it comes closest to.
void schemas::check_result(json::value const& result, json::value const& request, violations& out) {
  auto const found = methods_.find(wire::method_of(request));
  if (found == methods_.end()) return;
  for (auto* each : found->second.results)
    if (accepts(each, result)) return;
  violations best;
  auto other_kind = [](violation const& v) { return v.instance == "/result/resultType"; };
  auto score = [&](violations const& of) { return std::pair(std::ranges::any_of(of, other_kind), of.size()); };
  for (auto* each : found->second.results) {
    violations now;
    explain(*each, result, "/result", now);
    if (best.empty() || score(now) < score(best)) best = std::move(now);
  }
  std::ranges::move(best, std::back_inserter(out));
}

std::vector<violation> schemas::check_message(sender from, json::value const& message, json::value const* request) {
  violations out;
  auto const no_message = [&](std::string_view text) {
    auto const found = definitions_.find("JSONRPCMessage");
    auto place = found == definitions_.end() ? std::string("JSONRPCMessage") : found->second;
    if (place.starts_with(shown_without_)) place.erase(0, shown_without_.size());
    out.push_back({"", std::move(place), "anyOf", std::string(text)});
  };
  if (auto const* batch = message.if_array()) {
    if (batch->empty()) no_message("is an empty array, must have at least one message");
    for (std::size_t i = 0; i != batch->size() && out.size() < most_violations; ++i) {
      if ((*batch)[i].is_array()) { // one level: a batch in a batch is no message
        no_message("is an array in a batch, must be a message");
        out.back().instance = "/" + std::to_string(i);
        continue;
      }
      for (auto& found : check_message(from, (*batch)[i], nullptr)) {
        found.instance.insert(0, "/" + std::to_string(i));
        out.push_back(std::move(found));
      }
    }
    return out;
  }
  auto const* object = message.if_object();
  if (!object) {
    no_message("is no request, notification, response or error");
    return out;
  }
  members const parts(*object);
  auto const kind = parts.kind();
  part* envelope = nullptr;
  switch (kind) {
  case wire::message_kind::batch:
  case wire::message_kind::invalid:
    if (parts.result && parts.error)
      no_message("has \"result\" and \"error\", must have exactly one of them");
    else if (parts.method)
      no_message("has \"method\" together with \"result\" or \"error\": a message is a request or an answer");
    else
      no_message("is no request, notification, response or error");
    return out;
  case wire::message_kind::request: envelope = request_; break;
  case wire::message_kind::notification: envelope = notification_; break;
  case wire::message_kind::response: envelope = result_; break;
  case wire::message_kind::error: {
    envelope = error_;
    auto const code = code_of(*parts.error);
    if (auto const own = code ? errors_.find(*code) : errors_.end(); own != errors_.end()) envelope = own->second;
    break;
  }
  }

  // The envelope's schema says something of the parts as well; the method's own says it better.
  violations of_parts;
  if (!accepts(envelope, message)) {
    violations all;
    explain(*envelope, message, "", all);
    for (auto& each : all) {
      bool const in_part = each.instance.starts_with("/params/") || each.instance.starts_with("/result/");
      (in_part ? of_parts : out).push_back(std::move(each));
    }
    if (!out.empty()) return out;
  }
  if (kind == wire::message_kind::request || kind == wire::message_kind::notification)
    check_request(from, text_of(parts.method), parts.params, parts.id != nullptr, out);
  else if (kind == wire::message_kind::response && request)
    check_result(*parts.result, *request, out);
  if (out.empty()) return of_parts;
  return out;
}

} // namespace assay::message
