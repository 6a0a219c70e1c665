// The state of one legacy session: what initialize agreed on and what hangs on it until the connection or the HTTP
// session ends (basic/lifecycle of the revisions with a handshake).
#pragma once

#include "reference/revision/revision.hpp"
#include "reference/wire/json.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace assay::session {

namespace json = boost::json;

struct legacy {
  enum class phase { opening, initialized, operating };

  phase now = phase::opening;
  revision::revision const* revision = nullptr; ///< negotiated; null while opening
  json::object client_capabilities;
  json::object client_info;
  std::string log_level = "info";      ///< until logging/setLevel says otherwise
  std::set<std::string> subscriptions; ///< resource URIs
  std::int64_t next_request_id = 1;    ///< our own requests; an id is never used twice
};

} // namespace assay::session
