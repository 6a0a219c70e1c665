// The work and a timer as a parallel group of Asio: the first to end cancels the other, and both have ended on return.
#include "reference/transport/deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

namespace assay::transport {
namespace {

bool is_cancellation(std::exception_ptr const& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (boost::system::system_error const& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

} // namespace

asio::awaitable<bool> with_deadline(asio::awaitable<void> work, std::chrono::steady_clock::duration limit) {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, limit);
  auto group = asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(work), asio::deferred),
                                                       timer.async_wait(asio::deferred));
  asio::experimental::wait_for_one first;
  auto [order, failure, expiry] = co_await group.async_wait(first, asio::use_awaitable);
  if (!failure) co_return true;
  bool const expired = order[0] == 1 && !expiry;
  if (!expired || !is_cancellation(failure)) std::rethrow_exception(failure);
  co_return false;
}

} // namespace assay::transport
