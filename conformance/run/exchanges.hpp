// The HTTP exchanges of a link in which we are the client: what each of them brings goes into the mailbox, and each can
// be cut. basic/transports.
#pragma once

#include "conformance/run/link.hpp"
#include "reference/transport/event.hpp"
#include "reference/transport/http_client.hpp"
#include "reference/wire/sse.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <map>
#include <set>

namespace assay::run {

/// In bytes: more than that of a body or an event is not read.
inline constexpr std::uint64_t longest_body = 4u << 20;

/// Which part of a response is a message of the server, and not just its text.
struct message_places {
  std::function<bool(wire::sse_event const&)> in_event; ///< asked of each event as it comes
  bool json_body = false;
};

/// Tells the end of an exchange: the body, or what went wrong.
void tell_end(mailbox& events, engine::exchange_id id, std::string body, std::string problem);

/// The request as the engine wants it, to `target` unless the engine names a path.
transport::http_request request_of(engine::send_http a, std::string const& target);

/// Sends the request and tells all that comes of it, to the end. `on_head` may be empty. What it is given by reference
/// outlives it.
asio::awaitable<void> tell_exchange(std::shared_ptr<mailbox> events, transport::http_client& client,
                                    engine::exchange_id id, transport::http_request request,
                                    message_places const& places,
                                    std::function<void(engine::head_received const&)> on_head);

/// Those that run.
class exchanges {
public:
  explicit exchanges(asio::any_io_executor executor);

  /// `at_end` may be empty.
  void begin(engine::exchange_id id, asio::awaitable<void> work, std::function<void()> at_end);
  /// Drops its connection, if it still runs.
  void cut(engine::exchange_id id);
  /// Drops all, and waits until they have gone.
  asio::awaitable<void> cut_all();

private:
  struct state {
    explicit state(asio::any_io_executor const& e) : executor(e), idle(e) { idle.set(); }
    asio::any_io_executor executor;
    /// One for each exchange that ever ran: a coroutine that ends may still look at its slot.
    std::map<engine::exchange_id, asio::cancellation_signal> signals;
    std::set<engine::exchange_id> running;
    transport::event idle;
  };
  std::shared_ptr<state> state_;
};

} // namespace assay::run
