// poll(2) and not Asio: there is one channel, and this is all it takes.
#include "reference/app/serve_stdio.hpp"

#include "reference/server/stdio.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <map>
#include <poll.h>
#include <unistd.h>

namespace assay::app {
namespace {

using clock = std::chrono::steady_clock;

std::atomic<bool> stop_requested = false;
int wake_pipe[2] = {-1, -1};

extern "C" void on_signal(int) {
  stop_requested = true;
  // The pipe ends a poll() that began just before the signal.
  auto const saved = errno;
  char const byte = 0;
  [[maybe_unused]] auto const written = ::write(wake_pipe[1], &byte, 1);
  errno = saved;
}

bool watch_signals() {
  if (::pipe(wake_pipe) != 0) return false;
  struct sigaction action{};
  action.sa_handler = on_signal; // no SA_RESTART: a write that blocks has to end
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return true;
}

/// False once nobody reads any more.
bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR || stop_requested)
      return false;
  }
  return true;
}

struct stdio_server {
  server::core& core;
  faults::mutant const& mutant;
  server::stdio_channel channel{core};
  std::multimap<clock::time_point, std::uint64_t> timers = {};
  faults::memory passed = {};

  bool lost = false; ///< the client does not answer pings

  /// False when the channel is at its end.
  bool send(server::effects const& done) {
    std::string bytes;
    for (auto const& one : done.messages) {
      if (mutant.rewrites.empty()) {
        // [stdio.no-embedded-newlines] [stdio.stdout-only-messages]
        bytes += wire::serialize(one.message) + "\n";
        continue;
      }
      faults::frame frame;
      frame.direction = "out";
      frame.message = one.message;
      frame.request = one.request.get();
      auto const changed = faults::apply(mutant, std::move(frame), passed);
      for (auto const& message : changed.messages)
        bytes += message + "\n";
      bytes += changed.before;
      if (changed.drop) continue;
      auto const line = (changed.text ? *changed.text : wire::serialize(one.message)) + "\n";
      for (unsigned n = 0; n <= changed.repeat; ++n)
        bytes += line;
      bytes += changed.behind;
    }
    for (auto const& one : done.timers)
      timers.emplace(clock::now() + one.after, one.number);
    lost = lost || !done.lost.empty();
    return write_all(bytes) && !lost;
  }

  bool receive(wire::line_splitter::line line) {
    if (mutant.empty()) return send(channel.receive(line));
    faults::frame frame;
    frame.direction = "in";
    if (auto parsed = wire::parse(line.text))
      frame.message = std::move(parsed->root);
    else
      frame.text = line.text;
    if (!frame.message && !line.text.empty() && mutant.has(faults::fault::crashes_on_bad_line)) ::_exit(70);
    auto const changed = faults::apply(mutant, std::move(frame), passed);
    if (changed.drop) return true;
    if (changed.text) line.text = *changed.text;
    for (unsigned n = 0; n <= changed.repeat; ++n)
      if (!send(channel.receive(line))) return false;
    return true;
  }

  bool run_timers() {
    while (!timers.empty() && timers.begin()->first <= clock::now()) {
      auto const number = timers.begin()->second;
      timers.erase(timers.begin());
      if (!send(core.woken(number))) return false;
    }
    return true;
  }

  /// The exit code of a channel that ended before its input did.
  int ended() const {
    if (lost) std::fputs("mcp-reference-server: the client does not answer pings\n", stderr);
    return lost;
  }

  int milliseconds_to_next_timer() const {
    if (timers.empty()) return -1;
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(timers.begin()->first - clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
  }
};

} // namespace

int serve_stdio(server::core& core, faults::mutant const& mutant) {
  if (!watch_signals()) return 1;
  stdio_server server{core, mutant};
  if (mutant.has(faults::fault::talks_at_start)) write_all("mcp-reference-server is ready\n");

  wire::line_splitter lines;
  bool input_open = true;
  while (!stop_requested && (input_open || mutant.has(faults::fault::ignores_end_of_input))) {
    pollfd watched[2] = {{wake_pipe[0], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    auto const ready = ::poll(watched, input_open ? 2 : 1, server.milliseconds_to_next_timer());
    if (ready < 0 && errno != EINTR) return 1;
    if (stop_requested) break;
    if (!server.run_timers()) return server.ended();
    if (ready <= 0 || !input_open || !(watched[1].revents & (POLLIN | POLLHUP | POLLERR))) continue;

    char buffer[65536];
    auto const n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // [stdio.exits-at-end-of-input]
    input_open = n > 0;
    for (auto& line : n > 0 ? lines.feed({buffer, static_cast<std::size_t>(n)}) : lines.finish())
      if (!server.receive(std::move(line))) return server.ended();
  }
  server.send(core.stop(true));
  return 0;
}

} // namespace assay::app
