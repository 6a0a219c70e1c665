// Any text as a regular expression, and any other to match it with; a NUL is between them. Compiling ends with a
// pattern or a problem, matching with an answer or a lost match.
#include "reference/jsonschema/pattern.hpp"
#include "cmake/fuzz.hpp"
#include "reference/wire/json.hpp"

using namespace assay;

namespace {

// Patterns match valid UTF-8, which is all that a JSON text can have.
bool is_text(std::string_view text) {
  return wire::parse_value(wire::serialize(boost::json::value(text))).has_value();
}

} // namespace

void fuzz(std::string_view input) {
  auto const cut = std::min(input.find('\0'), input.size());
  auto const expression = input.substr(0, cut);
  auto const text = cut == input.size() ? std::string_view() : input.substr(cut + 1);
  if (!is_text(expression) || !is_text(text)) return;
  auto const made = jsonschema::pattern::compile(expression);
  if (!made) {
    must(!made.error().what.empty());
    return;
  }
  must((*made)->text() == expression);
  must((*made)->find(text) == (*made)->find(text));
}

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> out;
  for (auto const* expression :
       {"^[a-z0-9]+(?:-[a-z0-9]+)*$", R"(\p{Script=Greek}\u{1F600}\uD83D\uDE00\cA\x41)", "(?<year>\\d{4})-\\k<year>",
        "(a+)+$", "(?=a)(?!b)(?<=c)(?<!d)[^\\s\\S]", "^(?:(?:a|b)*c){2,5}?$", "[\\b\\d-]", "\\/\\-\\p{L}"})
    for (auto const* text : {"a-b-c", "aaaaaaaaaaaaaa!", "\xce\xb1\xf0\x9f\x98\x80"})
      out.push_back(expression + std::string(1, '\0') + text);
  return out;
}
