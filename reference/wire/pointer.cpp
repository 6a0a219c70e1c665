#include "reference/wire/pointer.hpp"
#include "reference/wire/json.hpp"

#include <charconv>

namespace assay::wire {
namespace {

/// Unescapes a token; false when it is malformed.
bool unescape(std::string_view token, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out += token[i];
      continue;
    }
    if (++i == token.size() || (token[i] != '0' && token[i] != '1')) return false;
    out += token[i] == '0' ? '~' : '/';
  }
  return true;
}

} // namespace

std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> out;
  while (!pointer.empty()) {
    if (pointer[0] != '/') return std::nullopt;
    pointer.remove_prefix(1);
    std::size_t const end = std::min(pointer.find('/'), pointer.size());
    if (!unescape(pointer.substr(0, end), out.emplace_back())) return std::nullopt;
    pointer.remove_prefix(end);
  }
  return out;
}

std::optional<std::size_t> array_index(std::string_view token) {
  if (token.empty() || (token[0] == '0' && token.size() > 1)) return std::nullopt;
  std::size_t index = 0;
  auto const read = std::from_chars(token.data(), token.data() + token.size(), index);
  if (read.ec != std::errc() || read.ptr != token.data() + token.size()) return std::nullopt;
  return index;
}

json::value const* find(json::value const& root, std::string_view pointer) {
  json::value const* at = &root;
  std::string unescaped;
  while (!pointer.empty()) {
    if (pointer[0] != '/') return nullptr;
    pointer.remove_prefix(1);
    std::size_t const end = std::min(pointer.find('/'), pointer.size());
    std::string_view token = pointer.substr(0, end);
    pointer.remove_prefix(end);
    if (token.find('~') != std::string_view::npos) {
      if (!unescape(token, unescaped)) return nullptr;
      token = unescaped;
    }
    if (auto const* object = at->if_object()) {
      at = object->if_contains(token);
    } else if (auto const* array = at->if_array()) {
      auto const index = array_index(token);
      at = index ? array->if_contains(*index) : nullptr;
    } else {
      at = nullptr;
    }
    if (!at) return nullptr;
  }
  return at;
}

json::value* find(json::value& root, std::string_view pointer) {
  return const_cast<json::value*>(find(static_cast<json::value const&>(root), pointer));
}

std::string pointer_token(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (char const c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

} // namespace assay::wire
