// Programs and their trees: echo, end, flood, orphans, and what cannot be started (basic/transports/stdio).
// The programs are those of any POSIX system; the short patience only lets steps pass that cannot succeed.
#include "reference/transport/process.hpp"

#include "reference/transport/test/run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace assay::transport;
using assay::transport::test::run;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

process_options shell(std::string command) {
  process_options out;
  out.command = std::move(command);
  return out;
}

end_patience quick() {
  end_patience out;
  out.closed_input = milliseconds(100);
  out.terminated = milliseconds(100);
  return out;
}

/// Reads up to and including a line break.
asio::awaitable<std::string> read_line(process& child) {
  std::string out;
  while (out.find('\n') == std::string::npos) {
    auto part = co_await child.read();
    if (!part || part->empty()) break;
    out += *part;
  }
  co_return out;
}

/// Whether a process exists and is no zombie.
bool lives(int id) {
  std::ifstream file("/proc/" + std::to_string(id) + "/stat");
  std::string text;
  std::getline(file, text);
  auto const end = text.rfind(')');
  return end != std::string::npos && text.size() > end + 2 && text[end + 2] != 'Z';
}

/// Looks until it is so; the bound is for failures.
bool comes_true(auto&& condition) {
  auto const until = std::chrono::steady_clock::now() + test::bound;
  while (!condition() && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  return condition();
}

std::string name_of(int id) {
  std::ifstream file("/proc/" + std::to_string(id) + "/comm");
  std::string text;
  std::getline(file, text);
  return text;
}

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

} // namespace

TEST_CASE("cat echoes and ends when its input is closed") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    process_options options;
    options.arguments = {"cat"};
    auto child = process::start(io.get_executor(), std::move(options));
    REQUIRE(child.has_value());
    CHECK(lives(child->id()));
    for (int i = 0; i < 3; ++i) {
      auto const written = co_await child->write("hello\n");
      CHECK(written.has_value());
      std::string const line = co_await read_line(*child);
      CHECK(line == "hello\n");
    }
    process_end const end = co_await child->end();
    CHECK(end.how == ended_by::closed_input);
    CHECK(end.status == exit_status{});
    CHECK(end.left.empty());
    CHECK(end.tree_gone);
    auto const rest = co_await child->read();
    REQUIRE(rest.has_value());
    CHECK(rest->empty());
    auto const late = co_await child->write("more\n");
    CHECK_FALSE(late.has_value());
  };
  run(io, body());
  CHECK_FALSE(has_children());
}

TEST_CASE("a megabyte goes through cat while it is written") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("cat"));
    REQUIRE(child.has_value());
    std::string const sent(1u << 20, 'm');
    auto const writer = [&]() -> asio::awaitable<void> {
      co_await child->write(sent);
      child->close_input();
    };
    auto const ended = [](std::exception_ptr) {};
    asio::co_spawn(io, writer(), ended);
    std::string got;
    for (;;) {
      auto part = co_await child->read();
      REQUIRE(part.has_value());
      if (part->empty()) break;
      got += *part;
    }
    CHECK(got == sent);
    exit_status const status = co_await child->exited();
    CHECK(status == exit_status{});
  };
  run(io, body());
}

TEST_CASE("writes that are called at the same time do not mix") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("cat"));
    REQUIRE(child.has_value());
    auto const writer = [&](char c) -> asio::awaitable<void> { co_await child->write(std::string(200'000, c)); };
    auto const ended = [](std::exception_ptr) {};
    asio::co_spawn(io, writer('a'), ended);
    asio::co_spawn(io, writer('b'), ended);
    std::string got;
    while (got.size() < 400'000) {
      auto part = co_await child->read();
      REQUIRE(part.has_value());
      if (part->empty()) break;
      got += *part;
    }
    CHECK(got == std::string(200'000, 'a') + std::string(200'000, 'b'));
    co_await child->end();
  };
  run(io, body());
}

TEST_CASE("exit code, environment and directory") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    process_options options = shell("printf '%s %s\\n' \"$ASSAY_WORD\" \"$(pwd)\"; exit 3");
    options.environment = {{"ASSAY_WORD", "yes"}};
    options.directory = "/proc";
    auto child = process::start(io.get_executor(), std::move(options));
    REQUIRE(child.has_value());
    std::string const line = co_await read_line(*child);
    CHECK(line == "yes /proc\n");
    exit_status const status = co_await child->exited();
    CHECK(status.code == 3);
    CHECK(to_string(status) == "exit code 3");
    process_end const end = co_await child->end();
    CHECK(end.how == ended_by::itself);
  };
  run(io, body());
}

TEST_CASE("a program that ignores a closed input and SIGTERM is killed") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child =
        process::start(io.get_executor(), shell("trap '' TERM; echo ready; while :; do tail -f /dev/null; done"));
    REQUIRE(child.has_value());
    std::string const line = co_await read_line(*child);
    CHECK(line == "ready\n");
    int const id = child->id();
    process_end const end = co_await child->end(quick());
    CHECK(end.how == ended_by::killed);
    CHECK(end.status.signal == SIGKILL);
    CHECK(end.tree_gone);
    CHECK_FALSE(lives(id));
  };
  run(io, body());
  CHECK_FALSE(has_children());
}

TEST_CASE("a program that only ignores a closed input is terminated") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("exec tail -f /dev/null"));
    REQUIRE(child.has_value());
    end_patience patience = quick();
    patience.terminated = test::bound;
    process_end const end = co_await child->end(patience);
    CHECK(end.how == ended_by::terminated);
    CHECK(end.status.signal == SIGTERM);
  };
  run(io, body());
}

TEST_CASE("a grandchild left behind is found and ended, also in a session of its own") {
  asio::io_context io;
  auto const body = [&](std::string command) -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell(std::move(command)));
    REQUIRE(child.has_value());
    std::string const line = co_await read_line(*child);
    int const orphan = std::stoi(line);
    exit_status const status = co_await child->exited();
    CHECK(status.code == 0);
    CHECK(comes_true([orphan] { return name_of(orphan) == "tail"; }));
    process_end const end = co_await child->end(quick());
    CHECK(end.how == ended_by::itself);
    REQUIRE(end.left.size() == 1);
    CHECK(end.left[0].id == orphan);
    CHECK(end.left[0].name == "tail");
    CHECK(end.tree_gone);
    CHECK_FALSE(lives(orphan));
  };
  SECTION("same group") {
    run(io, body("tail -f /dev/null & echo $!"));
  }
  SECTION("own session") {
    // The sub-shell's number is that of tail, which replaces it; setsid does not fork in a process that leads no group.
    run(io, body("(exec setsid tail -f /dev/null) & echo $!; exit 0"));
  }
  CHECK_FALSE(has_children());
}

TEST_CASE("dropping the process kills its tree at once") {
  asio::io_context io;
  int id = 0;
  int grandchild = 0;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("trap '' TERM; tail -f /dev/null & echo $!; wait"));
    REQUIRE(child.has_value());
    std::string const line = co_await read_line(*child);
    id = child->id();
    grandchild = std::stoi(line);
    CHECK(child->tree().size() >= 2);
  };
  run(io, body());
  CHECK_FALSE(lives(id));
  CHECK_FALSE(lives(grandchild));
  CHECK_FALSE(has_children());
}

TEST_CASE("when the runner dies the tree dies") {
  int numbers[2];
  REQUIRE(::pipe(numbers) == 0);
  pid_t const runner = ::fork();
  if (runner == 0) {
    ::close(numbers[0]);
    asio::io_context io;
    auto child = process::start(io.get_executor(), shell("tail -f /dev/null & tail -f /dev/null"));
    int const id = child ? child->id() : -1;
    if (::write(numbers[1], &id, sizeof id) < 0) ::_exit(1);
    for (;;)
      ::pause();
  }
  ::close(numbers[1]);
  int id = 0;
  REQUIRE(::read(numbers[0], &id, sizeof id) == sizeof id);
  REQUIRE(id > 0);
  ::kill(runner, SIGKILL);
  ::waitpid(runner, nullptr, 0);
  ::close(numbers[0]);
  // The keeper is nobody's child here: watch the program end through its entry in /proc.
  CHECK(comes_true([id] { return !lives(id); }));
}

TEST_CASE("a program that does not exist is a problem with a hint") {
  asio::io_context io;
  process_options options;
  SECTION("as argument") {
    options.arguments = {"assay-no-such-program", "x"};
  }
  SECTION("as the first word of a command") {
    options.command = "assay-no-such-program --stdio";
  }
  SECTION("as a path") {
    options.arguments = {"/nowhere/assay-no-such-program"};
  }
  auto const child = process::start(io.get_executor(), options);
  REQUIRE_FALSE(child.has_value());
  CHECK(child.error().where.find("assay-no-such-program") != std::string::npos);
  CHECK(child.error().what.find("no program") != std::string::npos);
  CHECK_FALSE(child.error().hint.empty());
}

TEST_CASE("what cannot be started is a problem") {
  asio::io_context io;
  process_options options;
  SECTION("empty") {}
  SECTION("blank") {
    options.command = "  ";
  }
  SECTION("no such directory") {
    options.command = "exec cat";
    options.directory = "/nowhere";
  }
  SECTION("not executable") {
    options.arguments = {"/etc/passwd"};
  }
  SECTION("a directory") {
    options.arguments = {"/usr/bin"};
  }
  CHECK_FALSE(process::start(io.get_executor(), options).has_value());
  CHECK_FALSE(has_children());
}

TEST_CASE("a shell command that only the shell can judge is left to it") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("X=1 assay-no-such-program"));
    REQUIRE(child.has_value());
    exit_status const status = co_await child->exited();
    CHECK(status.code == 127);
    co_await child->stderr_ended();
    CHECK(child->stderr_tail().find("assay-no-such-program") != std::string::npos);
  };
  run(io, body());
}

TEST_CASE("a flood on stdout stays in the pipe") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("exec yes"));
    REQUIRE(child.has_value());
    std::size_t most = 0;
    for (int i = 0; i < 10; ++i) {
      auto part = co_await child->read();
      REQUIRE(part.has_value());
      most = std::max(most, part->size());
    }
    CHECK(most <= (64u << 10));
    process_end const end = co_await child->end(quick());
    CHECK(end.how == ended_by::terminated);
  };
  run(io, body());
}

TEST_CASE("of stderr the last bytes are kept") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    process_options options = shell("head -c 300000 /dev/zero | tr '\\0' e >&2; printf last >&2");
    options.stderr_limit = 1000;
    std::size_t seen = 0;
    options.on_stderr = [&seen](std::string_view bytes) { seen += bytes.size(); };
    auto child = process::start(io.get_executor(), std::move(options));
    REQUIRE(child.has_value());
    co_await child->stderr_ended();
    CHECK(child->stderr_size() == 300'004);
    CHECK(seen == 300'004);
    CHECK(child->stderr_tail() == std::string(996, 'e') + "last");
    co_await child->end();
  };
  run(io, body());
}

TEST_CASE("a read under a deadline loses nothing when it is cancelled") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("cat"));
    REQUIRE(child.has_value());
    auto const none = co_await with_deadline(child->read(), milliseconds(5));
    CHECK_FALSE(none.has_value());
    co_await child->write("late\n");
    std::string const line = co_await read_line(*child);
    CHECK(line == "late\n");
    co_await child->end();
  };
  run(io, body());
}

TEST_CASE("several programs do not hold each other's pipes open") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto first = process::start(io.get_executor(), shell("cat"));
    auto second = process::start(io.get_executor(), shell("cat"));
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    first->close_input();
    exit_status const status = co_await first->exited();
    CHECK(status == exit_status{});
    CHECK_FALSE(second->status().has_value());
    co_await second->end();
  };
  run(io, body());
}

TEST_CASE("a program that kills its keeper dies with it, and nobody waits forever") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    auto child = process::start(io.get_executor(), shell("kill -9 $PPID; exec tail -f /dev/null"));
    REQUIRE(child.has_value());
    int const id = child->id();
    exit_status const status = co_await child->exited();
    CHECK(status.signal == SIGKILL);
    process_end const end = co_await child->end();
    CHECK(end.tree_gone);
    CHECK(comes_true([id] { return !lives(id); }));
  };
  run(io, body());
}

TEST_CASE("many programs at once") {
  asio::io_context io;
  auto const body = [&]() -> asio::awaitable<void> {
    std::vector<process> children;
    for (int i = 0; i < 20; ++i) {
      auto child = process::start(io.get_executor(), shell("cat; exit 5"));
      REQUIRE(child.has_value());
      children.push_back(std::move(*child));
    }
    for (auto& child : children) {
      co_await child.write("line\n");
      std::string const line = co_await read_line(child);
      CHECK(line == "line\n");
      process_end const end = co_await child.end();
      CHECK(end.how == ended_by::closed_input);
      CHECK(end.status.code == 5);
    }
  };
  run(io, body());
  CHECK_FALSE(has_children());
}
