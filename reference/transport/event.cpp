// A flag on a timer that never expires: cancelling the timer wakes the waiting coroutines.
// A channel of Asio would do the same, with a queue that nobody needs and a much larger header.
#include "reference/transport/event.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace assay::transport {

event::event(asio::any_io_executor const& executor) : timer_(executor, asio::steady_timer::time_point::max()) {}

void event::set() {
  set_ = true;
  ++sets_;
  timer_.cancel();
}

asio::awaitable<void> event::wait() {
  unsigned const before = sets_;
  while (!set_ && sets_ == before) {
    // The wait ends for two reasons: set(), or the coroutine is cancelled; then the next co_await throws.
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

} // namespace assay::transport
