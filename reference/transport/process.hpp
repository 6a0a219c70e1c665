// A program that we start, talk to through pipes, and end with everything it started (basic/transports/stdio,
// shutdown). Not Boost.Process v1: it forks with the runner's descriptors open, cannot end a tree whose members left
// the process group, waits for exits through a process-wide SIGCHLD handler, and its asynchronous pipes predate
// coroutines. Linux. One io_context thread or strand: between fork and exec nothing else may run.
#pragma once

#include "reference/wire/problem.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::transport {

namespace asio = boost::asio;

struct process_options {
  std::string command;                                          ///< for /bin/sh -c; or
  std::vector<std::string> arguments;                           ///< the program and its arguments, found on PATH
  std::vector<std::pair<std::string, std::string>> environment; ///< added to ours, or replacing what has that name
  std::string directory;                                        ///< to start in; empty: ours
  std::size_t stderr_limit = 64u << 10;                         ///< the last bytes that are kept
  std::function<void(std::string_view)> on_stderr;              ///< sees everything on stderr as it comes
};

/// How a program ended: by returning a code, or by a signal (then `signal` is not 0).
struct exit_status {
  int code = 0;
  int signal = 0;
  bool operator==(exit_status const&) const = default;
};

/// "exit code 3" or "signal 9 (Killed)"
std::string to_string(exit_status const& status);

/// How long to wait for each step of ending a tree.
struct end_patience {
  std::chrono::steady_clock::duration closed_input = std::chrono::seconds(2); ///< after its stdin was closed
  std::chrono::steady_clock::duration terminated = std::chrono::seconds(2);   ///< after SIGTERM
  std::chrono::steady_clock::duration killed = std::chrono::seconds(5);       ///< after SIGKILL
};

/// What it took.
enum class ended_by { itself, closed_input, terminated, killed };

struct process_entry {
  int id = 0;
  std::string name;
};

struct process_end {
  exit_status status;
  ended_by how = ended_by::itself; ///< the program
  std::vector<process_entry> left; ///< of its tree, still alive when the program had ended and patience ran out
  bool tree_gone = false;          ///< nothing is left now
};

class process {
public:
  /// Starts it. A program that does not exist is a problem, also as the first word of a simple shell command.
  static wire::result<process> start(asio::any_io_executor executor, process_options options);

  process(process&&) noexcept;
  process& operator=(process&&) noexcept;
  /// Kills the whole tree and waits until it is gone.
  ~process();

  int id() const;

  /// The next bytes of its stdout, "" at the end. At most 64 KiB are read ahead of you: a flood blocks in the pipe.
  asio::awaitable<wire::result<std::string>> read();

  /// Everything to its stdin, calls in order. A problem when it no longer reads. Cancelled, it may have written a part.
  asio::awaitable<wire::result<void>> write(std::string bytes);

  /// After what is being written. Twice is fine.
  void close_input();

  std::string const& stderr_tail() const; ///< the last bytes, at most stderr_limit
  std::uint64_t stderr_size() const;      ///< bytes that came in all
  asio::awaitable<void> stderr_ended();   ///< everyone who could write to it has closed it

  std::optional<exit_status> status() const;
  asio::awaitable<exit_status> exited(); ///< the program has ended
  asio::awaitable<void> tree_ended();    ///< so has everything it started

  /// The living processes of its tree, the program included.
  std::vector<process_entry> tree() const;

  /// To every process of the tree.
  void signal_tree(int number);

  /// Ends the tree: closes stdin, waits, SIGTERM, waits, SIGKILL, waits. Keep reading meanwhile: output nobody reads
  /// can block a program that would end.
  asio::awaitable<process_end> end();
  asio::awaitable<process_end> end(end_patience patience);

  struct state;

private:
  explicit process(std::shared_ptr<state> s);
  std::shared_ptr<state> state_;
};

} // namespace assay::transport
