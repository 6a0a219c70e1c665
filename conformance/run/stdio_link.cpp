// The subject as a process with pipes; basic/transports/stdio.
#include "conformance/run/subject_process.hpp"

#include "reference/wire/lines.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace assay::run {

namespace {

constexpr std::size_t longest_line = 4u << 20;

struct stdio_state {
  link_setup setup;
  std::optional<transport::process> child;
  bool closing = false;
};

asio::awaitable<void> read_lines(std::shared_ptr<stdio_state> s) {
  wire::line_splitter lines(longest_line);
  for (;;) {
    auto bytes = co_await s->child->read();
    bool const ended = bytes.has_error() || bytes->empty();
    auto ready = ended ? lines.finish() : lines.feed(*bytes);
    for (auto& line : ready) {
      // A carriage return before the line feed is white space to JSON.
      engine::frame_received frame;
      frame.text = std::move(line.text);
      frame.truncated = line.truncated;
      engine::event what(std::move(frame));
      co_await s->setup.events->put_when_room(std::move(what));
    }
    if (ended) break;
  }
  co_await tell_exit(*s->child, *s->setup.events);
}

asio::awaitable<void> write_line(std::shared_ptr<stdio_state> s, std::string text) {
  text += '\n';
  // A subject that no longer reads shows that by ending or by not answering.
  auto written = co_await s->child->write(std::move(text));
  (void)written;
}

class stdio_link final : public link {
public:
  explicit stdio_link(link_setup setup) : state_(std::make_shared<stdio_state>()) {
    state_->setup = std::move(setup);
    if (!state_->setup.subject->is_client()) start(state_->setup.subject->stdio, {});
  }

  void perform(engine::action a) override {
    if (auto* line = std::get_if<engine::send_line>(&a)) {
      if (state_->child) {
        auto work = write_line(state_, std::move(line->text));
        asio::co_spawn(state_->setup.executor, std::move(work), asio::detached);
      }
    } else if (std::get_if<engine::close_input>(&a)) {
      if (state_->child) state_->child->close_input();
    } else if (auto* goal = std::get_if<engine::start_subject>(&a)) {
      start(state_->setup.subject->stdio_client, goal->goal);
    }
  }

  asio::awaitable<void> close() override {
    state_->closing = true;
    state_->setup.events->shut();
    if (state_->child) {
      transport::end_patience patience;
      co_await state_->child->end(patience);
    }
  }

  std::string stderr_tail() const override { return state_->child ? state_->child->stderr_tail() : std::string{}; }

private:
  void start(std::string const& command, std::string const& goal) {
    state_->child = start_process(state_->setup, command, goal);
    if (!state_->child) return;
    auto work = read_lines(state_);
    asio::co_spawn(state_->setup.executor, std::move(work), asio::detached);
  }

  std::shared_ptr<stdio_state> state_;
};

} // namespace

std::unique_ptr<link> make_stdio_link(link_setup setup) {
  return std::make_unique<stdio_link>(std::move(setup));
}

} // namespace assay::run
