// We are the client of a server that speaks HTTP with SSE, the transport before Streamable HTTP: one GET brings all
// that the server says, and first the address that everything is posted to; basic/transports of the oldest revision.
#include "conformance/run/link.hpp"

#include "reference/transport/event.hpp"
#include "reference/transport/http_client.hpp"
#include "reference/wire/message.hpp"
#include "reference/wire/sse.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <map>
#include <set>

namespace assay::run {

namespace {

constexpr std::uint64_t longest_body = 4u << 20;
constexpr std::size_t longest_address = 4096;

using flag = std::shared_ptr<transport::event>;

struct sse_state {
  link_setup setup;
  transport::url url;
  transport::http_client_options options;
  std::optional<transport::http_client> client;
  std::optional<transport::http_client> post_client; ///< only when the address is at another origin
  std::optional<transport::url> address;             ///< where to POST
  std::string no_address;                            ///< why there is none
  flag address_known;                                ///< or known not to come
  engine::exchange_id stream = 0;                    ///< the first GET
  flag told;                                         ///< set when the last notification or answer has arrived
  /// They live as long as the link: a coroutine that ends may still look at its slot.
  std::map<engine::exchange_id, asio::cancellation_signal> signals;
  std::set<engine::exchange_id> running;
  flag idle; ///< nothing runs
};

using state_ptr = std::shared_ptr<sse_state>;

void end_exchange(sse_state& s, engine::exchange_id id, std::string body, std::string problem) {
  engine::exchange_ended end;
  end.exchange = id;
  end.body = std::move(body);
  end.problem = std::move(problem);
  s.setup.events->put(std::move(end));
}

/// The address that the stream names; the first one counts.
void take_address(sse_state& s, std::string const& text) {
  if (s.address || s.address_known->is_set()) return;
  auto found = transport::resolve_url(s.url, text);
  if (found.has_error()) {
    s.no_address = "the endpoint event names no address: " + found.error().what;
  } else {
    s.address = std::move(*found);
    if (transport::origin(*s.address) != transport::origin(s.url)) {
      auto client = transport::http_client::open(s.setup.executor, *s.address, s.options);
      if (client.has_error()) {
        s.no_address = wire::to_string(client.error());
        s.address.reset();
      } else {
        s.post_client.emplace(std::move(*client));
      }
    }
  }
  s.address_known->set();
}

asio::awaitable<void> read_stream(state_ptr s, engine::exchange_id id, transport::http_exchange& exchange) {
  wire::sse_parser parser(longest_body);
  for (;;) {
    auto bytes = co_await exchange.read();
    if (bytes.has_error()) {
      end_exchange(*s, id, {}, wire::to_string(bytes.error()));
      co_return;
    }
    if (bytes->empty()) break;
    for (auto& e : parser.feed(*bytes)) {
      bool const message = e.event.empty() || e.event == "message";
      engine::stream_event_received seen;
      seen.exchange = id;
      seen.event = e.event;
      seen.id = e.id;
      seen.retry = e.retry;
      seen.has_data = e.has_data;
      if (!message) seen.data = e.data.substr(0, longest_address);
      engine::event what(std::move(seen));
      co_await s->setup.events->put_when_room(std::move(what));
      if (id == s->stream && e.event == "endpoint") take_address(*s, e.data);
      if (!message || !e.has_data) continue;
      engine::frame_received frame;
      frame.exchange = id;
      frame.text = std::move(e.data);
      engine::event arrived(std::move(frame));
      co_await s->setup.events->put_when_room(std::move(arrived));
    }
    if (parser.overflowed()) {
      end_exchange(*s, id, {}, "an event is longer than this runner reads");
      co_return;
    }
  }
  end_exchange(*s, id, {}, {});
}

asio::awaitable<void> exchange_with(state_ptr s, transport::http_client& client, engine::exchange_id id,
                                    transport::http_request request, flag arrived) {
  auto exchange = co_await client.send(std::move(request));
  if (arrived) arrived->set();
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
  bool const stream = type && transport::media_type(*type) == "text/event-stream";
  if (id == s->stream && (!stream || head.status != 200))
    s->no_address = "the server opened no event stream: HTTP status " + std::to_string(head.status) +
                    (head.status == 200 ? " without one" : "");
  s->setup.events->put(std::move(head));
  if (stream) {
    co_await read_stream(s, id, *exchange);
    co_return;
  }
  // What a response holds is no message of the server: those come on the stream.
  auto body = co_await exchange->read_all();
  if (body.has_error())
    end_exchange(*s, id, {}, wire::to_string(body.error()));
  else
    end_exchange(*s, id, std::move(*body), {});
}

asio::awaitable<void> run_stream(state_ptr s, engine::send_http a) {
  transport::http_request request;
  request.method = std::move(a.method);
  request.target = a.path.empty() ? s->url.target : a.path;
  request.headers = std::move(a.headers);
  request.body = std::move(a.body);
  flag nobody;
  co_await exchange_with(s, *s->client, a.exchange, std::move(request), std::move(nobody));
  if (a.exchange != s->stream) co_return;
  if (s->no_address.empty())
    s->no_address = s->address ? "the event stream ended" : "the event stream ended before it named an address";
  s->address_known->set();
  s->setup.events->put(engine::connection_failed{s->no_address});
}

asio::awaitable<void> run_post(state_ptr s, engine::send_http a, flag before, flag arrived) {
  co_await s->address_known->wait();
  if (before) co_await before->wait();
  if (!s->address) {
    end_exchange(*s, a.exchange, {}, s->no_address);
    co_return;
  }
  transport::http_request request;
  request.method = std::move(a.method);
  request.target = s->address->target;
  request.headers = std::move(a.headers);
  request.body = std::move(a.body);
  auto& client = s->post_client ? *s->post_client : *s->client;
  co_await exchange_with(s, client, a.exchange, std::move(request), std::move(arrived));
}

/// A request is answered when the server has done its work, which may need more messages from us; anything else has
/// arrived when its response comes. What follows waits for that, so that the server sees things in our order.
bool is_request(std::string const& body) {
  auto const parsed = wire::parse(body);
  return parsed.has_value() && wire::classify(parsed->root) == wire::message_kind::request;
}

class http_sse_link final : public link {
public:
  explicit http_sse_link(state_ptr s) : state_(std::move(s)) {
    state_->idle = std::make_shared<transport::event>(state_->setup.executor);
    state_->idle->set();
    state_->address_known = std::make_shared<transport::event>(state_->setup.executor);
  }

  void perform(engine::action a) override {
    if (auto* send = std::get_if<engine::send_http>(&a)) {
      auto const id = send->exchange;
      auto const slot = state_->signals[id].slot();
      state_->running.insert(id);
      state_->idle->reset();
      bool const post = send->method == "POST" && send->path.empty();
      flag arrived;
      flag const before = state_->told;
      if (post && !is_request(send->body))
        state_->told = arrived = std::make_shared<transport::event>(state_->setup.executor);
      if (!post && !state_->stream) state_->stream = id;
      auto work = post ? run_post(state_, std::move(*send), before, arrived) : run_stream(state_, std::move(*send));
      asio::co_spawn(state_->setup.executor, std::move(work),
                     asio::bind_cancellation_slot(slot, [s = state_, id, arrived](std::exception_ptr) {
                       if (arrived) arrived->set();
                       s->running.erase(id);
                       if (s->running.empty()) s->idle->set();
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
    state_->post_client.reset();
    state_->client.reset();
  }

private:
  state_ptr state_;
};

} // namespace

wire::result<std::unique_ptr<link>> make_http_sse_link(link_setup setup, std::string const& url) {
  auto parsed = transport::parse_url(url);
  if (parsed.has_error()) return parsed.error();
  auto s = std::make_shared<sse_state>();
  s->setup = std::move(setup);
  s->url = std::move(*parsed);
  s->options.body_limit = longest_body;
  auto client = transport::http_client::open(s->setup.executor, s->url, s->options);
  if (client.has_error()) return client.error();
  s->client.emplace(std::move(*client));
  return std::unique_ptr<link>(std::make_unique<http_sse_link>(std::move(s)));
}

} // namespace assay::run
