// We are the HTTP client of the server under test; basic/transports/streamable-http.
#include "conformance/run/exchanges.hpp"

namespace assay::run {

namespace {

/// Outlives the link while an exchange ends.
struct http_state {
  link_setup setup;
  transport::url url;
  std::optional<transport::http_client> client;
  message_places places;
};

asio::awaitable<void> run_exchange(std::shared_ptr<http_state> s, engine::send_http a) {
  auto const id = a.exchange;
  auto request = request_of(std::move(a), s->url.target);
  std::function<void(engine::head_received const&)> nobody;
  co_await tell_exchange(s->setup.events, *s->client, id, std::move(request), s->places, std::move(nobody));
}

class http_client_link final : public link {
public:
  explicit http_client_link(std::shared_ptr<http_state> s) : state_(std::move(s)), exchanges_(state_->setup.executor) {}

  void perform(engine::action a) override {
    if (auto* send = std::get_if<engine::send_http>(&a)) {
      auto const id = send->exchange;
      exchanges_.begin(id, run_exchange(state_, std::move(*send)), {});
    } else if (auto* cut = std::get_if<engine::cut_exchange>(&a)) {
      exchanges_.cut(cut->exchange);
    }
  }

  asio::awaitable<void> close() override {
    state_->setup.events->shut();
    co_await exchanges_.cut_all();
    state_->client.reset();
  }

private:
  std::shared_ptr<http_state> state_;
  exchanges exchanges_;
};

} // namespace

wire::result<std::unique_ptr<link>> make_http_client_link(link_setup setup, std::string const& url) {
  auto parsed = transport::parse_url(url);
  if (parsed.has_error()) return parsed.error();
  auto s = std::make_shared<http_state>();
  s->setup = std::move(setup);
  s->url = std::move(*parsed);
  // An event without data primes the stream; a later revision's, and no message.
  s->places = {[](wire::sse_event const& e) { return !e.data.empty(); }, true};
  transport::http_client_options options;
  options.body_limit = longest_body;
  auto client = transport::http_client::open(s->setup.executor, s->url, options);
  if (client.has_error()) return client.error();
  s->client.emplace(std::move(*client));
  return std::unique_ptr<link>(std::make_unique<http_client_link>(std::move(s)));
}

} // namespace assay::run
