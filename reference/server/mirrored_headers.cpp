#include "reference/server/mirrored_headers.hpp"

#include "reference/server/tools.hpp"
#include "reference/session/message.hpp"
#include "reference/session/modern.hpp"
#include "reference/wire/header_value.hpp"

#include <charconv>

namespace assay::server {
namespace {

failure mismatch(std::string what) {
  return {code::header_mismatch, std::move(what), {}, 400};
}

// [streamable-http.header-whitespace-ignored]
std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

struct read_header {
  bool there = false;
  std::optional<failure> fault;
  std::string value;
};

/// The one value of a header; `encoded` ones may be in the Base64 form.
// [streamable-http.header-names-case-insensitive] [streamable-http.encoded-name-decoded]
// [streamable-http.invalid-param-header-refused]
read_header read(transport::http_headers const& headers, std::string const& name, bool encoded) {
  read_header found;
  auto const values = transport::header_values(headers, name);
  if (values.empty()) return found;
  found.there = true;
  if (values.size() > 1) {
    found.fault = mismatch(name + " was sent more than once");
    return found;
  }
  auto const raw = trim(values.front());
  for (unsigned char const c : raw)
    if ((c < 0x20 && c != '\t') || c > 0x7e)
      found.fault = mismatch(name + " has a character that no header value may have");
  if (!encoded) {
    found.value = raw;
    return found;
  }
  auto decoded = wire::decode_header_value(raw);
  if (decoded)
    found.value = std::move(*decoded);
  else
    found.fault = mismatch(name + " is not encoded as it should be");
  return found;
}

// [streamable-http.missing-headers-refused] [streamable-http.mismatching-headers-refused]
std::optional<failure> compare(transport::http_headers const& headers, std::string const& name,
                               std::string_view expected, bool encoded) {
  auto const found = read(headers, name, encoded);
  if (!found.there) return mismatch(name + " is missing");
  if (found.fault) return found.fault;
  if (found.value != expected) return mismatch(name + " does not say what the body says");
  return std::nullopt;
}

json::value const* value_at(json::value const* from, std::vector<std::string> const& path) {
  for (auto const& name : path) {
    auto const* const object = from ? from->if_object() : nullptr;
    from = object ? object->if_contains(name) : nullptr;
  }
  return from;
}

// [streamable-http.integers-compared-by-value]
bool says(std::string const& header, json::value const& body) {
  if (body.is_string()) return header == std::string_view(body.get_string());
  if (body.is_bool()) return header == (body.get_bool() ? "true" : "false");
  if (!body.is_number()) return true; // not of the declared type: the schema will say so
  double number = 0;
  auto const [end, error] = std::from_chars(header.data(), header.data() + header.size(), number);
  return error == std::errc() && end == header.data() + header.size() && number == body.to_number<double>();
}

// [streamable-http.param-headers-validated] [streamable-http.missing-param-header-refused]
// [streamable-http.absent-params-need-no-header]
std::optional<failure> parameters(settings const& with, transport::http_headers const& headers,
                                  json::object const& params) {
  auto const* const name = params.if_contains("name");
  auto const* const revision = with.newest("modern");
  auto const* const tool = name && name->is_string() && revision ? find_tool(*revision, name->get_string()) : nullptr;
  if (!tool) return std::nullopt;
  for (auto const& parameter : tool->mirrored) {
    auto const header = "Mcp-Param-" + parameter.header;
    auto const found = read(headers, header, true);
    if (found.fault) return found.fault;
    auto const* const value = value_at(params.if_contains("arguments"), parameter.path);
    bool const given = value && !value->is_null();
    if (!given && found.there) return mismatch(header + " stands for an argument that the body does not have");
    if (given && !found.there) return mismatch(header + " is missing");
    if (given && !says(found.value, *value)) return mismatch(header + " does not say what the body says");
  }
  return std::nullopt;
}

} // namespace

std::optional<failure> header_mismatch(settings const& with, transport::http_headers const& headers,
                                       json::value const& message) {
  auto const& params = session::params_of(message);
  auto const method = wire::method_of(message);

  // [streamable-http.missing-version-refused] [streamable-http.version-mismatch-refused]
  // [streamable-http.version-mismatch-code]
  auto const version = read(headers, "MCP-Protocol-Version", false);
  if (!version.there) return mismatch("MCP-Protocol-Version is missing");
  if (version.fault) return version.fault;
  auto const* const meta = session::meta_of(message);
  auto const* const said = meta ? meta->if_contains(session::meta_key::protocol_version) : nullptr;
  // A body without the field has another fault, and is told that one.
  if (said && said->is_string() && std::string_view(said->get_string()) != version.value)
    return mismatch("MCP-Protocol-Version does not say what the body says");

  if (auto fault = compare(headers, "Mcp-Method", method, false)) return fault;

  // [tasks-extension.name-header-compared]
  auto const* const source = method == "tools/call" || method == "prompts/get" ? params.if_contains("name")
                             : method == "resources/read"                      ? params.if_contains("uri")
                             : method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel"
                                 ? params.if_contains("taskId")
                                 : nullptr;
  if (source && source->is_string())
    if (auto fault = compare(headers, "Mcp-Name", source->get_string(), true)) return fault;

  return method == "tools/call" ? parameters(with, headers, params) : std::nullopt;
}

} // namespace assay::server
