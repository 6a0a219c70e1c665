// We are the HTTP server of the client under test; basic/transports/streamable-http, and HTTP with SSE before it.
#include "conformance/run/subject_process.hpp"

#include "reference/transport/event.hpp"
#include "reference/transport/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <map>

namespace assay::run {

namespace {

struct waiting_reply {
  explicit waiting_reply(asio::any_io_executor const& executor) : ready(executor) {}
  transport::event ready;
  std::optional<engine::reply_http> answer;
  std::string events; ///< of a stream, as they are written
  bool cut = false;
};

struct server_state {
  link_setup setup;
  std::optional<transport::http_server> server;
  std::optional<transport::process> child;
  std::map<engine::exchange_id, std::shared_ptr<waiting_reply>> waiting;
  engine::exchange_id last = 0;
  bool sse = false;       ///< HTTP with SSE
  bool streaming = false; ///< a client has opened a stream
  bool closed = false;
};

/// Writes a stream's events as they come, until either side ends it.
asio::awaitable<void> stream(std::shared_ptr<server_state> s, engine::exchange_id id,
                             std::shared_ptr<waiting_reply> slot, transport::http_responder& responder) {
  transport::http_response_head head;
  head.headers.push_back({"Content-Type", "text/event-stream"});
  head.headers.push_back({"Cache-Control", "no-store"});
  bool open = co_await responder.start(std::move(head));
  responder.on_disconnect([slot] {
    slot->cut = true;
    slot->ready.set();
  });
  while (open && !slot->cut) {
    std::string bytes = std::move(slot->events);
    slot->events.clear();
    slot->ready.reset();
    if (!bytes.empty())
      open = co_await responder.write(std::move(bytes));
    else
      co_await slot->ready.wait();
  }
  s->waiting.erase(id);
  engine::exchange_ended ended;
  ended.exchange = id;
  s->setup.events->put(std::move(ended));
}

asio::awaitable<void> answer(std::weak_ptr<server_state> weak, transport::http_request& request,
                             transport::http_responder& responder) {
  auto s = weak.lock();
  if (!s || s->closed) co_return;
  if (s->sse && request.method == "GET") s->streaming = true;
  if (s->sse && !s->streaming) {
    // A client that tries the newer transport first; nothing of the old one has begun.
    transport::http_response_head refused;
    refused.status = 405;
    refused.headers.push_back({"Allow", "GET"});
    std::string nothing;
    co_await responder.respond(std::move(refused), std::move(nothing));
    co_return;
  }
  auto const id = ++s->last;
  auto slot = std::make_shared<waiting_reply>(s->setup.executor);
  s->waiting.emplace(id, slot);
  engine::request_received seen;
  seen.exchange = id;
  seen.method = request.method;
  seen.target = request.target;
  seen.headers = request.headers;
  seen.body = std::move(request.body);
  engine::event what(std::move(seen));
  co_await s->setup.events->put_when_room(std::move(what));
  co_await slot->ready.wait();
  if (!slot->answer && !slot->events.empty()) {
    co_await stream(s, id, slot, responder);
    co_return;
  }
  s->waiting.erase(id);
  if (!slot->answer) co_return; // cut
  transport::http_response_head head;
  head.status = slot->answer->status;
  head.headers = std::move(slot->answer->headers);
  auto body = std::move(slot->answer->body);
  co_await responder.respond(std::move(head), std::move(body));
}

asio::awaitable<void> watch_client(std::shared_ptr<server_state> s) {
  // What the client prints is its own affair; it is read so that it never blocks.
  for (;;) {
    auto bytes = co_await s->child->read();
    if (bytes.has_error() || bytes->empty()) break;
  }
  co_await tell_exit(*s->child, *s->setup.events);
}

class http_server_link final : public link {
public:
  explicit http_server_link(std::shared_ptr<server_state> s) : state_(std::move(s)) {}

  void perform(engine::action a) override {
    if (auto* reply = std::get_if<engine::reply_http>(&a)) {
      if (auto found = state_->waiting.find(reply->exchange); found != state_->waiting.end()) {
        if (reply->open)
          found->second->events += reply->body;
        else
          found->second->answer = std::move(*reply);
        found->second->ready.set();
      }
    } else if (auto* cut = std::get_if<engine::cut_exchange>(&a)) {
      if (auto found = state_->waiting.find(cut->exchange); found != state_->waiting.end()) {
        found->second->cut = true;
        found->second->ready.set();
      }
    } else if (auto* goal = std::get_if<engine::start_subject>(&a)) {
      start(goal->goal);
    } else if (std::get_if<engine::close_input>(&a)) {
      if (state_->child) state_->child->close_input();
    }
  }

  asio::awaitable<void> close() override {
    state_->closed = true;
    state_->setup.events->shut();
    for (auto& [id, slot] : state_->waiting) {
      slot->cut = true;
      slot->ready.set();
    }
    if (state_->child) co_await state_->child->end();
    if (state_->server) co_await state_->server->stop(std::chrono::milliseconds(200));
  }

  std::string stderr_tail() const override { return state_->child ? state_->child->stderr_tail() : std::string{}; }

private:
  void start(std::string const& goal) {
    auto const& subject = *state_->setup.subject;
    auto const url = "http://127.0.0.1:" + std::to_string(state_->server->port()) + (state_->sse ? "/sse" : "/mcp");
    state_->child = start_process(state_->setup, (state_->sse ? subject.sse_client : subject.client) + " " + url, goal);
    if (!state_->child) return;
    auto work = watch_client(state_);
    asio::co_spawn(state_->setup.executor, std::move(work), asio::detached);
  }

  std::shared_ptr<server_state> state_;
};

} // namespace

wire::result<std::unique_ptr<link>> make_http_server_link(link_setup setup) {
  auto s = std::make_shared<server_state>();
  s->setup = std::move(setup);
  s->sse = !s->setup.subject->sse_client.empty();
  std::weak_ptr<server_state> weak = s;
  transport::http_server_options options;
  options.body_limit = 4u << 20;
  auto server = transport::http_server::listen(
      s->setup.executor, options, [weak](transport::http_request& request, transport::http_responder& responder) {
        return answer(weak, request, responder);
      });
  if (server.has_error()) return server.error();
  s->server.emplace(std::move(*server));
  return std::unique_ptr<link>(std::make_unique<http_server_link>(std::move(s)));
}

} // namespace assay::run
