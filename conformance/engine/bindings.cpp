// Replacement of the objects that stand for values.
#include "conformance/engine/bindings.hpp"

#include <algorithm>

namespace assay::engine {

namespace {

constexpr std::size_t longest_text = 256u << 20; // $repeat is for texts of our own making; still no fixture needs more

std::string text_of(json::value const& value) {
  return value.is_string() ? std::string(value.get_string()) : wire::serialize(value);
}

} // namespace

json::value const* bindings::find(std::string_view reference) const {
  auto const slash = reference.find('/');
  auto const name = reference.substr(0, slash);
  auto const pointer = slash == std::string_view::npos ? std::string_view{} : reference.substr(slash);
  for (auto const* scope = this; scope; scope = scope->outer_) {
    if (auto found = scope->elsewhere_.find(name); found != scope->elsewhere_.end())
      return wire::find(*found->second, pointer);
    if (auto found = scope->views_.find(name); found != scope->views_.end()) return wire::find(found->second, pointer);
  }
  return nullptr;
}

bool constant(json::value const& value) {
  if (auto const* array = value.if_array()) return std::all_of(array->begin(), array->end(), constant);
  auto const* object = value.if_object();
  if (!object) return true;
  // What stands for something else has one or two members, and the first of them begins with a dollar.
  return std::all_of(object->begin(), object->end(),
                     [](auto const& member) { return !member.key().starts_with('$') && constant(member.value()); });
}

std::optional<json::value> resolve(json::value const& value, bindings const& names, std::string* missing) {
  if (auto const* array = value.if_array()) {
    json::array out;
    out.reserve(array->size());
    for (auto const& item : *array) {
      auto one = resolve(item, names, missing);
      if (!one) return std::nullopt;
      out.push_back(std::move(*one));
    }
    return out;
  }
  auto const* object = value.if_object();
  if (!object) return value;
  if (auto const* reference = object->if_contains("$"); reference && object->size() == 1 && reference->is_string()) {
    if (auto const* found = names.find(reference->get_string())) return *found;
    if (missing) *missing = std::string(reference->get_string());
    return std::nullopt;
  }
  if (auto const* text = object->if_contains("$repeat"); text && object->size() == 2 && object->contains("times")) {
    auto unit = resolve(*text, names, missing);
    if (!unit) return std::nullopt;
    auto const part = text_of(*unit);
    auto const& wanted = object->at("times");
    if (!wire::is_integer(wanted) || wanted.to_number<std::int64_t>() < 0) return std::nullopt;
    auto const times = wanted.to_number<std::uint64_t>();
    std::string out;
    if (!part.empty() && times > longest_text / part.size()) return std::nullopt;
    out.reserve(part.size() * times);
    for (std::uint64_t i = 0; !part.empty() && i < times; ++i)
      out += part;
    return json::value(out);
  }
  if (auto const* parts = object->if_contains("$concat"); parts && object->size() == 1 && parts->is_array()) {
    std::string out;
    for (auto const& part : parts->get_array()) {
      auto one = resolve(part, names, missing);
      if (!one) return std::nullopt;
      out += text_of(*one);
    }
    return json::value(out);
  }
  if (auto const* of = object->if_contains("$name"); of && object->size() == 2 && object->contains("at")) {
    auto const owner = resolve(*of, names, missing);
    if (!owner) return std::nullopt;
    auto const& at = object->at("at");
    auto const* members = owner->if_object();
    auto const place = wire::is_integer(at) ? at.to_number<std::int64_t>() : -1;
    if (!members || place < 0 || static_cast<std::uint64_t>(place) >= members->size()) {
      if (missing) *missing = "member " + std::to_string(place) + " of " + text_of(*of);
      return std::nullopt;
    }
    return json::value((members->begin() + place)->key());
  }
  if (auto const* pair = object->if_contains("$member");
      pair && object->size() == 1 && pair->is_array() && pair->get_array().size() == 2) {
    auto const both = resolve(*pair, names, missing);
    if (!both || !both->get_array()[0].is_string()) return std::nullopt;
    return json::object{{both->get_array()[0].get_string(), both->get_array()[1]}};
  }
  json::object out;
  out.reserve(object->size());
  for (auto const& [name, item] : *object) {
    auto one = resolve(item, names, missing);
    if (!one) return std::nullopt;
    out.emplace(name, std::move(*one));
  }
  return out;
}

} // namespace assay::engine
