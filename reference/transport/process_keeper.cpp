// Only calls that are safe after a fork: no allocation, no locks, no C++ library objects with either.
#include "reference/transport/process_keeper.hpp"

#include "reference/transport/process_tree.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <span>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace assay::transport {
namespace {

/// Every descriptor but these: the copies of our sockets and of other programs' pipes must not live on here.
void close_all_but(std::span<int> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned from = 0;
  auto const close_range_of = [](unsigned first, unsigned last) {
    if (first > last) return;
#ifdef SYS_close_range
    if (::syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
    unsigned const end = std::min(last, 65535u);
    for (unsigned file = first; file <= end; ++file)
      ::close(static_cast<int>(file));
  };
  for (int const file : kept) {
    if (file < 0) continue;
    auto const number = static_cast<unsigned>(file);
    if (number > from) close_range_of(from, number - 1);
    from = number + 1;
  }
  close_range_of(from, ~0u);
}

void default_signals() {
  for (int number = 1; number < NSIG; ++number)
    ::signal(number, SIG_DFL);
}

void report_start(int pipe, std::int32_t stage, std::int32_t error) {
  start_report report;
  report.id = ::getpid();
  report.stage = stage;
  report.error = error;
  // Nobody is left to tell when this fails.
  [[maybe_unused]] auto const count = ::write(pipe, &report, sizeof report);
}

[[noreturn]] void become_program(keeper_plan const& plan, pid_t keeper) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(127);
  report_start(plan.start, start_report::started, 0);
  if (plan.directory != nullptr && ::chdir(plan.directory) != 0) {
    report_start(plan.start, start_report::directory_failed, errno);
    ::_exit(127);
  }
  ::dup2(plan.input, 0);
  ::dup2(plan.output, 1);
  ::dup2(plan.errors, 2);
  default_signals();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.program, plan.arguments, plan.environment);
  report_start(plan.start, start_report::exec_failed, errno);
  ::_exit(127);
}

/// Sends a signal to everything below us.
void signal_tree(int number) {
  static process_link room[most_processes];
  std::size_t const count = descendants(::getpid(), room);
  for (std::size_t i = 0; i < count; ++i)
    ::kill(room[i].id, number);
}

/// Collects what has ended; false when no child is left.
bool reap(pid_t program, int status_pipe) {
  for (;;) {
    int status = 0;
    pid_t const ended = ::waitpid(-1, &status, WNOHANG);
    if (ended == 0) return true;
    if (ended < 0) return errno == EINTR;
    if (ended != program) continue;
    status_report report;
    report.wait_status = status;
    [[maybe_unused]] auto const count = ::write(status_pipe, &report, sizeof report);
  }
}

} // namespace

void run_keeper(keeper_plan const& plan) {
  int kept[] = {plan.input, plan.output, plan.errors, plan.control, plan.status, plan.start};
  close_all_but(kept);
  ::setsid(); // a Ctrl-C in the terminal is for us to handle, not for the tree
  ::prctl(PR_SET_NAME, "assay-keeper");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  default_signals(); // all are blocked; SIGCHLD must not be ignored, or nothing could be waited for

  pid_t const self = ::getpid();
  pid_t const program = ::fork();
  if (program == 0) become_program(plan, self);
  if (program < 0) {
    report_start(plan.start, start_report::fork_failed, errno);
    ::_exit(127);
  }
  for (int const file : {plan.input, plan.output, plan.errors, plan.start})
    ::close(file);

  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  int const changes = ::signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
  bool ending = false;
  // Once the tree is being killed, look again soon: what forked in between was not seen, and what we were too early for
  // is.
  constexpr int again = 20;
  constexpr int most_rounds = 250;
  for (int rounds = 0; reap(program, plan.status) && rounds < most_rounds;) {
    if (ending) {
      signal_tree(SIGKILL);
      ++rounds;
    }
    pollfd waits[2] = {{changes, POLLIN, 0}, {ending ? -1 : plan.control, POLLIN, 0}};
    ::poll(waits, 2, ending ? again : -1);
    signalfd_siginfo drained;
    while (changes >= 0 && ::read(changes, &drained, sizeof drained) > 0) {
    }
    if (ending || waits[1].revents == 0) continue;
    unsigned char number = 0;
    auto const count = ::read(plan.control, &number, 1);
    if (count == 1 && number != SIGKILL)
      signal_tree(number);
    else if (count >= 0)
      ending = true;
  }
  ::_exit(0);
}

} // namespace assay::transport
