// Start, find the URL, wait for the port.
#include "conformance/run/endpoint.hpp"

#include "reference/transport/deadline.hpp"
#include "reference/transport/event.hpp"
#include "reference/transport/url.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace assay::run {

namespace {

using asio::ip::tcp;

/// A port that is free now. Another program could take it before the server does; then the server says so.
std::uint16_t free_port(asio::any_io_executor executor) {
  tcp::acceptor acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return acceptor.local_endpoint().port();
}

std::string with_port(std::string text, std::uint16_t port) {
  constexpr std::string_view place = "{port}";
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at))
    text.replace(at, place.size(), std::to_string(port));
  return text;
}

/// The first loopback URL in a text, complete only when something follows it.
std::string find_url(std::string const& text) {
  for (std::string_view scheme : {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"})
    if (auto at = text.find(scheme); at != std::string::npos) {
      auto end = text.find_first_of(" \t\r\n\"'<>),\x1b", at);
      if (end != std::string::npos) return text.substr(at, end - at);
    }
  return {};
}

struct output {
  explicit output(asio::any_io_executor const& executor) : more(executor) {}
  std::string text;
  transport::event more;
  bool ended = false;
};

constexpr std::size_t searched = 64u << 10;

asio::awaitable<void> read_output(transport::process& child, std::shared_ptr<output> out) {
  for (;;) {
    auto bytes = co_await child.read();
    if (bytes.has_error() || bytes->empty()) break;
    if (out->text.size() < searched) out->text += *bytes;
    out->more.set();
  }
  out->ended = true;
  out->more.set();
}

asio::awaitable<bool> accepts(transport::url const& url) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  boost::system::error_code failed;
  auto token = asio::redirect_error(asio::use_awaitable, failed);
  auto found = co_await resolver.async_resolve(url.host, std::to_string(url.port), token);
  if (failed) co_return false;
  for (auto const& entry : found) {
    tcp::socket socket(executor);
    auto again = asio::redirect_error(asio::use_awaitable, failed);
    co_await socket.async_connect(entry.endpoint(), again);
    if (!failed) co_return true;
  }
  co_return false;
}

} // namespace

using opened = wire::result<std::unique_ptr<endpoint>>;

asio::awaitable<opened> open_endpoint(asio::any_io_executor executor, run_state& state) {
  auto const& options = *state.options;
  auto kept = std::make_unique<endpoint>();
  kept->url = options.subject.sse_url.empty() ? options.subject.url : options.subject.sse_url;
  if (options.subject.http_command.empty()) {
    opened result(std::move(kept));
    co_return result;
  }
  auto const port = free_port(executor);
  auto const limit = std::chrono::steady_clock::now() + options.deadlines.find("start")->second;
  kept->url = with_port(kept->url, port);
  // A path alone stands at the address that the command prints.
  std::string path;
  if (kept->url.starts_with('/')) std::swap(path, kept->url);
  auto seen = std::make_shared<output>(executor);
  transport::process_options start;
  start.command = with_port(options.subject.http_command, port);
  start.environment = options.subject.environment;
  start.directory = options.subject.directory;
  start.on_stderr = [seen](std::string_view bytes) {
    if (seen->text.size() < searched) seen->text += bytes;
    seen->more.set();
  };
  auto child = transport::process::start(executor, std::move(start));
  if (child.has_error()) {
    opened result(child.error());
    co_return result;
  }
  kept->child.emplace(std::move(*child));
  state.on_stop = [seen] { seen->more.set(); };
  auto reading = read_output(*kept->child, seen);
  asio::co_spawn(executor, std::move(reading), asio::detached);
  auto fail = [&](std::string what) {
    auto tail = kept->child->stderr_tail();
    if (tail.size() > 500) tail = tail.substr(tail.size() - 500);
    return wire::problem{options.subject.http_command, std::move(what),
                         tail.empty() ? "does it listen where --url says?" : "it said: " + tail};
  };
  while (kept->url.empty() && !state.stopping) {
    kept->url = find_url(seen->text);
    if (!kept->url.empty()) break;
    seen->more.reset();
    auto const left = limit - std::chrono::steady_clock::now();
    bool in_time = false;
    if (!seen->ended && left.count() > 0) {
      auto wait = seen->more.wait();
      in_time = co_await transport::with_deadline(std::move(wait), left);
    }
    if (!in_time && !state.stopping) {
      opened result(fail("printed no loopback URL; give --url, with {port} where the port stands"));
      co_return result;
    }
  }
  if (state.stopping) {
    opened result(std::move(kept));
    co_return result;
  }
  auto url = transport::parse_url(kept->url);
  if (url.has_error()) {
    opened result(url.error());
    co_return result;
  }
  if (!path.empty()) kept->url = transport::origin(*url) + path;
  asio::steady_timer pause(executor);
  for (;;) {
    bool const there = co_await accepts(*url);
    if (there || state.stopping) break;
    auto const exited = kept->child->status();
    if (exited || std::chrono::steady_clock::now() > limit) {
      opened result(fail(exited ? "ended with " + transport::to_string(*exited) + " before it listened"
                                : "does not accept connections at " + kept->url));
      co_return result;
    }
    // A listening socket cannot be waited for from outside; only tried.
    pause.expires_after(std::chrono::milliseconds(10));
    co_await pause.async_wait(asio::use_awaitable);
  }
  opened result(std::move(kept));
  co_return result;
}

} // namespace assay::run
