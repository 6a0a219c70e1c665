#include "reference/app/frame_headers.hpp"

namespace assay::app {

boost::json::object as_object(transport::http_headers const& headers) {
  boost::json::object out;
  for (auto const& header : headers)
    out[transport::lower_case(header.name)] = header.value;
  return out;
}

void change(transport::http_headers& headers, std::vector<faults::header_change> const& changes) {
  for (auto const& one : changes) {
    if (one.value)
      transport::set_header(headers, one.name, *one.value);
    else
      transport::remove_header(headers, one.name);
  }
}

} // namespace assay::app
