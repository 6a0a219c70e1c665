// Globs, iteratively, so that no pattern costs more than the product of the lengths.
#include "conformance/judge/pattern.hpp"

namespace assay::judge {

bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

bool selects(std::string_view pattern, std::string_view id) {
  if (pattern.empty()) return false;
  if (pattern.find('*') != std::string_view::npos) return glob(pattern, id);
  auto boundary = [&](std::size_t at) {
    return at == 0 || at == id.size() || std::string_view("/.@[] ").find(id[at]) != std::string_view::npos ||
           std::string_view("/.@[] ").find(id[at - 1]) != std::string_view::npos;
  };
  for (auto at = id.find(pattern); at != std::string_view::npos; at = id.find(pattern, at + 1))
    if (boundary(at) && boundary(at + pattern.size())) return true;
  return false;
}

} // namespace assay::judge
