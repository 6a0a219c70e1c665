// with_deadline and event: values, exceptions and cancellation pass through, nothing is lost.
// The short limits here only ever let something expire that could not have ended.
#include "reference/transport/event.hpp"
#include "reference/transport/test/run.hpp"

#include <boost/system/system_error.hpp>
#include <memory>
#include <stdexcept>
#include <string>

using namespace assay::transport;
using assay::transport::test::run;
using std::chrono::milliseconds;

namespace {

asio::awaitable<std::string> text_now() {
  co_return std::string(100, 'x');
}

asio::awaitable<std::unique_ptr<int>> pointer_after(event& go) {
  co_await go.wait();
  co_return std::make_unique<int>(7);
}

asio::awaitable<void> fails(event& go) {
  co_await go.wait();
  throw std::runtime_error("as planned");
}

} // namespace

TEST_CASE("with_deadline hands out the value that came in time") {
  asio::io_context io;
  auto const body = []() -> asio::awaitable<void> {
    std::optional<std::string> const got = co_await with_deadline(text_now(), test::bound);
    REQUIRE(got.has_value());
    CHECK(got->size() == 100);
  };
  run(io, body());
}

TEST_CASE("with_deadline cancels what is late") {
  asio::io_context io;
  auto const body = [&io]() -> asio::awaitable<void> {
    event never(io.get_executor());
    std::optional<std::unique_ptr<int>> const got = co_await with_deadline(pointer_after(never), milliseconds(5));
    CHECK_FALSE(got.has_value());
    bool const waited = co_await with_deadline(never.wait(), milliseconds(5));
    CHECK_FALSE(waited);
  };
  run(io, body());
}

TEST_CASE("with_deadline passes exceptions on at once, without waiting for the limit") {
  asio::io_context io;
  auto const body = [&io]() -> asio::awaitable<void> {
    event go(io.get_executor());
    go.set();
    bool caught = false;
    try {
      co_await with_deadline(fails(go), test::bound);
    } catch (std::runtime_error const& e) {
      caught = std::string(e.what()) == "as planned";
    }
    CHECK(caught);
  };
  run(io, body());
}

TEST_CASE("an outer deadline cancels through an inner one") {
  asio::io_context io;
  auto const body = [&io]() -> asio::awaitable<void> {
    event never(io.get_executor());
    asio::awaitable<bool> inner = with_deadline(never.wait(), test::bound);
    std::optional<bool> const got = co_await with_deadline(std::move(inner), milliseconds(5));
    CHECK_FALSE(got.has_value());
  };
  run(io, body());
}

TEST_CASE("an event wakes all who wait, and a set followed by a reset does too") {
  asio::io_context io;
  event start(io.get_executor());
  int woken = 0;
  auto const waiter = [&]() -> asio::awaitable<void> {
    co_await start.wait();
    ++woken;
  };
  auto const ended = [](std::exception_ptr) {};
  asio::co_spawn(io, waiter(), ended);
  asio::co_spawn(io, waiter(), ended);
  io.poll();
  start.set();
  start.reset();
  io.restart();
  io.run();
  CHECK(woken == 2);
}
