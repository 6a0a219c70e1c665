// Messages as HTTP requests, answers as JSON or as event streams (basic/transports/streamable-http; 2025-03-26 to
// 2025-11-25: basic/transports, Streamable HTTP, with sessions, a GET stream and resumption).
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// POSTs a message, with the headers of the era and `headers` after them. `request` is the key of the request that the
/// answer is for, or empty. Returns the exchange.
int post(state& c, json::value const& message, transport::http_headers headers, std::string request);

/// A GET for an event stream at the target; the exchange.
int get_stream(state& c);

/// Opens the stream on which a legacy server may speak first, where the revision has one; a server may refuse it.
void open_stream(state& c);

/// Ends the session at the server (DELETE), if there is one, and drops what is still open.
task<int> close_session(state& c);

/// Closes the connection of an exchange; 0 or an unknown one is no exchange.
void drop_exchange(state& c, int exchange);

void on_head(state& c, int exchange, transport::http_response_head const& head);
void on_body(state& c, int exchange, std::string_view bytes);
/// The body is complete.
void on_end(state& c, int exchange);
/// No response, or one that broke off.
void on_failure(state& c, int exchange, std::string what);

} // namespace assay::client
