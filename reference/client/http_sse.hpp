// HTTP with SSE, the transport that Streamable HTTP replaced (2024-11-05: basic/transports, HTTP with SSE; when to fall
// back on it: basic/transports of the later legacy revisions, backwards compatibility). One stream for all that the
// server says; its first event names the address that everything is posted to.
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// The transport is HTTP with SSE.
bool over_sse(state const& c);

/// True when initialize came to what it comes to at a server that only has the old transport, and we may speak that.
bool suggests_sse(state const& c, answer const& got);

/// Changes to the old transport: opens its stream and waits for the address. An empty text, or why it failed.
task<std::string> open_sse(state& c);

/// The newest revision that the old transport carries, or nullptr.
revision::revision const* newest_over_sse(state const& c);

/// An event of the stream: the address is taken. False: it is for others to read.
bool take_endpoint(state& c, int exchange, wire::sse_event const& event);

/// A response over the old transport has ended. `broken` is empty when it is whole. False: it is not over the old one.
bool conclude_sse(state& c, int exchange, std::string const& broken);

} // namespace assay::client
