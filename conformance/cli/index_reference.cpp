// A program of the build: finds the comments `// [requirement.id]` in the sources it is given, and writes them as a C++
// table, so that `mcp-assay explain` can say where the reference implements a requirement.
//   index_reference OUTPUT ROOT FILE...      FILEs are relative to ROOT
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace {

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/// "pagination.invalid-cursor-rejected": lower-case words, one dot between.
bool is_id(std::string_view text) {
  auto const dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != dot && !letter(text[i])) return false;
  return true;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::ofstream out(argv[1]);
  std::string const root = argv[2];
  out << "// Written by the build: where the reference implements requirements.\n"
         "#include \"conformance/cli/places.hpp\"\n\nnamespace assay::cli {\n\nstd::span<place const> places() {\n"
         "  static constexpr place all[] = {{\"\", \"\", 0}";
  for (int i = 3; i < argc; ++i) {
    std::ifstream in(root + "/" + argv[i]);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      auto at = line.find("//");
      while (at != std::string::npos && (at = line.find('[', at)) != std::string::npos) {
        auto const end = line.find(']', at);
        if (end == std::string::npos) break;
        auto const id = std::string_view(line).substr(at + 1, end - at - 1);
        if (is_id(id)) out << ",\n      {\"" << id << "\", \"" << argv[i] << "\", " << number << "}";
        at = end;
      }
    }
  }
  out << "};\n  return std::span(all).subspan(1);\n}\n\n} // namespace assay::cli\n";
  return out.good() ? 0 : 1;
}
