// Edit distance with swaps (optimal string alignment), over texts of bounded length.
#include "conformance/cli/suggest.hpp"

#include <algorithm>

namespace assay::cli {

namespace {

constexpr std::size_t longest = 200; // nobody types more by mistake

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, longest);
  b = b.substr(0, longest);
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    std::swap(last, row);
  }
  return last[b.size()];
}

std::vector<std::string> nearest(std::string_view typed, std::vector<std::string> const& names, std::size_t most) {
  std::vector<std::pair<std::size_t, std::string>> found;
  for (auto const& name : names) {
    auto const distance = edit_distance(typed, name);
    bool const part = typed.size() >= 3 && name.find(typed) != std::string::npos;
    if (part || distance <= std::max<std::size_t>(2, name.size() / 3))
      found.emplace_back(part ? std::min<std::size_t>(distance, 3) : distance, name);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> out;
  for (auto& [distance, name] : found)
    if (out.size() < most) out.push_back(std::move(name));
  return out;
}

} // namespace assay::cli
