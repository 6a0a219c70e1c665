// Looking up and changing header fields by name, without regard to case (RFC 9110, section 5.1), and the reason phrases
// that go with the status codes in use.
#include "reference/transport/http_message.hpp"

#include <boost/url/grammar/ci_string.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace assay::transport {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 37> reasons = {{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

} // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), boost::urls::grammar::to_lower);
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  return boost::urls::grammar::ci_is_equal(a, b);
}

std::string const* find_header(http_headers const& headers, std::string_view name) {
  for (auto const& header : headers)
    if (same_name(header.name, name)) return &header.value;
  return nullptr;
}

std::vector<std::string_view> header_values(http_headers const& headers, std::string_view name) {
  std::vector<std::string_view> out;
  for (auto const& header : headers)
    if (same_name(header.name, name)) out.push_back(header.value);
  return out;
}

void set_header(http_headers& headers, std::string_view name, std::string_view value) {
  auto const found =
      std::find_if(headers.begin(), headers.end(), [&](auto const& h) { return same_name(h.name, name); });
  if (found == headers.end()) {
    headers.push_back(http_header{std::string(name), std::string(value)});
    return;
  }
  found->value = value;
  headers.erase(std::remove_if(found + 1, headers.end(), [&](auto const& h) { return same_name(h.name, name); }),
                headers.end());
}

std::size_t remove_header(http_headers& headers, std::string_view name) {
  return std::erase_if(headers, [&](auto const& h) { return same_name(h.name, name); });
}

std::string_view usual_reason(int status) {
  for (auto const& [code, text] : reasons)
    if (code == status) return text;
  return "";
}

std::string media_type(std::string_view content_type) {
  std::string out;
  for (char const c : content_type.substr(0, content_type.find(';')))
    if (c != ' ' && c != '\t') out += boost::urls::grammar::to_lower(c);
  return out;
}

} // namespace assay::transport
