#include "reference/client/elicitation.hpp"

#include <algorithm>
#include <cmath>

namespace assay::client {
namespace {

std::string_view text_of(json::object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::optional<double> number_of(json::object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

/// The values that an enumeration allows, in each of the ways it can be written.
std::vector<json::value> choices(json::object const& schema) {
  std::vector<json::value> found;
  if (auto const* const values = schema.if_contains("enum"); values && values->is_array())
    for (auto const& value : values->get_array())
      found.push_back(value);
  for (auto const* const name : {"oneOf", "anyOf"}) {
    auto const* const titled = schema.if_contains(name);
    if (!titled || !titled->is_array()) continue;
    for (auto const& one : titled->get_array())
      if (auto const* const object = one.if_object(); object && object->contains("const"))
        found.push_back(object->at("const"));
  }
  return found;
}

std::string fill_text(json::object const& schema) {
  auto const format = text_of(schema, "format");
  std::string text = "text";
  if (format == "email") text = "user@example.com";
  if (format == "uri") text = "https://example.com/";
  if (format == "date") text = "1999-12-31";
  if (format == "date-time") text = "1999-12-31T00:00:00Z";
  // Bounded: a server cannot make us hold as much as it likes.
  auto const least = static_cast<std::size_t>(std::clamp(number_of(schema, "minLength").value_or(0), 0.0, 10'000.0));
  auto const most =
      static_cast<std::size_t>(std::clamp(number_of(schema, "maxLength").value_or(10'000), 0.0, 10'000.0));
  if (text.size() < least) text.resize(least, 'x');
  if (text.size() > most) text.resize(most);
  return text;
}

json::value fill_number(json::object const& schema, bool integer) {
  auto const least = number_of(schema, "minimum");
  auto const most = number_of(schema, "maximum");
  double value = 0;
  if (least && value < *least) value = integer ? std::ceil(*least) : *least;
  if (most && value > *most) value = integer ? std::floor(*most) : *most;
  if (integer && std::abs(value) < 9e15) return static_cast<std::int64_t>(value);
  return value;
}

} // namespace

// [elicitation.content-fits]
std::optional<json::value> fill_field(json::object const& schema) {
  // [elicitation.defaults-filled-in]
  if (auto const* const value = schema.if_contains("default")) return *value;
  auto const type = text_of(schema, "type");
  auto const allowed = choices(schema);
  if (type == "string") return allowed.empty() ? json::value(fill_text(schema)) : allowed.front();
  if (type == "number" || type == "integer") return fill_number(schema, type == "integer");
  if (type == "boolean") return json::value(true);
  if (type != "array") return std::nullopt;
  auto const* const items = schema.if_contains("items");
  auto const* const item = items ? items->if_object() : nullptr;
  auto const options = item ? choices(*item) : std::vector<json::value>();
  auto const wanted = std::clamp(number_of(schema, "minItems").value_or(0), 0.0, 10'000.0);
  if (options.size() < wanted) return std::nullopt;
  json::array chosen;
  for (std::size_t i = 0; i < static_cast<std::size_t>(wanted); ++i)
    chosen.push_back(options[i]);
  return json::value(std::move(chosen));
}

reply elicit(json::object const& params) {
  auto const mode = text_of(params, "mode");
  // [elicitation.mode-defaults-to-form] [elicitation.undeclared-mode-refused] [elicitation.url-not-fetched]
  // No mode means a form; no other mode that was declared comes here.
  if (params.contains("mode") && mode != "form")
    return session::failure{session::code::invalid_params, "this client did not declare this mode"};
  auto const* const schema = params.if_contains("requestedSchema");
  if (!schema || !schema->is_object())
    return session::failure{session::code::invalid_params, "elicitation/create needs a requestedSchema"};
  json::object result;
  json::object content;
  if (auto const* const fields = schema->get_object().if_contains("properties"); fields && fields->is_object()) {
    for (auto const& [name, field] : fields->get_object()) {
      auto value = field.is_object() ? fill_field(field.get_object()) : std::nullopt;
      if (!value) {
        result["action"] = "decline";
        return result;
      }
      content[name] = std::move(*value);
    }
  }
  result["action"] = "accept";
  result["content"] = std::move(content);
  return result;
}

} // namespace assay::client
