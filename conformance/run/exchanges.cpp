// One coroutine an exchange.
#include "conformance/run/exchanges.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace assay::run {

namespace {

constexpr std::size_t longest_kept = 4096; // of the data of an event that is no message

asio::awaitable<void> tell_stream(std::shared_ptr<mailbox> events, engine::exchange_id id,
                                  transport::http_exchange& exchange, message_places const& places) {
  wire::sse_parser parser(longest_body);
  for (;;) {
    auto bytes = co_await exchange.read();
    if (bytes.has_error()) {
      tell_end(*events, id, {}, wire::to_string(bytes.error()));
      co_return;
    }
    if (bytes->empty()) break;
    for (auto& e : parser.feed(*bytes)) {
      bool const message = places.in_event(e);
      engine::stream_event_received seen;
      seen.exchange = id;
      seen.event = e.event;
      seen.id = e.id;
      seen.retry = e.retry;
      seen.has_data = e.has_data;
      if (!message) seen.data = e.data.substr(0, longest_kept);
      engine::event what(std::move(seen));
      co_await events->put_when_room(std::move(what));
      if (!message) continue;
      engine::frame_received frame;
      frame.exchange = id;
      frame.text = std::move(e.data);
      engine::event arrived(std::move(frame));
      co_await events->put_when_room(std::move(arrived));
    }
    if (parser.overflowed()) {
      tell_end(*events, id, {}, "an event is longer than this runner reads");
      co_return;
    }
  }
  tell_end(*events, id, {}, {});
}

} // namespace

void tell_end(mailbox& events, engine::exchange_id id, std::string body, std::string problem) {
  engine::exchange_ended end;
  end.exchange = id;
  end.body = std::move(body);
  end.problem = std::move(problem);
  events.put(std::move(end));
}

transport::http_request request_of(engine::send_http a, std::string const& target) {
  transport::http_request request;
  request.method = std::move(a.method);
  request.target = a.path.empty() ? target : a.path;
  request.headers = std::move(a.headers);
  request.body = std::move(a.body);
  return request;
}

asio::awaitable<void> tell_exchange(std::shared_ptr<mailbox> events, transport::http_client& client,
                                    engine::exchange_id id, transport::http_request request,
                                    message_places const& places,
                                    std::function<void(engine::head_received const&)> on_head) {
  auto exchange = co_await client.send(std::move(request));
  if (exchange.has_error()) {
    tell_end(*events, id, {}, exchange.error().what);
    co_return;
  }
  engine::head_received head;
  head.exchange = id;
  head.status = exchange->head().status;
  head.headers = exchange->head().headers;
  auto const* type = transport::find_header(head.headers, "content-type");
  auto const media = type ? transport::media_type(*type) : std::string{};
  if (on_head) on_head(head);
  events->put(std::move(head));
  if (media == "text/event-stream") {
    co_await tell_stream(events, id, *exchange, places);
    co_return;
  }
  auto body = co_await exchange->read_all();
  if (body.has_error()) {
    tell_end(*events, id, {}, wire::to_string(body.error()));
    co_return;
  }
  if (places.json_body && media == "application/json" && !body->empty()) {
    engine::frame_received frame;
    frame.exchange = id;
    frame.text = *body;
    events->put(std::move(frame));
  }
  tell_end(*events, id, std::move(*body), {});
}

exchanges::exchanges(asio::any_io_executor executor) : state_(std::make_shared<state>(executor)) {}

void exchanges::begin(engine::exchange_id id, asio::awaitable<void> work, std::function<void()> at_end) {
  auto const slot = state_->signals[id].slot();
  state_->running.insert(id);
  state_->idle.reset();
  asio::co_spawn(state_->executor, std::move(work),
                 asio::bind_cancellation_slot(slot, [s = state_, id, at_end = std::move(at_end)](std::exception_ptr) {
                   if (at_end) at_end();
                   s->running.erase(id);
                   if (s->running.empty()) s->idle.set();
                 }));
}

void exchanges::cut(engine::exchange_id id) {
  if (state_->running.contains(id)) state_->signals[id].emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> exchanges::cut_all() {
  auto const running = state_->running;
  for (auto const id : running)
    cut(id);
  co_await state_->idle.wait();
}

} // namespace assay::run
