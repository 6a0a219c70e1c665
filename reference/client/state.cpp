#include "reference/client/state.hpp"

#include "reference/client/caching.hpp"
#include "reference/client/progress.hpp"
#include "reference/client/server_requests.hpp"
#include "reference/client/stdio.hpp"
#include "reference/client/streamable_http.hpp"
#include "reference/client/url_elicitation.hpp"
#include "reference/session/message.hpp"
#include "reference/wire/message.hpp"

namespace assay::client {
namespace {

task<int> run_and_close(state& c, task<int> main) {
  int const code = co_await std::move(main);
  c.closing = true;
  co_await close_session(c);
  finish end;
  end.code = code;
  c.actions.push_back(end);
  co_return code;
}

/// The request that an answer belongs to. 1 and "1" are two ids.
void receive_answer(state& c, json::value const& message, int exchange, int http_status) {
  auto const* const id = wire::id_of(message);
  auto found = c.waiting.end();
  if (id && !id->is_null()) {
    found = c.waiting.find(session::id_key(*id));
  } else if (auto const carrier = c.exchanges.find(exchange); carrier != c.exchanges.end()) {
    // The server could not read the id, but the HTTP exchange tells whose answer it is.
    found = c.waiting.find(carrier->second.request);
  }
  if (found == c.waiting.end()) {
    // [cancellation.client-ignores-late-response] [cancellation.late-response-ignored]
    warn(c, "ignored an answer to no request that is under way: " + wire::serialize(message));
    return;
  }
  auto const slot = found->second.answered;
  stop_timers(c, found->second);
  c.waiting.erase(found);
  slot->fill(answer::of(message, http_status));
}

void receive_one(state& c, json::value const& message, int exchange, int http_status, reply_batch const& batch) {
  switch (wire::classify(message)) {
  case wire::message_kind::response:
  case wire::message_kind::error: receive_answer(c, message, exchange, http_status); return;
  case wire::message_kind::request: serve(c, message, batch); return;
  case wire::message_kind::notification: {
    auto const method = wire::method_of(message);
    // The annotations that tell which headers to send may have changed: they are read again before the next call.
    if (method == "notifications/tools/list_changed")
      c.mirrored.clear(), c.output_schemas.clear(), c.task_support.clear();
    drop_changed(c, message);
    if (method == "notifications/progress") take_progress(c, message);
    if (method == "notifications/cancelled") stop_serving(c, message);
    if (method == "notifications/elicitation/complete") take_completion(c, message);
    // [cancellation.invalid-ignored]
    if (c.on_notification) c.on_notification(message);
    return;
  }
  case wire::message_kind::batch:
  case wire::message_kind::invalid: warn(c, "ignored what is no JSON-RPC message: " + wire::serialize(message)); return;
  }
}

/// Gives a request that is under way its time once more.
void wait_again(state& c, std::string const& key) {
  auto const found = c.waiting.find(key);
  if (found == c.waiting.end()) return;
  auto& pending = found->second;
  stop_timers(c, pending);
  pending.timer = after(c, pending.limit, pending.late);
}

} // namespace

state::state(settings s) : options(std::move(s)) {}

bool is_modern(state const& c) {
  return c.revision && c.revision->era == "modern";
}

bool speaks(state const& c, std::string_view feature) {
  return c.revision && c.revision->has(feature);
}

bool over_http(state const& c) {
  return c.options.transport != "stdio";
}

void print(state& c, std::string_view line) {
  if (c.options.print) c.options.print(line);
}

void note(state& c, std::string_view line) {
  if (c.options.note) c.options.note(line);
}

void warn(state& c, std::string_view line) {
  if (c.options.warn) c.options.warn(line);
}

// [basic.request-ids-unique-in-flight] [mrtr.retry-has-new-id]
json::value fresh_id(state& c) {
  return c.next_id++;
}

task<answer> send_request(state& c, std::string method, json::object params, transport::http_headers headers,
                          std::chrono::milliseconds limit, bool cancellable) {
  if (!c.input_ended.empty()) co_return answer::none(c.input_ended);
  pending_request pending;
  pending.id = fresh_id(c);
  pending.method = method;
  pending.answered = std::make_shared<slot<answer>>(c.ready);
  pending.progress_token = progress_token_of(params);
  answer_slot const answered = pending.answered;
  std::string const key = session::id_key(pending.id);
  json::value const message = session::make_request(pending.id, method, std::move(params));
  if (over_http(c)) {
    pending.exchange = post(c, message, std::move(headers), key);
  } else {
    write_line(c, message);
  }
  if (limit.count() > 0) {
    std::string const time =
        limit.count() % 1000 ? std::to_string(limit.count()) + " ms" : std::to_string(limit.count() / 1000) + " s";
    std::string const why = "no answer to " + method + " within " + time;
    pending.limit = limit;
    pending.late = [&c, key, why, cancellable] {
      // The answer may wait for the user, who takes as long as they like.
      if (c.questions.empty())
        give_up(c, key, why, cancellable);
      else
        wait_again(c, key);
    };
    pending.timer = after(c, limit, pending.late); // [lifecycle.requests-time-out]
    // [lifecycle.maximum-timeout] A server that reports progress for ever is not waited for for ever.
    if (!pending.progress_token.is_null()) pending.longest = after(c, c.options.longest_time, pending.late);
  }
  c.waiting.emplace(key, std::move(pending));
  answer got = co_await *answered;
  co_return got;
}

// [cancellation.client-cancels] [cancellation.timeout-cancels] [cancellation.issued-requests-only]
// [cancellation.own-requests-only]
void give_up(state& c, std::string const& key, std::string why, bool tell) {
  auto const found = c.waiting.find(key);
  if (found == c.waiting.end()) return;
  pending_request const given_up = std::move(found->second);
  c.waiting.erase(found);
  stop_timers(c, given_up);
  if (over_http(c) && (is_modern(c) || !tell)) {
    // The modern era: closing the response stream is the cancellation, no message is expected.
    drop_exchange(c, given_up.exchange);
  } else if (tell) {
    // [cancellation.client-notifies] [stdio.cancels-by-notification] [streamable-http.cancels-by-notification]
    json::object params{{"requestId", given_up.id}, {"reason", why}};
    send_message(c, session::make_notification("notifications/cancelled", std::move(params)));
    if (over_http(c)) drop_exchange(c, given_up.exchange);
  }
  given_up.answered->fill(answer::none(std::move(why)));
}

void send_message(state& c, json::value const& message) {
  if (over_http(c))
    post(c, message, {}, {});
  else
    write_line(c, message);
}

task<answer> notify(state& c, std::string method, json::object params) {
  json::value const message = session::make_notification(method, std::move(params));
  if (!over_http(c)) {
    write_line(c, message);
    co_return answer::of(nullptr);
  }
  transport::http_headers none;
  std::string no_request;
  int const exchange = post(c, message, std::move(none), std::move(no_request));
  answer_slot const ended = std::make_shared<slot<answer>>(c.ready);
  c.exchanges.at(exchange).ended = ended;
  answer got = co_await *ended;
  co_return got;
}

task<std::string> pause(state& c, std::chrono::milliseconds time) {
  if (c.stopped) co_return std::string("stopped by the user");
  if (!c.input_ended.empty()) co_return c.input_ended;
  c.idle = std::make_shared<slot<answer>>(c.ready);
  answer_slot const over = c.idle;
  int const timer = after(c, time, [over] { over->fill(answer::of(nullptr)); });
  answer const got = co_await *over;
  c.timers.erase(timer);
  c.idle.reset();
  std::string why;
  if (!got.came()) why = got.describe();
  co_return why;
}

void lose_connection(state& c, std::string why) {
  c.input_ended = why;
  for (auto& [key, pending] : std::exchange(c.waiting, {})) {
    stop_timers(c, pending);
    if (over_http(c)) drop_exchange(c, pending.exchange);
    pending.answered->fill(answer::none(why));
  }
  for (auto const& [number, asked] : c.questions)
    asked->fill(std::nullopt);
  if (c.idle) c.idle->fill(answer::none(why));
}

int ask_user(state& c, std::string text) {
  int const number = c.next_number++;
  c.questions[number] = std::make_shared<slot<std::optional<bool>>>(c.ready);
  c.actions.push_back(question{number, std::move(text)});
  return number;
}

task<std::optional<bool>> answer_of_user(state& c, int question) {
  auto const asked = c.questions.at(question);
  std::optional<bool> yes;
  if (!c.stopped) yes = co_await *asked;
  c.questions.erase(question);
  co_return yes;
}

void take_user_answer(state& c, int question, std::optional<bool> yes) {
  if (auto const asked = c.questions.find(question); asked != c.questions.end()) asked->second->fill(yes);
}

void on_user_answer(state& c, int question, std::optional<bool> yes) {
  take_user_answer(c, question, yes);
  settle(c);
}

void receive(state& c, json::value const& message, int exchange, int http_status) {
  auto const* const batch = message.if_array();
  // A revision without batches never has an array on the wire; while nothing is agreed it may be one that has them.
  if (!batch || batch->empty() || (c.revision && !speaks(c, "batching"))) {
    receive_one(c, message, exchange, http_status, nullptr);
    return;
  }
  auto const replies = std::make_shared<json::array>();
  for (auto const& one : *batch)
    receive_one(c, one, exchange, http_status, replies);
  // In the revisions that have batches nobody is asked, so every answer is there.
  if (!replies->empty()) send_message(c, *replies);
}

void spawn(state& c, task<bool> one) {
  c.beside.push_back(std::move(one));
  c.beside.back().start();
}

void start(state& c, task<int> main) {
  c.running = run_and_close(c, std::move(main));
  c.running->start();
  settle(c);
}

void stop(state& c) {
  c.stopped = true;
  std::vector<std::string> keys;
  for (auto const& [key, pending] : c.waiting)
    keys.push_back(key);
  for (auto const& key : keys) {
    auto const& method = c.waiting.at(key).method;
    give_up(c, key, "stopped by the user", method != "initialize" && method != "server/discover");
  }
  for (auto const& [number, asked] : c.questions)
    asked->fill(std::nullopt);
  if (c.idle) c.idle->fill(answer::none("stopped by the user"));
  settle(c);
}

void settle(state& c) {
  while (!c.ready.empty()) {
    auto const next = c.ready.front();
    c.ready.pop_front();
    next.resume();
  }
  // value() lets an exception through: a bug of ours.
  if (c.running && c.running->done()) c.running->value();
  std::erase_if(c.beside, [](task<bool>& one) { return one.done() && (one.value(), true); });
}

std::deque<action> take_actions(state& c) {
  return std::exchange(c.actions, {});
}

void on_timer(state& c, int timer) {
  auto const found = c.timers.find(timer);
  if (found == c.timers.end()) return;
  auto const then = std::move(found->second);
  c.timers.erase(found);
  then();
  settle(c);
}

void stop_timers(state& c, pending_request const& request) {
  c.timers.erase(request.timer);
  c.timers.erase(request.longest);
}

int after(state& c, std::chrono::milliseconds time, std::function<void()> then) {
  int const timer = c.next_number++;
  c.timers.emplace(timer, std::move(then));
  c.actions.push_back(start_timer{timer, time});
  return timer;
}

} // namespace assay::client
