#include "reference/server/resources.hpp"

#include "reference/server/pagination.hpp"
#include "reference/server/samples.hpp"

#include <array>

namespace assay::server {
namespace {

struct resource {
  std::string_view uri;
  std::string_view name;
  std::string_view title;
  std::string_view mime_type;
  std::string_view text; ///< empty: the sample image
};

// [resources.uris-unique] [resources.own-schemes-as-uris]
constexpr std::array<resource, 9> resources{{
    {"test://static-text", "static-text", "Static text", "text/plain", "A resource whose text never changes."},
    {"test://static-binary", "static-binary", "Static image", "image/png", ""},
    {"test://watched-resource", "watched-resource", "Watched resource", "text/plain",
     "A resource that can be watched."},
    {"test://cancelled-calls", "cancelled-calls", "Cancelled calls", "text/plain",
     "Changes when a call of test_tool_with_waiting is cancelled."},
    // No file of this machine: what is served is what the list has, so no path leads anywhere else.
    // [resources.file-paths-sanitized]
    {"file:///assay/notes.txt", "notes", "Notes", "text/plain", "A resource with the address of a file."},
    {"test://unicode", "unicode", "Text in several scripts", "text/plain", "caf\u00e9 \u4e16\u754c \U0001F30D"},
    {"test://empty-text", "empty-text", "One line", "text/plain", "\n"},
    {"test://json", "json", "JSON", "application/json", R"({"answer":42})"},
    {"test://example-resource", "example-resource", "Example", "text/plain", "A resource that prompts embed."},
}};

constexpr std::string_view template_start = "test://template/";
constexpr std::string_view template_end = "/data";

/// The id in test://template/{id}/data.
// [resources.file-paths-sanitized] Nothing is read from a path: an id is a name.
std::optional<std::string_view> template_id(std::string_view uri) {
  if (!uri.starts_with(template_start) || !uri.ends_with(template_end)) return std::nullopt;
  if (uri.size() <= template_start.size() + template_end.size()) return std::nullopt;
  auto const id = uri.substr(template_start.size(), uri.size() - template_start.size() - template_end.size());
  if (id.find_first_of("/?#") != std::string_view::npos) return std::nullopt;
  return id;
}

resource const* find(std::string_view uri) {
  for (auto const& one : resources)
    if (one.uri == uri) return &one;
  return nullptr;
}

// [resources.unknown-resource-refused] [resources.unknown-resource-code] [resources.missing-resource-is-invalid]
// [resources.missing-resource-not-empty] [basic.withdrawn-error-codes-unused]
failure not_found(call const& c, std::string_view uri) {
  // The modern era gave up the code of its own.
  auto const code = c.modern() ? code::invalid_params : code::resource_not_found;
  return {code, "there is no such resource", json::object{{"uri", uri}}};
}

// [resources.malformed-read-refused] [resources.uris-validated] What is no URI is the name of no resource.
std::variant<std::string, failure> uri_of(call const& c) {
  auto const* const uri = c.params.if_contains("uri");
  if (!uri || !uri->is_string()) return invalid_params("uri has to be a string");
  return std::string(uri->get_string());
}

} // namespace

bool resource_exists(std::string_view uri) {
  return find(uri) || template_id(uri);
}

// [resources.list-answered] [resources.list-result-shape] [resources.list-not-per-connection]
outcome list_resources(call& c) {
  json::array all;
  for (auto const& one : resources) {
    json::object listed{
        {"uri", one.uri}, {"name", one.name}, {"description", "A resource to read"}, {"mimeType", one.mime_type}};
    if (c.revision.has("titles")) listed["title"] = one.title;
    all.push_back(std::move(listed));
  }
  return page(c, "resources", all);
}

// [resources.templates-result-shape]
outcome list_resource_templates(call& c) {
  json::object data{{"uriTemplate", data_template},
                    {"name", "template-data"},
                    {"description", "Data for any id"},
                    {"mimeType", "application/json"}};
  if (c.revision.has("titles")) data["title"] = "Data by id";
  json::array all;
  all.push_back(std::move(data));
  return page(c, "resourceTemplates", all);
}

// [resources.read-result-shape] [resources.contents-shape]
outcome read_resource(call& c) {
  auto const read = uri_of(c);
  if (auto const* const why = std::get_if<failure>(&read)) return *why;
  auto const& uri = std::get<std::string>(read);
  json::object contents{{"uri", uri}};
  if (auto const* const one = find(uri)) {
    contents["mimeType"] = one->mime_type;
    if (one->text.empty())
      // [resources.blobs-encoded]
      contents["blob"] = png;
    else
      contents["text"] = one->text;
  } else if (auto const id = template_id(uri)) {
    contents["mimeType"] = "application/json";
    json::object data{{"id", *id}, {"templateTest", true}, {"data", "Data for ID: " + std::string(*id)}};
    contents["text"] = wire::serialize(data);
  } else {
    return not_found(c, uri);
  }
  json::array all;
  all.push_back(std::move(contents));
  json::object result;
  result["contents"] = std::move(all);
  return complete{std::move(result)};
}

// [resources.subscriptions-served] [resources.subscribe-result-shape]
outcome subscribe_resource(call& c) {
  auto const read = uri_of(c);
  if (auto const* const why = std::get_if<failure>(&read)) return *why;
  auto const& uri = std::get<std::string>(read);
  if (!resource_exists(uri)) return not_found(c, uri);
  if (c.session->subscriptions.size() >= c.settings.limits.subscriptions)
    return failure{code::internal_error, "too many subscriptions in this session"};
  c.session->subscriptions.insert(uri);
  return complete{};
}

// [resources.unsubscribed-not-told]
outcome unsubscribe_resource(call& c) {
  auto const read = uri_of(c);
  if (auto const* const why = std::get_if<failure>(&read)) return *why;
  c.session->subscriptions.erase(std::get<std::string>(read));
  return complete{};
}

} // namespace assay::server
