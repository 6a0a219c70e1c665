// We are the HTTP client of the server under test; basic/transports/streamable-http.
#include "conformance/run/link.hpp"

#include "reference/transport/event.hpp"
#include "reference/transport/http_client.hpp"
#include "reference/wire/sse.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <map>
#include <set>

namespace assay::run {

namespace {

constexpr std::uint64_t longest_body = 4u << 20;

struct http_state {
  link_setup setup;
  transport::url url;
  std::optional<transport::http_client> client;
  /// One for each exchange that ever ran: a coroutine that ends may still look at its slot, so they live as long as the link.
  std::map<engine::exchange_id, asio::cancellation_signal> signals;
  std::set<engine::exchange_id> running;
  std::shared_ptr<transport::event> idle; ///< nothing runs
};

void end_exchange(http_state& s, engine::exchange_id id, std::string body, std::string problem) {
  engine::exchange_ended end;
  end.exchange = id;
  end.body = std::move(body);
  end.problem = std::move(problem);
  s.setup.events->put(std::move(end));
}

asio::awaitable<void> read_stream(std::shared_ptr<http_state> s, engine::exchange_id id, transport::http_exchange& exchange) {
  wire::sse_parser parser(longest_body);
  for (;;) {
    auto bytes = co_await exchange.read();
    if (bytes.has_error()) {
      end_exchange(*s, id, {}, wire::to_string(bytes.error()));
      co_return;
    }
    if (bytes->empty())
      break;
    for (auto& e : parser.feed(*bytes)) {
      engine::stream_event_received seen;
      seen.exchange = id;
      seen.event = e.event;
      seen.id = e.id;
      seen.retry = e.retry;
      seen.has_data = e.has_data;
      engine::event what(std::move(seen));
      co_await s->setup.events->put_when_room(std::move(what));
      // An event without data primes the stream; a later revision's, and no message.
      if (e.data.empty())
        continue;
      engine::frame_received frame;
      frame.exchange = id;
      frame.text = std::move(e.data);
      engine::event message(std::move(frame));
      co_await s->setup.events->put_when_room(std::move(message));
    }
    if (parser.overflowed()) {
      end_exchange(*s, id, {}, "an event is longer than this runner reads");
      co_return;
    }
  }
  end_exchange(*s, id, {}, {});
}

asio::awaitable<void> run_exchange(std::shared_ptr<http_state> s, engine::send_http a) {
  auto const id = a.exchange;
  transport::http_request request;
  request.method = std::move(a.method);
  request.target = a.path.empty() ? s->url.target : a.path;
  request.headers = std::move(a.headers);
  request.body = std::move(a.body);
  auto exchange = co_await s->client->send(std::move(request));
  if (exchange.has_error()) {
    auto const& p = exchange.error();
    end_exchange(*s, id, {}, p.what);
    co_return;
  }
  engine::head_received head;
  head.exchange = id;
  head.status = exchange->head().status;
  head.headers = exchange->head().headers;
  auto const* type = transport::find_header(head.headers, "content-type");
  auto const media = type ? transport::media_type(*type) : std::string{};
  s->setup.events->put(std::move(head));
  if (media == "text/event-stream") {
    co_await read_stream(s, id, *exchange);
    co_return;
  }
  auto body = co_await exchange->read_all();
  if (body.has_error()) {
    end_exchange(*s, id, {}, wire::to_string(body.error()));
    co_return;
  }
  if (media == "application/json" && !body->empty()) {
    engine::frame_received frame;
    frame.exchange = id;
    frame.text = *body;
    s->setup.events->put(std::move(frame));
  }
  end_exchange(*s, id, std::move(*body), {});
}

class http_client_link final : public link {
public:
  explicit http_client_link(std::shared_ptr<http_state> s) : state_(std::move(s)) {
    state_->idle = std::make_shared<transport::event>(state_->setup.executor);
    state_->idle->set();
  }

  void perform(engine::action a) override {
    if (auto* send = std::get_if<engine::send_http>(&a)) {
      auto const id = send->exchange;
      auto const slot = state_->signals[id].slot();
      state_->running.insert(id);
      state_->idle->reset();
      auto work = run_exchange(state_, std::move(*send));
      asio::co_spawn(state_->setup.executor, std::move(work),
                     asio::bind_cancellation_slot(slot, [s = state_, id](std::exception_ptr) {
                       s->running.erase(id);
                       if (s->running.empty())
                         s->idle->set();
                     }));
    } else if (auto* cut = std::get_if<engine::cut_exchange>(&a)) {
      if (state_->running.contains(cut->exchange))
        state_->signals[cut->exchange].emit(asio::cancellation_type::terminal);
    }
  }

  asio::awaitable<void> close() override {
    state_->setup.events->shut();
    auto const running = state_->running;
    for (auto const id : running)
      state_->signals[id].emit(asio::cancellation_type::terminal);
    co_await state_->idle->wait();
    state_->client.reset();
  }

private:
  std::shared_ptr<http_state> state_;
};

} // namespace

wire::result<std::unique_ptr<link>> make_http_client_link(link_setup setup, std::string const& url) {
  auto parsed = transport::parse_url(url);
  if (parsed.has_error())
    return parsed.error();
  auto s = std::make_shared<http_state>();
  s->setup = std::move(setup);
  s->url = std::move(*parsed);
  transport::http_client_options options;
  options.body_limit = longest_body;
  auto client = transport::http_client::open(s->setup.executor, s->url, options);
  if (client.has_error())
    return client.error();
  s->client.emplace(std::move(*client));
  return std::unique_ptr<link>(std::make_unique<http_client_link>(std::move(s)));
}

} // namespace assay::run
