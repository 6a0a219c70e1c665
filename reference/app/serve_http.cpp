#include "reference/app/serve_http.hpp"

#include "reference/app/http_boundary.hpp"
#include "reference/server/http_sse.hpp"
#include "reference/transport/event.hpp"
#include "reference/transport/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <deque>

namespace assay::app {
namespace {

namespace asio = boost::asio;

/// What waits to be written to one exchange.
struct outbox {
  explicit outbox(asio::any_io_executor const& executor) : ready(executor) {}
  std::deque<exchange_output> waiting;
  transport::event ready;
};

class http_process {
public:
  http_process(asio::io_context& context, server::core& streamable, server::core& sse, server_options const& options)
      : context_(context), boundary_(options.mutant) {
    if (!streamable.configuration().revisions.empty()) {
      server::http_settings made;
      made.allowed_origins = options.allowed_origins;
      streamable_.emplace(streamable, std::move(made));
    }
    if (!sse.configuration().revisions.empty()) {
      server::http_sse_settings made;
      made.allowed_origins = options.allowed_origins;
      sse_.emplace(sse, std::move(made));
    }
  }

  void set_port(std::uint16_t port) {
    if (streamable_) streamable_->set_port(port);
    if (sse_) sse_->set_port(port);
  }

  void stop() {
    if (streamable_) carry_out(*streamable_, streamable_->stop());
    if (sse_) carry_out(*sse_, sse_->stop());
  }

  /// The paths that are served.
  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    if (streamable_) out.emplace_back("/mcp");
    if (sse_) out.emplace_back("/sse");
    return out;
  }

  /// One request until its response is over.
  asio::awaitable<void> handle(transport::http_request& request, transport::http_responder& responder) {
    auto const id = ++last_exchange_;
    auto const box = std::make_shared<outbox>(context_.get_executor());
    outboxes_[id] = box;
    responder.on_disconnect([this, id, box] {
      gone(id);
      box->ready.set();
    });
    auto const connection = connection_of(id, request, responder);
    auto const requests = boundary_.receive(id, connection, std::move(request));
    for (auto const& one : requests)
      take(id, one);
    if (requests.empty()) responder.abort();

    bool open = !requests.empty();
    while (open) {
      while (box->waiting.empty() && !responder.gone()) {
        box->ready.reset();
        co_await box->ready.wait();
      }
      if (responder.gone()) break;
      open = co_await write(*box, responder);
    }
    outboxes_.erase(id);
    boundary_.forget(id);
    gone(id);
  }

private:
  /// What a mutant remembers belongs to a connection. Over HTTP with SSE that is the stream with the requests around
  /// it.
  unsigned connection_of(server::exchange_id id, transport::http_request const& request,
                         transport::http_responder const& responder) const {
    constexpr unsigned streams = 0x8000'0000; // above all numbers of connections
    if (!sse_ || !sse_->owns(request.target)) return responder.connection();
    auto const stream = sse_->stream_of(request.target);
    return streams | static_cast<unsigned>(stream ? stream : id);
  }

  void take(server::exchange_id id, transport::http_request const& request) {
    if (sse_ && (!streamable_ || sse_->owns(request.target)))
      carry_out(*sse_, sse_->request(id, request));
    else
      carry_out(*streamable_, streamable_->request(id, request));
  }

  void gone(server::exchange_id id) {
    if (streamable_) carry_out(*streamable_, streamable_->gone(id));
    if (sse_) carry_out(*sse_, sse_->gone(id));
  }

  template <class Endpoint>
  void carry_out(Endpoint& endpoint, server::http_effects done) {
    for (auto const& action : done.actions) {
      auto output = boundary_.send(action);
      auto const box = outboxes_.find(output.to);
      if (box == outboxes_.end()) continue;
      if (box->second->waiting.size() >= most_waiting) {
        // Somebody who asks for events and does not take them loses the connection, not our memory.
        box->second->waiting.clear();
        output.what = exchange_output::nothing{};
      }
      box->second->waiting.push_back(std::move(output));
      box->second->ready.set();
    }
    for (auto const& one : done.timers) {
      auto const timer = std::make_shared<asio::steady_timer>(context_, one.after);
      timer->async_wait([this, &endpoint, timer, number = one.number](boost::system::error_code failed) {
        if (!failed) carry_out(endpoint, endpoint.woken(number));
      });
    }
  }

  /// Writes what waits; false when the response is over. Events that are ready together go out in one write.
  asio::awaitable<bool> write(outbox& box, transport::http_responder& responder) {
    std::string together;
    while (!box.waiting.empty()) {
      auto next = std::move(box.waiting.front());
      box.waiting.pop_front();
      if (auto* const bytes = std::get_if<exchange_output::bytes>(&next.what)) {
        together += bytes->text;
        if (together.size() < flush_size && !box.waiting.empty()) continue;
      }
      if (!together.empty()) {
        std::string text = std::move(together);
        together.clear();
        bool const written = co_await responder.write(std::move(text));
        if (!written) co_return false;
      }
      if (auto* const whole = std::get_if<exchange_output::whole>(&next.what)) {
        co_await responder.respond(std::move(whole->head), std::move(whole->body));
        co_return false;
      }
      if (auto* const start = std::get_if<exchange_output::start>(&next.what)) {
        bool const started = co_await responder.start(std::move(start->head));
        if (!started) co_return false;
        if (!start->text.empty()) together = std::move(start->text);
      } else if (std::holds_alternative<exchange_output::end>(next.what)) {
        co_await responder.finish();
        co_return false;
      } else if (std::holds_alternative<exchange_output::nothing>(next.what)) {
        responder.abort();
        co_return false;
      }
    }
    if (together.empty()) co_return true;
    bool const written = co_await responder.write(std::move(together));
    co_return written;
  }

  static constexpr std::size_t flush_size = 64u << 10;
  static constexpr std::size_t most_waiting = 10'000;

  asio::io_context& context_;
  http_boundary boundary_;
  std::optional<server::streamable_http> streamable_;
  std::optional<server::http_sse> sse_;
  std::map<server::exchange_id, std::shared_ptr<outbox>> outboxes_;
  server::exchange_id last_exchange_ = 0;
};

asio::awaitable<void> run_until_signal(asio::signal_set& signals, http_process& process,
                                       transport::http_server& listener) {
  boost::system::error_code ignored;
  co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  process.stop();
  co_await listener.stop(std::chrono::milliseconds(200));
}

} // namespace

int serve_http(server::core& streamable, server::core& sse, server_options const& options) {
  asio::io_context context(1);
  // Before anyone is told that we listen: from then on a signal is the way to end us.
  asio::signal_set signals(context, SIGINT, SIGTERM);
  http_process process(context, streamable, sse, options);
  transport::http_server_options listening;
  // [streamable-http.binds-loopback] [http-sse.binds-loopback]
  listening.port = *options.http_port;
  listening.certificate_file = options.certificate_file;
  listening.key_file = options.key_file;
  auto listener = transport::http_server::listen(
      context.get_executor(), listening,
      [&process](transport::http_request& request, transport::http_responder& responder) {
        return process.handle(request, responder);
      });
  if (!listener) {
    std::fprintf(stderr, "mcp-reference-server: %s\n", to_string(listener.error()).c_str());
    return 1;
  }
  process.set_port(listener->port());
  for (auto const& path : process.paths())
    std::fprintf(stderr, "listening on %s://127.0.0.1:%u%s\n", listener->address().scheme.c_str(),
                 static_cast<unsigned>(listener->port()), path.c_str());

  asio::co_spawn(context, run_until_signal(signals, process, *listener), [&context](std::exception_ptr failed) {
    context.stop();
    if (failed) std::rethrow_exception(failed);
  });
  context.run();
  return 0;
}

} // namespace assay::app
