#include "reference/jsonschema/describe.hpp"

#include "reference/jsonschema/node.hpp"

namespace assay::jsonschema {

namespace {

// Cuts between code points.
std::string cut(std::string_view text, std::size_t width) {
  if (text.size() <= width) return std::string(text);
  auto end = width - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return std::string(text.substr(0, end)) + "...";
}

// Writes as much of a value as fits: a big one costs no more than a small one.
void write(json::value const& value, std::size_t width, std::string& out) {
  if (out.size() > width) return;
  if (auto const* array = value.if_array()) {
    out += '[';
    for (auto const& item : *array) {
      if (&item != array->data()) out += ',';
      write(item, width, out);
      if (out.size() > width) return;
    }
    out += ']';
  } else if (auto const* object = value.if_object()) {
    out += '{';
    auto first = true;
    for (auto const& member : *object) {
      if (!std::exchange(first, false)) out += ',';
      out += wire::serialize(json::value(std::string_view(member.key()).substr(0, width)));
      out += ':';
      write(member.value(), width, out);
      if (out.size() > width) return;
    }
    out += '}';
  } else if (auto const* text = value.if_string()) {
    out += text->size() <= width ? wire::serialize(value) : '"' + cut(std::string_view(*text), width) + '"';
  } else {
    out += wire::serialize(value);
  }
}

} // namespace

std::string kind_name(json::value const& value) {
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  switch (type_of(value)) {
  case types::null: return "null";
  case types::object: return "an object";
  case types::array: return "an array";
  case types::string: return "a string";
  default: return "the number " + brief(value);
  }
}

std::string type_names(std::uint8_t wanted) {
  std::vector<std::string_view> names;
  if ((wanted & types::object) != 0) names.emplace_back("an object");
  if ((wanted & types::array) != 0) names.emplace_back("an array");
  if ((wanted & types::string) != 0) names.emplace_back("a string");
  if ((wanted & types::number) == types::number)
    names.emplace_back("a number");
  else if ((wanted & types::integer) != 0)
    names.emplace_back("an integer");
  if ((wanted & types::boolean) != 0) names.emplace_back("a boolean");
  if ((wanted & types::null) != 0) names.emplace_back("null");
  std::string result;
  for (std::size_t i = 0; i != names.size(); ++i) {
    if (i != 0) result += i + 1 == names.size() ? " or " : ", ";
    result += names[i];
  }
  return result;
}

std::string brief(json::value const& value, std::size_t width) {
  std::string result;
  write(value, width, result);
  return value.is_string() ? result : cut(result, width);
}

std::string quoted(std::string_view name) {
  return '"' + cut(name, 60) + '"';
}

std::string owner_of(std::string_view pointer) {
  std::size_t start = std::string_view::npos;
  for (std::string_view const mark : {"/$defs/", "/definitions/"})
    if (auto const at = pointer.rfind(mark); at != std::string_view::npos)
      if (auto const name = at + mark.size(); start == std::string_view::npos || name > start) start = name;
  if (start == std::string_view::npos) return {};
  auto rest = pointer.substr(start);
  auto const name = rest.substr(0, rest.find('/'));
  rest.remove_prefix(name.size());
  auto const vowel = !name.empty() && std::string_view("AEIOaeio").find(name.front()) != std::string_view::npos;
  auto result = std::string(vowel ? "an " : "a ") + cut(name, 60);
  // What stands deeper in it is named by its member; branches and conditions are of the same instance.
  std::string_view member;
  auto item = false;
  while (!rest.empty()) {
    auto const step = rest.substr(1, rest.find('/', 1) - 1);
    rest.remove_prefix(step.size() + 1);
    if (step == "properties" && !rest.empty()) {
      member = rest.substr(1, rest.find('/', 1) - 1);
      rest.remove_prefix(member.size() + 1);
      item = false;
    } else if (step == "items" || step == "prefixItems" || step == "additionalProperties") {
      item = true;
    }
  }
  if (!member.empty()) result = "the " + quoted(member) + " of " + result;
  return item ? "each entry in " + result : result;
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

} // namespace assay::jsonschema
