// Runs a test's coroutine on an io_context until nothing is left to do.
// The limits are failure bounds, not part of any test.
#pragma once

#include "cmake/catch.hpp"
#include "reference/transport/deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

namespace assay::transport::test {

constexpr std::chrono::seconds bound{60};

/// What the work throws comes out. Fails when the work does not end, or leaves something running.
inline void run(asio::io_context& io, asio::awaitable<void> work) {
  std::exception_ptr failure;
  bool in_time = false;
  auto const ended = [&](std::exception_ptr thrown, bool finished) {
    failure = thrown;
    in_time = finished;
  };
  asio::co_spawn(io, with_deadline(std::move(work), bound), ended);
  io.run_for(bound + bound / 2);
  if (failure) std::rethrow_exception(failure);
  CHECK(in_time);
  CHECK(io.stopped());
}

} // namespace assay::transport::test
