// Pipes, the fork of the keeper, and the coroutines that follow stderr and the keeper's reports.
#include "reference/transport/process.hpp"

#include "reference/transport/deadline.hpp"
#include "reference/transport/event.hpp"
#include "reference/transport/process_keeper.hpp"
#include "reference/transport/process_tree.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" char** environ;

namespace assay::transport {

using boost::system::error_code;

struct process::state {
  explicit state(asio::any_io_executor const& executor)
      : in(executor), out(executor), err(executor), status_pipe(executor), ended(executor), gone(executor),
        err_ended(executor), turn(executor) {}

  ~state() { shut_down(); }

  /// Closes everything; the keeper then kills the tree, and is waited for.
  void shut_down() {
    error_code ignored;
    on_err = nullptr; // bytes that were read already are not told to someone who may be gone
    if (control >= 0) ::close(std::exchange(control, -1));
    in.close(ignored);
    out.close(ignored);
    err.close(ignored);
    status_pipe.close(ignored);
    reap();
  }

  void reap() {
    if (keeper <= 0) return;
    while (::waitpid(keeper, nullptr, 0) < 0 && errno == EINTR) {
    }
    keeper = 0;
    if (!exit) {
      exit_status lost;
      lost.signal = SIGKILL;
      exit = lost;
    }
    ended.set();
    gone.set();
  }

  std::string name;
  pid_t program = 0;
  pid_t keeper = 0;
  int control = -1;
  asio::posix::stream_descriptor in, out, err, status_pipe;
  event ended; ///< the program
  event gone;  ///< the tree
  event err_ended;
  event turn; ///< a write has ended: the next one may go
  bool writing = false;
  bool close_after_write = false;
  bool input_closed = false;
  std::optional<exit_status> exit;
  std::size_t err_limit = 0;
  std::uint64_t err_size = 0;
  std::string err_tail;
  std::function<void(std::string_view)> on_err;
};

namespace {

using state_ptr = std::shared_ptr<process::state>;

/// A descriptor that closes itself.
struct owned_file {
  int number = -1;
  owned_file() = default;
  explicit owned_file(int n) : number(n) {}
  owned_file(owned_file&& other) noexcept : number(std::exchange(other.number, -1)) {}
  owned_file& operator=(owned_file&& other) noexcept {
    std::swap(number, other.number);
    return *this;
  }
  ~owned_file() { close(); }
  void close() {
    if (number >= 0) ::close(std::exchange(number, -1));
  }
  int release() { return std::exchange(number, -1); }
};

struct pipe_ends {
  owned_file read, write;
};

/// Both ends above the standard streams, which the program gets by dup2.
bool open_pipe(pipe_ends& out) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  out.read = owned_file(ends[0]);
  out.write = owned_file(ends[1]);
  for (owned_file* end : {&out.read, &out.write}) {
    if (end->number > 2) continue;
    int const moved = ::fcntl(end->number, F_DUPFD_CLOEXEC, 3);
    if (moved < 0) return false;
    *end = owned_file(moved);
  }
  return true;
}

using variables = std::vector<std::string>;

variables environment_with(std::vector<std::pair<std::string, std::string>> const& added) {
  variables out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view const text(*entry);
    auto const name = text.substr(0, text.find('='));
    bool const replaced = std::any_of(added.begin(), added.end(), [&](auto const& a) { return a.first == name; });
    if (!replaced) out.emplace_back(text);
  }
  for (auto const& [name, value] : added)
    out.push_back(name + "=" + value);
  return out;
}

std::string value_of(variables const& environment, std::string_view name) {
  for (auto const& entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return {};
}

bool is_program(std::string const& path) {
  return ::access(path.c_str(), X_OK) == 0 && ::access((path + "/.").c_str(), F_OK) != 0;
}

/// The path of a program as execvp would find it; a relative one as seen from `directory`. Empty when there is none.
std::string find_program(std::string const& name, variables const& environment, std::string const& directory) {
  auto const from_directory = [&](std::string const& path) {
    return directory.empty() || path.starts_with('/') ? path : directory + "/" + path;
  };
  if (name.find('/') != std::string::npos) return is_program(from_directory(name)) ? name : std::string();
  std::string path = value_of(environment, "PATH");
  if (path.empty()) path = "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t at = 0; at <= path.size();) {
    auto const end = std::min(path.find(':', at), path.size());
    std::string const folder = end == at ? "." : path.substr(at, end - at);
    std::string candidate = folder + "/" + name;
    if (is_program(from_directory(candidate))) return candidate;
    at = end + 1;
  }
  return {};
}

/// The first word of a shell command when that is plainly a program's name; "" when only the shell can tell.
std::string plain_first_word(std::string_view command) {
  auto const begin = command.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  auto const end = std::min(command.find_first_of(" \t\n;", begin), command.size());
  std::string const word(command.substr(begin, end - begin));
  for (char const c : word) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                       c == '-' || c == '.' || c == '/' || c == '+';
    if (!plain) return {};
  }
  static constexpr std::array<std::string_view, 47> shell_words = {
      ".",        "alias",    "bg",     "break", "builtin", "case",   "cd",    "command", "continue", "do",
      "done",     "echo",     "eval",   "exec",  "exit",    "export", "false", "fc",      "fg",       "for",
      "function", "getopts",  "hash",   "if",    "jobs",    "kill",   "let",   "local",   "printf",   "pwd",
      "read",     "readonly", "return", "set",   "shift",   "source", "test",  "time",    "times",    "trap",
      "true",     "type",     "ulimit", "umask", "unset",   "until",  "wait"};
  if (word == "while" || word == "select") return {};
  return std::find(shell_words.begin(), shell_words.end(), word) == shell_words.end() ? word : std::string();
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

wire::problem no_such_program(std::string const& shown, std::string const& word) {
  return wire::problem{shown, "there is no program \"" + word + "\"", "is it installed, on PATH and executable?"};
}

/// Blocks until the program runs or could not be started: the start pipe closes with exec. Empty when it runs.
std::string follow_start(int start, pid_t& program, std::string const& directory) {
  start_report last;
  bool any = false;
  for (;;) {
    start_report report;
    auto const count = ::read(start, &report, sizeof report);
    if (count < 0 && errno == EINTR) continue;
    if (count != static_cast<ssize_t>(sizeof report)) break;
    last = report;
    any = true;
  }
  program = last.id;
  if (!any) return "the program could not be started";
  switch (last.stage) {
  case start_report::started: return {};
  case start_report::directory_failed: return "cannot start in " + directory + ": " + std::strerror(last.error);
  case start_report::exec_failed: return std::string("cannot run it: ") + std::strerror(last.error);
  default: return std::string("cannot fork: ") + std::strerror(last.error);
  }
}

exit_status from_wait_status(int status) {
  exit_status out;
  if (WIFSIGNALED(status))
    out.signal = WTERMSIG(status);
  else
    out.code = WEXITSTATUS(status);
  return out;
}

asio::awaitable<void> follow_stderr(state_ptr s) {
  std::vector<char> room(16u << 10);
  for (;;) {
    error_code ec;
    std::size_t const count =
        co_await s->err.async_read_some(asio::buffer(room), asio::redirect_error(asio::use_awaitable, ec));
    if (ec) break;
    s->err_size += count;
    s->err_tail.append(room.data(), count);
    if (s->err_tail.size() > s->err_limit) s->err_tail.erase(0, s->err_tail.size() - s->err_limit);
    std::string_view const seen(room.data(), count);
    if (s->on_err) s->on_err(seen);
  }
  s->err_ended.set();
}

asio::awaitable<void> follow_status(state_ptr s) {
  for (;;) {
    status_report report;
    error_code ec;
    co_await asio::async_read(s->status_pipe, asio::buffer(&report, sizeof report),
                              asio::redirect_error(asio::use_awaitable, ec));
    if (ec) break;
    s->exit = from_wait_status(report.wait_status);
    s->ended.set();
  }
  s->reap(); // the pipe ended because the keeper is gone or going
}

void close_input_of(process::state& s) {
  s.close_after_write = true;
  if (s.writing || s.input_closed) return;
  s.input_closed = true;
  error_code ignored;
  s.in.close(ignored);
}

/// Marks a write for as long as it lives, and lets the next one go.
struct write_turn {
  process::state& s;
  explicit write_turn(process::state& owner) : s(owner) { s.writing = true; }
  ~write_turn() {
    s.writing = false;
    s.turn.set();
    s.turn.reset();
    if (s.close_after_write) close_input_of(s);
  }
};

asio::awaitable<wire::result<std::string>> read_output(state_ptr s) {
  std::string bytes(64u << 10, '\0');
  error_code ec;
  std::size_t const count =
      co_await s->out.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) {
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(ec);
  }
  if (ec && ec != asio::error::eof) co_return wire::problem{s->name, "cannot read its output: " + ec.message(), ""};
  bytes.resize(count);
  // In place: a string also converts to the problem, so that the result could not choose.
  co_return wire::result<std::string>(boost::system::in_place_value, std::move(bytes));
}

asio::awaitable<wire::result<void>> write_input(state_ptr s, std::string bytes) {
  while (s->writing)
    co_await s->turn.wait();
  if (s->close_after_write) co_return wire::problem{s->name, "its input is closed", ""};
  write_turn const mine(*s);
  error_code ec;
  co_await asio::async_write(s->in, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
  if (ec == asio::error::operation_aborted) {
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(ec);
  }
  if (ec) co_return wire::problem{s->name, "it no longer reads its input: " + ec.message(), ""};
  co_return wire::result<void>();
}

asio::awaitable<exit_status> wait_for_exit(state_ptr s) {
  co_await s->ended.wait();
  co_return *s->exit;
}

asio::awaitable<void> wait_for_tree(state_ptr s) {
  co_await s->gone.wait();
}
asio::awaitable<void> wait_for_stderr(state_ptr s) {
  co_await s->err_ended.wait();
}

void send_signal(process::state const& s, int number) {
  auto const byte = static_cast<unsigned char>(number);
  // A failure means that the keeper is gone, and the tree with it.
  if (s.control >= 0) [[maybe_unused]]
    auto const count = ::write(s.control, &byte, 1);
}

std::vector<process_entry> living(process::state const& s) {
  std::vector<process_entry> out;
  if (s.keeper <= 0) return out;
  std::vector<process_link> room(most_processes);
  std::size_t const count = descendants(s.keeper, room);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(process_entry{room[i].id, process_name(room[i].id)});
  return out;
}

asio::awaitable<process_end> end_tree(state_ptr s, end_patience patience) {
  process_end out;
  struct step {
    ended_by how;
    int signal;
    std::chrono::steady_clock::duration wait;
  };
  step const steps[] = {{ended_by::closed_input, 0, patience.closed_input},
                        {ended_by::terminated, SIGTERM, patience.terminated},
                        {ended_by::killed, SIGKILL, patience.killed}};
  bool known = s->exit.has_value();
  close_input_of(*s);
  for (step const& one : steps) {
    if (s->gone.is_set()) break;
    if (one.signal != 0) {
      // The program has ended but not what it started: that is worth telling.
      if (known && out.left.empty()) out.left = living(*s);
      send_signal(*s, one.signal);
    }
    asio::awaitable<void> wait = wait_for_tree(s);
    co_await with_deadline(std::move(wait), one.wait);
    if (!known && s->exit) {
      known = true;
      out.how = one.how;
    }
  }
  out.tree_gone = s->gone.is_set();
  if (s->exit) out.status = *s->exit;
  co_return std::move(out);
}

} // namespace

std::string to_string(exit_status const& status) {
  if (status.signal == 0) return "exit code " + std::to_string(status.code);
  char const* const name = ::strsignal(status.signal);
  return "signal " + std::to_string(status.signal) + (name != nullptr ? std::string(" (") + name + ")" : std::string());
}

wire::result<process> process::start(asio::any_io_executor executor, process_options options) {
  bool const by_shell = options.arguments.empty();
  std::string const shown = by_shell ? options.command : options.arguments.front();
  if (shown.find_first_not_of(" \t\n") == std::string::npos)
    return wire::problem{"command", "the command is empty", "give the command that starts the program"};
  variables environment = environment_with(options.environment);
  std::vector<std::string> arguments = options.arguments;
  std::string program;
  if (by_shell) {
    std::string const word = plain_first_word(options.command);
    if (!word.empty() && find_program(word, environment, options.directory).empty())
      return no_such_program(shown, word);
    program = "/bin/sh";
    arguments = {"/bin/sh", "-c", options.command};
  } else {
    program = find_program(shown, environment, options.directory);
    if (program.empty()) return no_such_program(shown, shown);
  }

  pipe_ends in, out, err, control, status, start;
  for (pipe_ends* one : {&in, &out, &err, &control, &status, &start})
    if (!open_pipe(*one)) return wire::problem{shown, std::string("cannot open a pipe: ") + std::strerror(errno), ""};

  // Writing to a program that has ended must be an error here, not a signal that ends us.
  struct sigaction current{};
  if (::sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);

  auto const argument_pointers = pointers(arguments);
  auto const environment_pointers = pointers(environment);
  keeper_plan plan;
  plan.program = program.c_str();
  plan.arguments = argument_pointers.data();
  plan.environment = environment_pointers.data();
  plan.directory = options.directory.empty() ? nullptr : options.directory.c_str();
  plan.input = in.read.number;
  plan.output = out.write.number;
  plan.errors = err.write.number;
  plan.control = control.read.number;
  plan.status = status.write.number;
  plan.start = start.write.number;

  // Blocked from before the fork, so that no handler of ours runs in the keeper, on descriptors it shares with us.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t const keeper = ::fork();
  if (keeper == 0) run_keeper(plan);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (keeper < 0) return wire::problem{shown, std::string("cannot fork: ") + std::strerror(errno), ""};

  in.read.close();
  out.write.close();
  err.write.close();
  control.read.close();
  status.write.close();
  start.write.close();

  auto s = std::make_shared<state>(executor);
  s->name = shown;
  s->keeper = keeper;
  s->control = control.write.release();
  s->err_limit = options.stderr_limit;
  s->on_err = std::move(options.on_stderr);
  std::string const failure = follow_start(start.read.number, s->program, options.directory);
  if (!failure.empty()) return wire::problem{shown, failure, "try the command in a shell"};
  s->in.assign(in.write.release());
  s->out.assign(out.read.release());
  s->err.assign(err.read.release());
  s->status_pipe.assign(status.read.release());
  auto const finished = [](std::exception_ptr) {};
  asio::co_spawn(executor, follow_stderr(s), finished);
  asio::co_spawn(executor, follow_status(s), finished);
  return process(std::move(s));
}

process::process(std::shared_ptr<state> s) : state_(std::move(s)) {}
process::process(process&&) noexcept = default;
process& process::operator=(process&& other) noexcept {
  if (this != &other) {
    process old(std::move(*this));
    state_ = std::move(other.state_);
  }
  return *this;
}
process::~process() {
  if (state_) state_->shut_down();
}

int process::id() const {
  return state_->program;
}
asio::awaitable<wire::result<std::string>> process::read() {
  return read_output(state_);
}
asio::awaitable<wire::result<void>> process::write(std::string bytes) {
  return write_input(state_, std::move(bytes));
}
void process::close_input() {
  close_input_of(*state_);
}
std::string const& process::stderr_tail() const {
  return state_->err_tail;
}
std::uint64_t process::stderr_size() const {
  return state_->err_size;
}
asio::awaitable<void> process::stderr_ended() {
  return wait_for_stderr(state_);
}
std::optional<exit_status> process::status() const {
  return state_->exit;
}
asio::awaitable<exit_status> process::exited() {
  return wait_for_exit(state_);
}
asio::awaitable<void> process::tree_ended() {
  return wait_for_tree(state_);
}
std::vector<process_entry> process::tree() const {
  return living(*state_);
}
void process::signal_tree(int number) {
  send_signal(*state_, number);
}
asio::awaitable<process_end> process::end() {
  return end_tree(state_, end_patience());
}
asio::awaitable<process_end> process::end(end_patience patience) {
  return end_tree(state_, patience);
}

} // namespace assay::transport
