// Which members or items of one instance have been evaluated, for unevaluatedProperties and unevaluatedItems.
// https://json-schema.org/draft/2020-12/json-schema-core#section-11
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace assay::jsonschema {

/// A set of indices below a size. Allocates above 256 of them only.
class marks {
public:
  explicit marks(std::size_t size) : size_(size) {
    if (size > small_.size() * 64) big_.resize((size + 63) / 64);
  }

  std::size_t size() const { return size_; }
  void set(std::size_t index) { words()[index / 64] |= std::uint64_t{1} << (index % 64); }
  bool has(std::size_t index) const { return (words()[index / 64] >> (index % 64) & 1) != 0; }

  void set_all() {
    for (std::size_t i = 0; i != word_count(); ++i)
      words()[i] = ~std::uint64_t{0};
  }

  void merge(marks const& other) {
    for (std::size_t i = 0; i != word_count(); ++i)
      words()[i] |= other.words()[i];
  }

private:
  std::size_t word_count() const { return (size_ + 63) / 64; }
  std::uint64_t* words() { return big_.empty() ? small_.data() : big_.data(); }
  std::uint64_t const* words() const { return big_.empty() ? small_.data() : big_.data(); }

  std::size_t size_;
  std::array<std::uint64_t, 4> small_{};
  std::vector<std::uint64_t> big_;
};

} // namespace assay::jsonschema
