// A connection to the subject as the driver uses it: actions go in, events come out into a mailbox.
#pragma once

#include "conformance/engine/event.hpp"
#include "conformance/run/mailbox.hpp"
#include "conformance/run/options.hpp"
#include "reference/wire/problem.hpp"

#include <memory>
#include <string>

namespace assay::run {

/// What every link needs.
struct link_setup {
  asio::any_io_executor executor;
  std::shared_ptr<mailbox> events;
  subject_options const* subject = nullptr;
  std::string revision; ///< told to a client under test
};

class link {
public:
  virtual ~link() = default;
  /// Begins to do it; what comes of it arrives in the mailbox.
  virtual void perform(engine::action a) = 0;
  /// Ends everything that was started: processes with their children, streams, listeners.
  virtual asio::awaitable<void> close() = 0;
  /// The last bytes of the subject's stderr, when we have them.
  virtual std::string stderr_tail() const { return {}; }
};

/// A server's process, or a client's whose output is our input. A server is started at once, a client by start_subject.
std::unique_ptr<link> make_stdio_link(link_setup setup);

/// A client to the HTTP server under test at `url`. Problems: the URL is none.
wire::result<std::unique_ptr<link>> make_http_client_link(link_setup setup, std::string const& url);

/// A client to the server under test over HTTP with SSE, whose event stream is at `url`. The first GET opens the
/// stream; what is posted goes to the address that the stream names first.
wire::result<std::unique_ptr<link>> make_http_sse_link(link_setup setup, std::string const& url);

/// An HTTP server on loopback, and the client under test, which start_subject starts with our URL.
wire::result<std::unique_ptr<link>> make_http_server_link(link_setup setup);

} // namespace assay::run
