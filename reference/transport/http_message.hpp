// HTTP messages as plain data. Header fields keep their order, their case and their repetitions, because a suite judges
// and forges them (RFC 9110 and 9112; in the specification: basic/transports).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay::transport {

struct http_header {
  std::string name;
  std::string value;
};

/// In the order they stood; repeated names are kept.
using http_headers = std::vector<http_header>;

struct http_request {
  std::string method = "GET";
  std::string target = "/";
  http_headers headers;
  std::string body;
  int version = 11; ///< 10 or 11
};

struct http_response_head {
  int status = 200;
  std::string reason; ///< the usual phrase when empty
  http_headers headers;
  int version = 11;
};

/// With the ASCII letters as small ones.
std::string lower_case(std::string_view text);

/// ASCII letters without regard to case.
bool same_name(std::string_view a, std::string_view b);

/// The value of the first field of that name, or null.
std::string const* find_header(http_headers const& headers, std::string_view name);

/// The values of all fields of that name, in order.
std::vector<std::string_view> header_values(http_headers const& headers, std::string_view name);

/// Replaces the first field of that name and removes the others, or appends one.
void set_header(http_headers& headers, std::string_view name, std::string_view value);

/// How many were removed.
std::size_t remove_header(http_headers& headers, std::string_view name);

/// The usual phrase of a status code, "" for an unknown one.
std::string_view usual_reason(int status);

/// The media type of a Content-Type value: lower case, without parameters and blanks.
std::string media_type(std::string_view content_type);

} // namespace assay::transport
