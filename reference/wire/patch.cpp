#include "reference/wire/patch.hpp"
#include "reference/wire/pointer.hpp"

#include <algorithm>

namespace assay::wire {
namespace {

using tokens = std::vector<std::string>;

/// A patch that copies a value into itself doubles it with each operation: these bounds stop it early.
constexpr std::size_t deepest = 1000;
constexpr std::size_t most_copied = std::size_t(64) << 20;

struct extent {
  std::size_t depth = 0;
  std::size_t bytes = 0;
};

/// How deep a value is and, roughly, how much memory it takes. Values are never deeper than `deepest`, so recursion is
/// safe.
extent measure(json::value const& value) {
  extent out{0, sizeof(json::value)};
  auto const take = [&](json::value const& child) {
    extent const inner = measure(child);
    out.depth = std::max(out.depth, inner.depth);
    out.bytes += inner.bytes;
  };
  if (auto const* object = value.if_object()) {
    for (auto const& member : *object) {
      take(member.value());
      out.bytes += member.key().size() + 32;
    }
    ++out.depth;
  } else if (auto const* array = value.if_array()) {
    for (auto const& element : *array)
      take(element);
    ++out.depth;
  } else if (auto const* text = value.if_string()) {
    out.bytes += text->size();
  }
  return out;
}

problem cannot(std::string what, std::string hint = "") {
  return {"", std::move(what), std::move(hint)};
}

json::value* child(json::value& parent, std::string const& token) {
  if (auto* object = parent.if_object()) return object->if_contains(token);
  auto* array = parent.if_array();
  auto const index = array_index(token);
  return array && index ? array->if_contains(*index) : nullptr;
}

/// The value that the first `count` tokens lead to, or nullptr.
json::value* walk(json::value& root, tokens const& path, std::size_t count) {
  json::value* at = &root;
  for (std::size_t i = 0; at && i < count; ++i)
    at = child(*at, path[i]);
  return at;
}

result<json::value*> existing(json::value& root, tokens const& path, std::string_view pointer) {
  json::value* at = walk(root, path, path.size());
  if (!at) return cannot("nothing is at \"" + std::string(pointer) + "\"");
  return at;
}

result<void> add(json::value& root, tokens const& path, std::string_view pointer, json::value value) {
  if (path.size() + measure(value).depth > deepest) return cannot("the value would be nested too deep");
  if (path.empty()) {
    root = std::move(value);
    return {};
  }
  json::value* parent = walk(root, path, path.size() - 1);
  if (!parent) return cannot("no parent for \"" + std::string(pointer) + "\"");
  std::string const& last = path.back();
  if (auto* object = parent->if_object()) {
    object->insert_or_assign(last, std::move(value));
    return {};
  }
  auto* array = parent->if_array();
  if (!array) return cannot("the parent of \"" + std::string(pointer) + "\" is neither an object nor an array");
  if (last == "-") {
    array->push_back(std::move(value));
    return {};
  }
  auto const index = array_index(last);
  if (!index || *index > array->size()) {
    return cannot("\"" + last + "\" is no place in an array of " + std::to_string(array->size()),
                  "0 to the size, or - for the end");
  }
  array->insert(array->begin() + *index, std::move(value));
  return {};
}

result<json::value> remove(json::value& root, tokens const& path, std::string_view pointer) {
  if (path.empty()) return cannot("the whole document cannot be removed", "replace it");
  auto const at = existing(root, path, pointer);
  if (!at) return at.error();
  json::value taken = std::move(**at);
  json::value& parent = *walk(root, path, path.size() - 1);
  if (auto* object = parent.if_object()) {
    // Not erase(): that moves the last member into the gap, and the order of members is what people read.
    json::object kept(object->storage());
    kept.reserve(object->size());
    for (auto& member : *object) {
      if (member.key() != path.back()) kept.emplace(member.key(), std::move(member.value()));
    }
    *object = std::move(kept);
  } else {
    auto& array = parent.get_array();
    array.erase(array.begin() + *array_index(path.back()));
  }
  return taken;
}

bool is_proper_prefix(tokens const& from, tokens const& path) {
  return from.size() < path.size() && std::equal(from.begin(), from.end(), path.begin());
}

/// A member that must be there and a string.
result<std::string_view> text_member(json::object const& operation, std::string_view name) {
  auto const* value = operation.if_contains(name);
  auto const* text = value ? value->if_string() : nullptr;
  if (!text) return cannot("the operation needs \"" + std::string(name) + "\", a string");
  return std::string_view(text->data(), text->size());
}

struct location {
  std::string_view pointer;
  tokens path;
};

result<location> pointer_member(json::object const& operation, std::string_view name) {
  auto const text = text_member(operation, name);
  if (!text) return text.error();
  auto path = pointer_tokens(*text);
  if (!path)
    return cannot("\"" + std::string(*text) + "\" is no JSON Pointer", "\"\", or starts with /, with ~0 and ~1 only");
  return location{*text, std::move(*path)};
}

result<void> apply_value_operation(json::value& target, json::object const& operation, std::string_view op,
                                   location const& to) {
  auto const* value = operation.if_contains("value");
  if (!value) return cannot("\"" + std::string(op) + "\" needs \"value\"");
  if (op == "add") return add(target, to.path, to.pointer, *value);
  auto const at = existing(target, to.path, to.pointer);
  if (!at) return at.error();
  if (op == "test") {
    if (!equal(**at, *value)) return cannot("the value at \"" + std::string(to.pointer) + "\" is another");
    return {};
  }
  if (to.path.size() + measure(*value).depth > deepest) return cannot("the value would be nested too deep");
  **at = *value;
  return {};
}

result<void> apply_from_operation(json::value& target, json::object const& operation, std::string_view op,
                                  location const& to, std::size_t& copied) {
  auto const from = pointer_member(operation, "from");
  if (!from) return from.error();
  if (op == "copy") {
    auto const source = existing(target, from->path, from->pointer);
    if (!source) return source.error();
    copied += measure(**source).bytes;
    if (copied > most_copied) return cannot("the copies of this patch grow too large");
    return add(target, to.path, to.pointer, json::value(**source));
  }
  if (is_proper_prefix(from->path, to.path)) return cannot("a value cannot be moved into itself");
  if (from->path == to.path) {
    auto const there = existing(target, from->path, from->pointer);
    if (!there) return there.error();
    return {};
  }
  auto taken = remove(target, from->path, from->pointer);
  if (!taken) return taken.error();
  return add(target, to.path, to.pointer, std::move(*taken));
}

result<void> apply_one(json::value& target, json::value const& operation_value, std::size_t& copied) {
  auto const* operation = operation_value.if_object();
  if (!operation) return cannot("an operation is an object");
  auto const op = text_member(*operation, "op");
  if (!op) return op.error();
  auto const to = pointer_member(*operation, "path");
  if (!to) return to.error();
  if (*op == "add" || *op == "replace" || *op == "test") return apply_value_operation(target, *operation, *op, *to);
  if (*op == "move" || *op == "copy") return apply_from_operation(target, *operation, *op, *to, copied);
  if (*op == "remove") {
    auto const taken = remove(target, to->path, to->pointer);
    if (!taken) return taken.error();
    return {};
  }
  return cannot("unknown operation \"" + std::string(*op) + "\"", "add, remove, replace, move, copy or test");
}

} // namespace

result<void> apply_patch(json::value& target, json::array const& operations) {
  json::value work = target;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (auto done = apply_one(work, operations[i], copied); !done) {
      problem p = done.error();
      p.where = std::to_string(i);
      return p;
    }
  }
  target = std::move(work);
  return {};
}

} // namespace assay::wire
