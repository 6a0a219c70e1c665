// Names of members and what a schema says of each, in a table without collisions.
#pragma once

#include "reference/jsonschema/known_text.hpp"

#include <vector>

namespace assay::jsonschema {

struct node;

/// What a schema does to a value, as far as it can be said without looking at the schema.
enum class way : std::uint8_t {
  nothing, ///< accepts everything
  type,    ///< asks for a type, and for nothing else
  text,    ///< asks for one string
  texts,   ///< asks for one of some strings
  plain,   ///< keywords that look at members, items, or at the value by itself
  any,     ///< one of some alternatives
  choice,  ///< a member, a string, says which alternative an object must meet
  general, ///< anything
};

/// What a schema says of one named member.
struct property {
  std::string_view name;
  node const* schema = nullptr; ///< when it is not declared: that of "additionalProperties", or null
  bool declared = false;        ///< stands in "properties"
  bool required = false;
  // For the quick walk: of `schema`, set by link.cpp; `ends` by the table.
  way kind = way::nothing;
  std::uint8_t types = 0;
  text_ends ends = {};
};

/// Properties by name. A multiplier that sends every name to a slot of its own is looked for when the table is made;
/// names that defy it (there are many, or they differ in the middle only) are kept by their hash, at most half full.
class property_table {
public:
  property_table() { assign({}); }

  void assign(std::vector<property> properties) {
    for (auto& item : properties) {
      if (item.name.data() == nullptr) item.name = "";
      item.ends = {item.name.data(), item.name.size()};
    }
    if (place_apart(properties)) return;
    multiplier_ = 0;
    std::size_t size = 2;
    while (size < properties.size() * 2)
      size *= 2;
    slots_.assign(size, {});
    for (auto& item : properties) {
      auto at = hash(item.name);
      while (slots_[at].name.data() != nullptr)
        at = (at + 1) & (slots_.size() - 1);
      slots_[at] = item;
    }
  }

  /// True when each name has a slot of its own.
  bool apart() const { return multiplier_ != 0; }

  property const* find(std::string_view name) const {
    if (apart()) return find_apart(name);
    for (auto at = hash(name);; at = (at + 1) & (slots_.size() - 1)) {
      auto const& slot = slots_[at];
      if (slot.name.data() == nullptr) return nullptr; // an empty slot
      if (slot.name == name) return &slot;
    }
  }

  /// The same for a table that is `apart`.
  [[gnu::always_inline]] property const* find_apart(std::string_view name) const {
    auto const size = name.size();
    text_ends const ends(name.data(), size);
    auto const& slot = slots_[ends.mixed(size, multiplier_) >> shift_];
    if (slot.name.size() != size || slot.ends != ends) return nullptr;
    if (size - 1 < 16) return &slot;
    // Without letters it is the empty name or an empty slot.
    if (size == 0) return slot.name.data() != nullptr ? &slot : nullptr;
    return std::memcmp(slot.name.data(), name.data(), size) == 0 ? &slot : nullptr;
  }

  /// All slots; those whose name is null are empty.
  std::vector<property>& slots() { return slots_; }
  std::vector<property> const& slots() const { return slots_; }

private:
  static constexpr std::size_t most_apart = 64;

  bool place_apart(std::vector<property> const& properties) {
    if (properties.size() > most_apart) return false;
    unsigned bits = 1;
    while (std::size_t{1} << bits < properties.size())
      ++bits;
    for (auto const widest = bits + 3; bits <= widest; ++bits) {
      multiplier_ = text_ends::golden;
      shift_ = 64 - bits;
      for (int attempt = 0; attempt != 16; ++attempt, multiplier_ = (multiplier_ * text_ends::golden + 2) | 1) {
        slots_.assign(std::size_t{1} << bits, {});
        auto apart = true;
        for (auto const& item : properties) {
          auto& slot = slots_[item.ends.mixed(item.name.size(), multiplier_) >> shift_];
          apart = slot.name.data() == nullptr;
          if (!apart) break;
          slot = item;
        }
        if (apart) return true;
      }
    }
    return false;
  }

  std::size_t hash(std::string_view name) const { return std::hash<std::string_view>{}(name) & (slots_.size() - 1); }

  std::vector<property> slots_;  ///< a power of two of them, at least two
  std::uint64_t multiplier_ = 0; ///< 0: by hash
  unsigned shift_ = 0;
};

} // namespace assay::jsonschema
