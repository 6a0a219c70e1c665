// A few workers over one list.
#include "conformance/run/commands.hpp"

#include "reference/transport/deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace assay::run {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes longest_run{10};

asio::awaitable<void> run_one(asio::any_io_executor executor, std::string command, command_end& end) {
  transport::process_options options;
  options.command = std::move(command);
  auto child = transport::process::start(executor, std::move(options));
  if (child.has_error()) {
    end.problem = wire::to_string(child.error());
    co_return;
  }
  for (;;) {
    auto bytes = co_await child->read();
    if (bytes.has_error() || bytes->empty()) break;
  }
  end.status = co_await child->exited();
  end.stderr_tail = child->stderr_tail();
}

} // namespace

void run_commands(std::size_t count, int jobs, std::function<std::string(std::size_t)> const& command,
                  std::function<void(std::size_t, command_end const&)> const& ended) {
  asio::io_context io{1};
  asio::any_io_executor const executor = io.get_executor();
  std::size_t next = 0;
  auto worker = [&]() -> asio::awaitable<void> {
    while (next < count) {
      auto const mine = next++;
      command_end end;
      auto text = command(mine);
      auto one = run_one(executor, std::move(text), end);
      bool const in_time = co_await transport::with_deadline(std::move(one), longest_run);
      if (!in_time) end.problem = "did not end in ten minutes";
      ended(mine, end);
    }
  };
  for (int i = 0; i < jobs; ++i) {
    auto work = worker();
    asio::co_spawn(executor, std::move(work), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  io.run();
}

} // namespace assay::run
