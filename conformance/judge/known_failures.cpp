// Reading and applying the list.
#include "conformance/judge/known_failures.hpp"

#include "conformance/judge/pattern.hpp"

namespace assay::judge {

namespace {

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

} // namespace

wire::result<std::vector<known_failure>> parse_known_failures(std::string_view text, std::string const& file) {
  std::vector<known_failure> out;
  int number = 0;
  while (!text.empty()) {
    ++number;
    auto const end = text.find('\n');
    auto const line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    auto const separator = line.find(" :: ");
    if (separator == std::string_view::npos || trimmed(line.substr(separator + 4)).empty())
      return wire::problem{file + ", line " + std::to_string(number), "names no message",
                           "write `requirement@scenario[revision transport] :: part of the failure's message`"};
    out.push_back(
        {number, std::string(trimmed(line.substr(0, separator))), std::string(trimmed(line.substr(separator + 4)))});
  }
  return out;
}

void apply(std::vector<known_failure>& known, std::vector<check_run>& runs) {
  for (auto& run : runs) {
    auto const id = run.id();
    for (auto& entry : known) {
      if (!selects(entry.pattern, id)) continue;
      if (run.outcome != "inapplicable") entry.in_scope = true;
      if (run.outcome == "fail" && message(run).find(entry.text) != std::string::npos) {
        run.known = true;
        entry.met = true;
      }
    }
  }
}

std::string message(check_run const& run) {
  auto text = "expected " + run.expected + "; actual " + run.actual;
  // A line of the list has to hold it.
  for (auto& c : text)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  return text;
}

std::string line_for(check_run const& run) {
  return run.id() + " :: " + message(run);
}

} // namespace assay::judge
