// The only loop between a subject and the engine.
#include "conformance/run/session.hpp"

#include <algorithm>

namespace assay::run {

void run_state::stop() {
  stopping = true;
  for (auto& weak : mailboxes)
    if (auto box = weak.lock()) box->shut();
  if (on_stop) on_stop();
}

session::session(run_state& state, engine::bindings const* outer)
    : number(++state.last_session), began(std::chrono::steady_clock::now()), names(outer), run(&state) {}

double session::now_ms() const {
  auto const passed = std::chrono::steady_clock::now() - began;
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(passed).count()) / 1000.0;
}

bool session::spoke() const {
  auto const& exchanges = traffic.exchanges();
  return std::any_of(traffic.frames().begin(), traffic.frames().end(), [](auto const& f) { return f.from_subject; }) ||
         std::any_of(exchanges.begin(), exchanges.end(), [](auto const& e) { return e.second.status != 0; });
}

void session::absorb(engine::event const& e) {
  auto const at = now_ms();
  auto const before = traffic.frames().size();
  bool const fits = traffic.absorb(e, at);
  run->writer->write(number, at, e, traffic.frames().size() > before ? before + 1 : 0);
  if (!fits) events->shut();
}

void session::perform(engine::action a) {
  auto const at = now_ms();
  auto const before = traffic.frames().size();
  traffic.note(a, at);
  run->writer->write(number, at, a, traffic.frames().size() > before ? before + 1 : 0);
  link->perform(std::move(a));
}

wire::result<std::unique_ptr<session>> open_session(run_state& state, asio::any_io_executor executor,
                                                    engine::environment const& env, std::string const& url,
                                                    std::string const& purpose, engine::bindings const* outer) {
  auto out = std::make_unique<session>(state, outer);
  out->events = std::make_shared<mailbox>(executor);
  std::erase_if(state.mailboxes, [](auto const& weak) { return weak.expired(); });
  state.mailboxes.push_back(out->events);
  if (state.stopping) out->events->shut();
  auto const& subject = state.options->subject;
  state.writer->write(record::session{out->number, env.revision->name, env.transport, purpose});
  link_setup setup{executor, out->events, &subject, env.revision->name};
  if (!env.http()) {
    out->link = make_stdio_link(std::move(setup));
    return out;
  }
  auto link = subject.is_client()           ? make_http_server_link(std::move(setup))
              : env.transport == "http+sse" ? make_http_sse_link(std::move(setup), url)
                                            : make_http_client_link(std::move(setup), url);
  if (link.has_error()) return link.error();
  out->link = std::move(*link);
  for (auto& a : engine::connecting(env, out->traffic))
    out->perform(std::move(a));
  return out;
}

void drain(session& s) {
  while (auto e = s.events->take())
    s.absorb(*e);
}

asio::awaitable<void> drive(session& s, engine::interpreter& it, std::string scenario) {
  s.run->writer->mark(s.number, s.now_ms(), "begin", scenario);
  auto step = static_cast<std::size_t>(-1);
  auto expiry = std::chrono::steady_clock::time_point{};
  auto perform_all = [&](std::vector<engine::action> actions) {
    while (!actions.empty()) {
      for (auto& a : actions)
        s.perform(std::move(a));
      actions = it.advance();
    }
  };
  perform_all(it.advance());
  while (!it.finished()) {
    if (it.step() != step) {
      step = it.step();
      auto const& deadlines = s.run->options->deadlines;
      // A process that has not said anything yet may still be starting.
      bool const starting = !s.spoke() && it.waiting_for() == "answer";
      auto const found = deadlines.find(starting ? "start" : it.waiting_for());
      expiry = std::chrono::steady_clock::now() +
               (found == deadlines.end() ? std::chrono::milliseconds(5000) : found->second);
    }
    auto e = co_await s.events->next(expiry);
    if (e) {
      s.absorb(*e);
      perform_all(it.advance());
      continue;
    }
    if (s.run->stopping) break;
    s.run->writer->mark(s.number, s.now_ms(), "deadline", scenario);
    perform_all(it.deadline_passed());
  }
  s.run->writer->mark(s.number, s.now_ms(), "finish", scenario);
}

} // namespace assay::run
