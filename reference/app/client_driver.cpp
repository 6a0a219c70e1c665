#include "reference/app/client_driver.hpp"

#include "reference/app/client_boundary.hpp"
#include "reference/app/terminal.hpp"
#include "reference/client/stdio.hpp"
#include "reference/transport/deadline.hpp"
#include "reference/transport/event.hpp"
#include "reference/transport/http_client.hpp"
#include "reference/transport/process.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <cstdio>
#include <deque>
#include <unistd.h>

namespace assay::app {
namespace {

namespace asio = boost::asio;

/// A coroutine that was cancelled ends with this; any other exception is a bug of ours and goes on.
void only_cancelled(std::exception_ptr thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (boost::system::system_error const& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
}

/// What all transports share: actions are carried out, timers reported, lines written in order.
class driver {
public:
  driver(asio::io_context& context, client::state& c, client_options const& options)
      : context_(context), client_(c), boundary_(c, options.mutant),
        user_(context,
              [this](int question, std::optional<bool> yes) {
                client::on_user_answer(client_, question, yes);
                carry_out();
              }),
        finished_(context.get_executor()), line_ready_(context.get_executor()), lines_written_(context.get_executor()) {
  }

  /// Whatever the client wants by now. Call it after every event.
  void carry_out() {
    if (carrying_out_) return; // what an action brings about is done by the loop that is running
    carrying_out_ = true;
    for (auto actions = client::take_actions(client_); !actions.empty(); actions = client::take_actions(client_))
      for (auto& one : actions)
        std::visit([this](auto& action) { perform(action); }, one);
    carrying_out_ = false;
  }

  client_boundary& boundary() { return boundary_; }
  transport::event& finished() { return finished_; }
  int code() const { return code_; }

  std::optional<transport::http_client> http;

  /// Writes lines as they come, until `write` says that nobody reads.
  template <class Write>
  asio::awaitable<void> write_lines(Write write) {
    for (;;) {
      while (lines_.empty()) {
        lines_written_.set();
        line_ready_.reset();
        co_await line_ready_.wait();
      }
      lines_written_.reset();
      std::string bytes;
      for (auto& line : lines_)
        bytes += line;
      lines_.clear();
      bool const taken = co_await write(std::move(bytes));
      if (!taken) break;
    }
    gone_ = true;
    lines_.clear();
    lines_written_.set();
  }

  transport::event& lines_written() { return lines_written_; }

  /// Starts the server's process again.
  std::function<void()> restart;

  void stop() {
    client::stop(client_);
    carry_out();
  }

private:
  void perform(client::send_line& action) {
    if (gone_) return;
    lines_.push_back(boundary_.line_out(action.text));
    lines_written_.reset();
    line_ready_.set();
  }

  void perform(client::send_http& action) {
    auto requests = boundary_.request_out(action.exchange, std::move(action.request));
    if (requests.empty()) return;
    auto const signal = std::make_shared<asio::cancellation_signal>();
    signals_[action.exchange] = signal;
    asio::co_spawn(
        context_, exchanges(action.exchange, std::move(requests)),
        asio::bind_cancellation_slot(signal->slot(), [signal](std::exception_ptr thrown) { only_cancelled(thrown); }));
  }

  void perform(client::drop_http& action) {
    auto const found = signals_.find(action.exchange);
    if (found == signals_.end()) return;
    auto const signal = found->second;
    signals_.erase(found);
    // Later: the exchange that is to be dropped may be the one that is running now.
    asio::post(context_, [signal] { signal->emit(asio::cancellation_type::terminal); });
  }

  void perform(client::start_timer& action) {
    auto const timer = std::make_shared<asio::steady_timer>(context_, action.after);
    timer->async_wait([this, timer, number = action.timer](boost::system::error_code error) {
      if (error) return;
      client::on_timer(client_, number);
      carry_out();
    });
  }

  void perform(client::question& action) { user_.ask(action.number, std::move(action.text)); }
  void perform(client::drop_question& action) { user_.drop(action.number); }

  void perform(client::restart_server&) {
    if (restart) restart();
  }

  void perform(client::finish& action) {
    code_ = action.code;
    finished_.set();
  }

  bool wanted(int number) const { return number != 0 && signals_.contains(number); }

  /// The last one is the exchange; what those before it bring is for nobody. One after the other, so that the server
  /// sees them in this order.
  asio::awaitable<void> exchanges(int number, std::vector<transport::http_request> requests) {
    while (requests.size() > 1) {
      transport::http_request extra = std::move(requests.front());
      requests.erase(requests.begin());
      bool const streams = extra.method != "POST"; // it may last as long as the client does
      if (streams)
        asio::co_spawn(context_, exchange(0, std::move(extra)), only_cancelled);
      else
        co_await exchange(0, std::move(extra));
    }
    co_await exchange(number, std::move(requests.front()));
  }

  asio::awaitable<void> exchange(int number, transport::http_request request) {
    auto sent = co_await http->send(std::move(request));
    if (!sent) {
      if (wanted(number)) fail(number, sent.error());
      co_return;
    }
    transport::http_exchange response = std::move(*sent);
    if (wanted(number)) {
      boundary_.head(number, response.head());
      carry_out();
    }
    for (;;) {
      auto bytes = co_await response.read();
      bool const still = wanted(number);
      if (number != 0 && !still) co_return;
      if (!bytes) {
        if (still) fail(number, bytes.error());
        co_return;
      }
      if (bytes->empty()) break;
      if (still) boundary_.body(number, std::move(*bytes));
      carry_out();
    }
    if (!wanted(number)) co_return;
    signals_.erase(number);
    boundary_.end(number);
    carry_out();
  }

  void fail(int number, wire::problem const& why) {
    signals_.erase(number);
    boundary_.failure(number, wire::to_string(why));
    carry_out();
  }

  asio::io_context& context_;
  client::state& client_;
  client_boundary boundary_;
  terminal user_;
  transport::event finished_;
  transport::event line_ready_;
  transport::event lines_written_;
  std::deque<std::string> lines_;
  std::map<int, std::shared_ptr<asio::cancellation_signal>> signals_;
  int code_ = 1;
  bool gone_ = false;
  bool carrying_out_ = false;
};

asio::awaitable<void> wait_for(transport::event& what) {
  co_await what.wait();
}

asio::awaitable<void> finish_http(driver& d, asio::io_context& context) {
  co_await d.finished().wait();
  context.stop();
}

/// The server's process; another one after a restart.
using child = std::shared_ptr<transport::process>;

asio::awaitable<void> read_child(driver& d, client::state& c, child& current) {
  for (child reading = current;; reading = current) {
    for (;;) {
      auto bytes = co_await reading->read();
      if (!bytes || bytes->empty()) break;
      d.boundary().input(*bytes);
      d.carry_out();
    }
    client::on_input_end(c, "the server closed its output");
    d.carry_out();
    if (current == reading) break;
    co_await reading->end(); // it closed its output, but may not have exited
  }
}

/// Closes the server's input, waits, SIGTERM, waits, SIGKILL. [lifecycle.stdio-shutdown-order]
/// [stdio.shutdown-by-closing-input]
asio::awaitable<void> finish_child(driver& d, child& current, asio::io_context& context) {
  co_await d.finished().wait();
  auto written = wait_for(d.lines_written());
  co_await transport::with_deadline(std::move(written), std::chrono::seconds(2));
  child const last = current;
  co_await last->end();
  context.stop();
}

asio::awaitable<void> read_own_input(driver& d, client::state& c, asio::posix::stream_descriptor& input) {
  std::string buffer(65536, '\0');
  for (;;) {
    boost::system::error_code error;
    auto const room = asio::buffer(buffer);
    auto token = asio::redirect_error(asio::use_awaitable, error);
    std::size_t const size = co_await input.async_read_some(room, token);
    if (error || size == 0) break;
    d.boundary().input(std::string_view(buffer).substr(0, size));
    d.carry_out();
  }
  client::on_input_end(c, "the server closed its output");
  d.carry_out();
}

asio::awaitable<void> finish_own_streams(driver& d, asio::posix::stream_descriptor& output, asio::io_context& context) {
  co_await d.finished().wait();
  auto written = wait_for(d.lines_written());
  co_await transport::with_deadline(std::move(written), std::chrono::seconds(2));
  output.close(); // the server sees the end of its input
  context.stop();
}

/// SIGINT and SIGTERM end what is under way in good order; the second one ends at once.
void watch_signals(asio::signal_set& signals, driver& d, asio::io_context& context) {
  signals.async_wait([&](boost::system::error_code error, int) {
    if (error) return;
    signals.async_wait([&](boost::system::error_code again, int) {
      if (!again) context.stop();
    });
    d.stop();
  });
}

wire::result<int> drive_http(client::state& c, client::task<int> main, client_options const& options) {
  auto const address = transport::parse_url(options.url);
  if (!address) return address.error();
  c.options.target = address->target;
  c.options.origin = transport::origin(*address);
  asio::io_context context;
  driver d(context, c, options);
  transport::http_client_options http_options;
  http_options.ca_file = options.ca_file;
  http_options.body_limit = 0; // streams last; what is kept of a body is bounded by the client itself
  auto http = transport::http_client::open(context.get_executor(), *address, http_options);
  if (!http) return http.error();
  d.http.emplace(std::move(*http));
  asio::signal_set signals(context, SIGINT, SIGTERM);
  watch_signals(signals, d, context);
  asio::co_spawn(context, finish_http(d, context), only_cancelled);
  client::start(c, std::move(main));
  d.carry_out();
  context.run();
  return d.code();
}

wire::result<int> drive_child(client::state& c, client::task<int> main, client_options const& options) {
  asio::io_context context;
  driver d(context, c, options);
  auto const start = [&]() -> wire::result<child> {
    transport::process_options how;
    how.command = options.command;
    // What a server writes to stderr is for the user, and no sign of failure. [stdio.stderr-is-no-error]
    how.on_stderr = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
    auto started = transport::process::start(context.get_executor(), std::move(how));
    if (!started) return started.error();
    return std::make_shared<transport::process>(std::move(*started));
  };
  auto started = start();
  if (!started) return started.error();
  child current = *started;
  d.restart = [&] {
    if (auto again = start()) current = *again;
  };
  // Whether it still reads, its output will tell.
  auto const write = [&current](std::string bytes) -> asio::awaitable<bool> {
    child const to = current;
    co_await to->write(std::move(bytes));
    co_return true;
  };
  asio::signal_set signals(context, SIGINT, SIGTERM);
  watch_signals(signals, d, context);
  asio::co_spawn(context, d.write_lines(write), only_cancelled);
  asio::co_spawn(context, read_child(d, c, current), only_cancelled);
  asio::co_spawn(context, finish_child(d, current, context), only_cancelled);
  client::start(c, std::move(main));
  d.carry_out();
  context.run();
  return d.code();
}

wire::result<int> drive_own_streams(client::state& c, client::task<int> main, client_options const& options) {
  asio::io_context context;
  driver d(context, c, options);
  boost::system::error_code error;
  asio::posix::stream_descriptor input(context);
  asio::posix::stream_descriptor output(context);
  input.assign(STDIN_FILENO, error);
  if (!error) output.assign(STDOUT_FILENO, error);
  if (error) return wire::problem{"stdio:", "our standard streams cannot be used: " + error.message(), "give pipes"};
  auto const write = [&output](std::string bytes) -> asio::awaitable<bool> {
    boost::system::error_code failed;
    auto const all = asio::buffer(bytes);
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    co_await asio::async_write(output, all, token);
    co_return !failed;
  };
  asio::signal_set signals(context, SIGINT, SIGTERM);
  watch_signals(signals, d, context);
  asio::co_spawn(context, d.write_lines(write), only_cancelled);
  asio::co_spawn(context, read_own_input(d, c, input), only_cancelled);
  asio::co_spawn(context, finish_own_streams(d, output, context), only_cancelled);
  client::start(c, std::move(main));
  d.carry_out();
  context.run();
  return d.code();
}

} // namespace

wire::result<int> drive_client(client::state& c, client::task<int> main, client_options const& options) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!options.command.empty()) return drive_child(c, std::move(main), options);
  if (options.url == "stdio:") return drive_own_streams(c, std::move(main), options);
  return drive_http(c, std::move(main), options);
}

} // namespace assay::app
