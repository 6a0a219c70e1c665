// with_deadline: a coroutine under a time limit. Written out instead of the || operator of Asio, which goes on waiting
// for the timer when the work throws, and hands out a variant that g++ 12 handles badly in a co_await expression.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <utility>

namespace assay::transport {

namespace asio = boost::asio;

/// False when the limit came first: the work was cancelled and has ended before this returns. Work must therefore
/// honour cancellation (throw operation_aborted), as everything in this folder does. Work that still completes while it
/// is being cancelled counts as done, so nothing it read is lost. What else it throws passes through.
asio::awaitable<bool> with_deadline(asio::awaitable<void> work, std::chrono::steady_clock::duration limit);

namespace detail {
template <class T>
asio::awaitable<void> keep(asio::awaitable<T> work, std::optional<T>& out) {
  out.emplace(co_await std::move(work));
}
} // namespace detail

/// The work's value, or nothing when the limit came first.
template <class T>
asio::awaitable<std::optional<T>> with_deadline(asio::awaitable<T> work, std::chrono::steady_clock::duration limit) {
  std::optional<T> out;
  asio::awaitable<void> kept = detail::keep(std::move(work), out);
  co_await with_deadline(std::move(kept), limit);
  co_return std::move(out);
}

} // namespace assay::transport
