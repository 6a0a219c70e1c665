// We are the client of a server that speaks HTTP with SSE, the transport before Streamable HTTP: one GET brings all
// that the server says, and first the address that everything is posted to; basic/transports of the oldest revision.
#include "conformance/run/exchanges.hpp"

#include "reference/wire/message.hpp"

namespace assay::run {

namespace {

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
  message_places on_stream, elsewhere;
};

using state_ptr = std::shared_ptr<sse_state>;

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

/// What a response holds is no message of the server, and neither is an event of another name.
bool is_message(wire::sse_event const& e) {
  return (e.event.empty() || e.event == "message") && e.has_data;
}

asio::awaitable<void> run_stream(state_ptr s, engine::send_http a) {
  auto const id = a.exchange;
  bool const first = id == s->stream;
  auto request = request_of(std::move(a), s->url.target);
  std::function<void(engine::head_received const&)> on_head = [&](engine::head_received const& head) {
    auto const* type = transport::find_header(head.headers, "content-type");
    bool const stream = type && transport::media_type(*type) == "text/event-stream";
    if (first && (!stream || head.status != 200))
      s->no_address = "the server opened no event stream: HTTP status " + std::to_string(head.status) +
                      (head.status == 200 ? " without one" : "");
  };
  auto const& places = first ? s->on_stream : s->elsewhere;
  co_await tell_exchange(s->setup.events, *s->client, id, std::move(request), places, std::move(on_head));
  if (!first) co_return;
  if (s->no_address.empty())
    s->no_address = s->address ? "the event stream ended" : "the event stream ended before it named an address";
  s->address_known->set();
  s->setup.events->put(engine::connection_failed{s->no_address});
}

asio::awaitable<void> run_post(state_ptr s, engine::send_http a, flag before, flag arrived) {
  co_await s->address_known->wait();
  if (before) co_await before->wait();
  auto const id = a.exchange;
  if (!s->address) {
    tell_end(*s->setup.events, id, {}, s->no_address);
    co_return;
  }
  auto request = request_of(std::move(a), s->address->target);
  std::function<void(engine::head_received const&)> on_head = [arrived](engine::head_received const&) {
    if (arrived) arrived->set();
  };
  auto& client = s->post_client ? *s->post_client : *s->client;
  co_await tell_exchange(s->setup.events, client, id, std::move(request), s->elsewhere, std::move(on_head));
}

/// A request is answered when the server has done its work, which may need more messages from us; anything else has
/// arrived when its response comes. What follows waits for that, so that the server sees things in our order.
bool is_request(std::string const& body) {
  auto const parsed = wire::parse(body);
  return parsed.has_value() && wire::classify(parsed->root) == wire::message_kind::request;
}

class http_sse_link final : public link {
public:
  explicit http_sse_link(state_ptr s) : state_(std::move(s)), exchanges_(state_->setup.executor) {
    state_->address_known = std::make_shared<transport::event>(state_->setup.executor);
  }

  void perform(engine::action a) override {
    if (auto* send = std::get_if<engine::send_http>(&a)) {
      auto const id = send->exchange;
      bool const post = send->method == "POST" && send->path.empty();
      flag arrived;
      flag const before = state_->told;
      if (post && !is_request(send->body))
        state_->told = arrived = std::make_shared<transport::event>(state_->setup.executor);
      if (!post && !state_->stream) state_->stream = id;
      auto work = post ? run_post(state_, std::move(*send), before, arrived) : run_stream(state_, std::move(*send));
      exchanges_.begin(id, std::move(work), [arrived] {
        if (arrived) arrived->set();
      });
    } else if (auto* cut = std::get_if<engine::cut_exchange>(&a)) {
      exchanges_.cut(cut->exchange);
    }
  }

  asio::awaitable<void> close() override {
    state_->setup.events->shut();
    co_await exchanges_.cut_all();
    state_->post_client.reset();
    state_->client.reset();
  }

private:
  state_ptr state_;
  exchanges exchanges_;
};

} // namespace

wire::result<std::unique_ptr<link>> make_http_sse_link(link_setup setup, std::string const& url) {
  auto parsed = transport::parse_url(url);
  if (parsed.has_error()) return parsed.error();
  auto s = std::make_shared<sse_state>();
  s->setup = std::move(setup);
  s->url = std::move(*parsed);
  s->options.body_limit = longest_body;
  s->elsewhere.in_event = is_message;
  s->on_stream.in_event = [weak = std::weak_ptr(s)](wire::sse_event const& e) {
    if (auto state = weak.lock(); state && e.event == "endpoint") take_address(*state, e.data);
    return is_message(e);
  };
  auto client = transport::http_client::open(s->setup.executor, s->url, s->options);
  if (client.has_error()) return client.error();
  s->client.emplace(std::move(*client));
  return std::unique_ptr<link>(std::make_unique<http_sse_link>(std::move(s)));
}

} // namespace assay::run
