// Events on their way from a link to the driver: bounded, so that a flood waits in the subject's pipe and not in our
// memory.
#pragma once

#include "conformance/engine/event.hpp"
#include "reference/transport/event.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <deque>
#include <optional>

namespace assay::run {

namespace asio = boost::asio;

class mailbox {
public:
  explicit mailbox(asio::any_io_executor const& executor) : arrived_(executor), taken_(executor) {}

  /// Puts one in at once; for what cannot wait.
  void put(engine::event e);

  /// Waits for room first. Returns without putting when the mailbox was shut.
  asio::awaitable<void> put_when_room(engine::event e);

  /// The next event, or nothing at `expiry` or when shut.
  asio::awaitable<std::optional<engine::event>> next(std::chrono::steady_clock::time_point expiry);

  /// One that is there already, or nothing.
  std::optional<engine::event> take();

  /// Nobody will read any more: writers go on without waiting, and what they put is dropped.
  void shut();

private:
  std::deque<engine::event> events_;
  transport::event arrived_, taken_;
  bool shut_ = false;
};

} // namespace assay::run
