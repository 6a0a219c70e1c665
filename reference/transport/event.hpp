// A flag that coroutines can wait for. It is how this folder synchronises: by what happened, never by the clock.
// Not for several threads: use it on one io_context thread or one strand.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace assay::transport {

namespace asio = boost::asio;

/// Stays set until reset() is called. It must outlive those who wait for it.
class event {
public:
  explicit event(asio::any_io_executor const& executor);

  /// Wakes everyone who waits.
  void set();

  void reset() { set_ = false; }
  bool is_set() const { return set_; }

  /// Returns when set() was called (at once when it already was); throws operation_aborted when it is cancelled.
  asio::awaitable<void> wait();

private:
  asio::steady_timer timer_;
  unsigned sets_ = 0; ///< so that a set() followed by reset() still wakes those who waited
  bool set_ = false;
};

} // namespace assay::transport
