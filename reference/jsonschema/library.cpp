#include "reference/jsonschema/library.hpp"

#include <charconv>

namespace assay::jsonschema {

namespace {

constexpr std::size_t max_schema_depth = 512;

// One step of a JSON Pointer; empty when there is no such child.
json::value const* child(json::value const& parent, std::string_view token) {
  if (auto const* object = parent.if_object()) return object->if_contains(token);
  auto const* array = parent.if_array();
  if (array == nullptr || token.empty() || (token.size() > 1 && token.front() == '0')) return nullptr;
  std::size_t index = 0;
  auto const [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size() || index >= array->size()) return nullptr;
  return &(*array)[index];
}

std::string unescaped(std::string_view token) {
  std::string result;
  for (std::size_t i = 0; i != token.size(); ++i) {
    auto const escape = token[i] == '~' && i + 1 != token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    result += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
  }
  return result;
}

bool anchor_name(std::string_view name) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
  });
}

std::string_view text_of(json::value const* value) {
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

} // namespace

std::string location(document const& home, std::string_view pointer) {
  std::string result = home.name;
  result += '#';
  result += pointer;
  return result;
}

wire::result<speech> library::language_of(json::value const& schema, std::string const& where) const {
  speech result;
  result.draft = fallback_;
  auto const* object = schema.if_object();
  auto const* named = object != nullptr ? object->if_contains("$schema") : nullptr;
  if (named == nullptr) return result;
  if (!named->is_string())
    return wire::problem{where + "/$schema", "is not a string", "name a dialect by the URI of its meta-schema"};
  auto const uri = std::string_view(named->get_string());
  if (auto const known = known_dialect(uri)) {
    result.draft = *known;
    return result;
  }
  // A meta-schema of the user's own, known to this library: its $vocabulary chooses the keywords.
  auto const* meta = by_uri(uri.substr(0, uri.find('#')));
  if (meta == nullptr)
    return wire::problem{where + "/$schema", "names the dialect " + std::string(uri) + ", which is not supported",
                         "use 2020-12 (" + std::string(metaschema_uri(dialect::draft2020_12)) + ") or draft-07 (" +
                             std::string(metaschema_uri(dialect::draft7)) + "#)"};
  result.draft = meta->language.draft;
  result.vocabularies = meta->language.vocabularies;
  result.custom_metaschema = meta->uri;
  auto const* choices =
      meta->root.value->is_object() ? meta->root.value->get_object().if_contains("$vocabulary") : nullptr;
  if (choices == nullptr || !choices->is_object() || result.draft != dialect::draft2020_12) return result;
  result.vocabularies = 0;
  for (auto const& choice : choices->get_object()) {
    auto const bit = known_vocabulary(choice.key());
    if (bit)
      result.vocabularies |= *bit;
    else if (choice.value().is_bool() && choice.value().get_bool())
      return wire::problem{where + "/$schema",
                           "names a dialect that requires the unknown vocabulary " + std::string(choice.key()), ""};
  }
  return result;
}

wire::result<void> library::enter(resource& made) {
  auto const [entry, fresh] = by_uri_.emplace(made.uri, &made);
  if (!fresh && entry->second->root.value != made.root.value)
    return wire::problem{location(*made.home, made.root.pointer),
                         "has the URI " + std::string(displayed(made.uri)) + ", which " +
                             location(*entry->second->home, entry->second->root.pointer) + " has already",
                         "give each schema a URI of its own"};
  by_root_[made.root.value] = &made;
  return {};
}

wire::result<void> library::add(std::string_view uri, json::value root) {
  auto const absolute = resolve(local_base, uri);
  if (!absolute) return absolute.error();
  if (by_uri_.contains(absolute->uri))
    return wire::problem{std::string(uri), "is the URI of a document that was added already", ""};
  documents_.push_back({std::string(displayed(absolute->uri)), std::move(root)});
  auto done = scan(documents_.back(), absolute->uri);
  if (!done) {
    // Nothing of a bad document can be found; what stays in the deques is unreachable.
    auto const of_it = [&](auto const& entry) { return entry.second->home == &documents_.back(); };
    std::erase_if(by_root_, of_it);
    std::erase_if(by_uri_, of_it);
  }
  return done;
}

wire::result<void> library::scan(document const& home, std::string uri) {
  struct pending {
    json::value const* value;
    resource* in;
    std::string pointer;
    std::size_t depth;
  };
  std::vector<pending> todo;

  auto language = language_of(home.root, location(home, ""));
  if (!language) return language.error();
  auto& first = resources_.emplace_back();
  first.uri = std::move(uri);
  first.home = &home;
  first.root = {&home.root, ""};
  first.language = *language;
  if (auto entered = enter(first); !entered) return entered;
  todo.push_back({&home.root, &first, "", 0});

  while (!todo.empty()) {
    auto here = std::move(todo.back());
    todo.pop_back();
    auto const* schema = here.value->if_object();
    if (schema == nullptr) continue;
    if (here.depth > max_schema_depth)
      return wire::problem{location(home, here.pointer), "nests schemas too deeply", "at most 512 levels are read"};
    auto const draft7 = here.in->language.draft == dialect::draft7;

    // $id: a new resource, or in draft-07 an anchor. There, siblings of $ref do not count.
    auto const* id = schema->if_contains("$id");
    auto const ignored = draft7 && schema->contains("$ref");
    if (id != nullptr && !ignored && id->is_string()) {
      auto const text = std::string_view(id->get_string());
      auto const named = resolve(here.in->uri, text);
      if (!named) return wire::problem{location(home, here.pointer + "/$id"), named.error().what, named.error().hint};
      if (auto const hash = text.find('#'); hash != 0) {
        if (here.value == &home.root) {
          // The document is known by both URIs; its own counts for what is inside.
          if (named->uri != here.in->uri) {
            here.in->uri = named->uri;
            if (auto entered = enter(*here.in); !entered) return entered;
          }
        } else {
          auto inner = here.in->language;
          if (schema->contains("$schema")) {
            auto own = language_of(*here.value, location(home, here.pointer));
            if (!own) return own.error();
            inner = *own;
          }
          if (inner != here.in->language) mixed_.insert(&home);
          auto& made = resources_.emplace_back();
          made.uri = named->uri;
          made.home = &home;
          made.root = {here.value, here.pointer};
          made.language = std::move(inner);
          if (auto entered = enter(made); !entered) return entered;
          here.in = &made;
        }
      }
      if (draft7 && !named->fragment.empty() && !named->fragment.starts_with('/'))
        here.in->anchors.emplace(named->fragment, place{here.value, here.pointer});
    }
    if (here.in->language.draft == dialect::draft2020_12)
      for (std::string_view const keyword : {"$anchor", "$dynamicAnchor"})
        if (auto const name = text_of(schema->if_contains(keyword)); anchor_name(name)) {
          here.in->anchors.emplace(name, place{here.value, here.pointer});
          if (keyword == "$dynamicAnchor") here.in->dynamic_anchors.emplace(name);
        }

    for (auto const& member : *schema) {
      auto const form = keyword_shape(here.in->language.draft, member.key());
      if (form == shape::none) continue;
      auto const below = here.pointer + '/' + std::string(member.key());
      auto const& value = member.value();
      if (value.is_object() && (form == shape::schema || form == shape::schema_or_list)) {
        todo.push_back({&value, here.in, below, here.depth + 1});
      } else if (value.is_object() && form == shape::map) {
        for (auto const& entry : value.get_object())
          if (entry.value().is_object())
            todo.push_back({&entry.value(), here.in, below + '/' + wire::pointer_token(entry.key()), here.depth + 1});
      } else if (value.is_array() && (form == shape::list || form == shape::schema_or_list)) {
        std::size_t index = 0;
        for (auto const& entry : value.get_array()) {
          if (entry.is_object()) todo.push_back({&entry, here.in, below + '/' + std::to_string(index), here.depth + 1});
          ++index;
        }
      }
    }
  }
  return {};
}

resource const* library::by_uri(std::string_view uri) const {
  if (auto const entry = by_uri_.find(uri); entry != by_uri_.end()) return entry->second;
  return shelf_ != nullptr ? shelf_->by_uri(uri) : nullptr;
}

resource const* library::rooted_at(json::value const* value) const {
  if (auto const entry = by_root_.find(value); entry != by_root_.end()) return entry->second;
  return shelf_ != nullptr ? shelf_->rooted_at(value) : nullptr;
}

std::vector<std::pair<resource const*, place>> library::dynamic_anchors(std::string_view name) const {
  std::vector<std::pair<resource const*, place>> result;
  if (shelf_ != nullptr) result = shelf_->dynamic_anchors(name);
  for (auto const& candidate : resources_)
    if (candidate.dynamic_anchors.contains(name) && rooted_at(candidate.root.value) == &candidate)
      result.emplace_back(&candidate, candidate.anchors.find(name)->second);
  return result;
}

wire::result<found_schema> library::find(resource const& from, std::string_view reference) const {
  auto const aim = resolve(from.uri, reference);
  if (!aim) return aim.error();
  auto const* target = aim->uri == from.uri ? &from : by_uri(aim->uri);
  if (target == nullptr)
    return wire::problem{std::string(reference),
                         "refers to " + std::string(displayed(aim->uri)) + ", which is not known",
                         "documents are never fetched; add it, or put it under $defs"};
  return find_in(*target, aim->fragment, std::string(reference));
}

wire::result<found_schema> library::find(std::string_view reference) const {
  auto const aim = resolve(local_base, reference);
  if (!aim) return aim.error();
  auto const* target = by_uri(aim->uri);
  if (target == nullptr) return wire::problem{std::string(reference), "is not the URI of a known document", ""};
  return find_in(*target, aim->fragment, std::string(reference));
}

wire::result<found_schema> library::find_in(resource const& target, std::string_view fragment,
                                            std::string where) const {
  found_schema result{target.root, &target, {}};
  if (fragment.empty()) return result;
  if (fragment.front() != '/') {
    auto const anchor = target.anchors.find(fragment);
    if (anchor == target.anchors.end())
      return wire::problem{std::move(where),
                           "refers to an anchor that does not exist in " + std::string(displayed(target.uri)), ""};
    result.at = anchor->second;
    if (auto const dynamic = target.dynamic_anchors.find(fragment); dynamic != target.dynamic_anchors.end())
      result.dynamic_anchor = *dynamic;
    // An anchor that stands on a resource's root belongs to that resource.
    return result;
  }
  auto rest = fragment;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    auto const slash = std::min(rest.find('/'), rest.size());
    auto const token = rest.substr(0, slash);
    rest.remove_prefix(slash);
    auto const* next = child(*result.at.value, unescaped(token));
    if (next == nullptr)
      return wire::problem{std::move(where), "refers to " + std::string(fragment) + ", which does not exist", ""};
    result.at.value = next;
    result.at.pointer += '/';
    result.at.pointer += token;
    // The pointer may walk into a resource of its own.
    if (auto const* inner = rooted_at(next); inner != nullptr) result.in = inner;
  }
  return result;
}

} // namespace assay::jsonschema
