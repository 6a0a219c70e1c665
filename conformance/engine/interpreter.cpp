// One function per verb; docs/interpreting.md has the same order.
#include "conformance/engine/interpreter.hpp"

#include "reference/wire/header_value.hpp"
#include "reference/wire/patch.hpp"
#include "reference/wire/sse.hpp"

#include <algorithm>

namespace assay::engine {

namespace {

/// Members of `under` that `over` lacks are added, objects member by member.
void merge_under(json::object& over, json::object const& under) {
  for (auto const& [name, value] : under) {
    auto* there = over.if_contains(name);
    if (!there)
      over.emplace(name, value);
    else if (there->is_object() && value.is_object())
      merge_under(there->get_object(), value.get_object());
  }
}

std::string text_of(json::value const& value) {
  return value.is_string() ? std::string(value.get_string()) : wire::serialize(value);
}

/// Where a client under test posts to over HTTP with SSE; the rule on it says the same.
constexpr char sse_address[] = "/message?session=assay";

/// An event on the stream that answers the subject's GET; the first one begins it.
reply_http stream_reply(exchange_id stream, std::string event, std::string data) {
  wire::sse_event block;
  block.event = std::move(event);
  block.data = std::move(data);
  block.has_data = true;
  return {stream, 200, {{"Content-Type", "text/event-stream"}}, wire::write_sse(block), true};
}

bool among(std::vector<std::string> const& list, std::string_view item) {
  return list.empty() || std::find(list.begin(), list.end(), item) != list.end();
}

/// "1" for 1 and the like: a changed type, which the rule on ids judges, should not hide the answer from the others.
bool loosely_equal(json::value const& a, json::value const& b) {
  return wire::equal(a, b) || text_of(a) == text_of(b);
}

/// The pointer as people want it: without the view's own level.
std::string shown(std::string pointer) {
  constexpr std::string_view own = "/message";
  if (pointer.starts_with(own) && (pointer.size() == own.size() || pointer[own.size()] == '/'))
    pointer.erase(0, own.size());
  return pointer;
}

std::string ended_without(exchange const& e) {
  return e.problem.empty() ? "the connection ended without a response" : e.problem;
}

/// What an HTTP response without a message is told as; empty when the view is something else.
std::string without_message(json::value const& view) {
  auto const& o = view.as_object();
  auto const* kind = o.if_contains("kind"); // exchanges and exits have none
  auto const* http = o.if_contains("http");
  if (!kind || *kind != "none" || !http) return {};
  return "HTTP " + std::to_string(http->at("status").to_number<int>()) + " without a message";
}

std::string expectation(mismatch const& m) {
  auto const at = shown(m.pointer);
  return (at.empty() ? std::string("it") : at) + " " + m.expected;
}

} // namespace

std::string_view to_string(outcome o) {
  switch (o) {
  case outcome::pass: return "pass";
  case outcome::fail: return "fail";
  case outcome::blocked: return "blocked";
  case outcome::inapplicable: return "inapplicable";
  case outcome::not_exercised: return "not exercised";
  case outcome::error: return "error";
  }
  return "error";
}

json::object run_view(environment const& env) {
  json::object capabilities;
  for (auto const& [name, capability] : env.era->capabilities)
    if (std::all_of(capability.features.begin(), capability.features.end(),
                    [&](auto const& f) { return env.revision->has(f); }))
      capabilities.emplace(name, capability.value);
  json::object run{{"revision", env.revision->name},
                   {"transport", env.transport},
                   {"version", ASSAY_VERSION},
                   {"capabilities", std::move(capabilities)}};
  json::array older;
  bool before = true; // the table is in the order of age
  for (auto const& other : env.data->revisions.all()) {
    before = before && other.name != env.revision->name;
    if (other.era != env.revision->era || other.name == env.revision->name) continue;
    run.insert_or_assign("other_revision", other.name);
    if (before) older.emplace_back(other.name);
  }
  run.emplace("older_revisions", std::move(older));
  return run;
}

std::vector<action> connecting(environment const& env, traffic& on) {
  std::vector<action> out;
  if (env.transport == "http+sse" && env.subject == message::sender::server)
    out.push_back(send_http{on.next_exchange(), "GET", {}, {{"Accept", "text/event-stream"}}, {}});
  return out;
}

interpreter::interpreter(environment const& env, std::vector<catalogue::step> steps, json::object serves,
                         std::set<std::string> requirements, traffic& on, bindings& names)
    : env_(env), steps_(std::move(steps)), serves_(std::move(serves)), traffic_(on), names_(names),
      wanted_(std::move(requirements)) {
  auto const* side = env.subject == message::sender::server ? "client" : "server"; // that we play
  // A scenario's reply stands for the era's as a whole: what it leaves out is left out.
  if (auto const* own = env.era->serves.if_contains(side))
    for (auto const& [method, reply] : own->as_object())
      serves_.emplace(method, reply);
  matching_ = {&names_, env.schemas, env.subject};
  started_at_ = on.frames().size();
  // `open` stands for the steps of the era's opening.
  std::vector<catalogue::step> all;
  for (auto& s : steps_) {
    if (s.verb() != "open") {
      all.push_back(std::move(s));
      continue;
    }
    bool first = true;
    for (auto opening : env.era->opening) {
      if (first && s.open.as_object().contains("params")) {
        auto& request = opening.send.as_object().at("request").as_object();
        json::object params = s.open.at("params").as_object();
        // What stands for an object (the capabilities) is merged as that object.
        if (auto const* own = request.if_contains("params"))
          if (auto resolved = resolve(*own, names_); resolved && resolved->is_object())
            merge_under(params, resolved->get_object());
        request.insert_or_assign("params", std::move(params));
      }
      first = false;
      all.push_back(std::move(opening));
    }
  }
  steps_ = std::move(all);
  for (auto const& s : steps_)
    for (auto const& id : s.requirements())
      if (wanted_.contains(id)) ++to_check_[id];
}

std::string interpreter::waiting_for() const {
  if (finished_ || current_ >= steps_.size()) return {};
  auto const& within = steps_[current_].within;
  return within.empty() ? "answer" : within;
}

std::vector<action> interpreter::deadline_passed() {
  timed_out_ = true;
  return advance();
}

std::vector<action> interpreter::advance() {
  std::vector<action> out;
  while (!finished_) {
    serve(out);
    if (current_ >= steps_.size()) {
      finished_ = true;
      break;
    }
    auto const state = run_step(steps_[current_], out);
    if (state == progress::waiting) break;
    timed_out_ = false;
    if (state == progress::stopped) {
      finished_ = true;
      break;
    }
    ++current_;
    // What was sent is noted by the caller before anything else is looked at.
    if (!out.empty()) break;
  }
  return out;
}

interpreter::progress interpreter::stop(std::string why) {
  blocked_ = std::move(why);
  return progress::stopped;
}

interpreter::progress interpreter::run_step(catalogue::step const& s, std::vector<action>& out) {
  auto const verb = s.verb();
  if (verb == "send") return run_send(s, out);
  if (verb == "http") return run_http(s, out);
  if (verb == "expect") return run_expect(s);
  if (verb == "forbid") return run_forbid(s, out);
  if (verb == "cut") return run_cut(s, out);
  if (verb == "goal") {
    out.push_back(start_subject{s.goal});
    return progress::done;
  }
  return stop("the step has no verb");
}

// ---- send

std::optional<json::value> interpreter::build_call(json::object const& call, bool request, sent& as) {
  std::string missing;
  auto resolved = resolve(call, names_, &missing);
  if (!resolved) {
    blocked_ = "nothing is known at " + missing;
    return std::nullopt;
  }
  json::object message{{"jsonrpc", "2.0"}};
  if (request) {
    auto const* id = resolved->get_object().if_contains("id");
    as.id = id ? *id : json::value(traffic_.next_id());
    message.emplace("id", as.id);
  }
  as.method = std::string(resolved->at("method").as_string());
  message.emplace("method", resolved->at("method"));
  if (auto const* params = resolved->get_object().if_contains("params")) message.emplace("params", *params);
  if (request) {
    auto under = resolve(env_.era->request, names_, &missing);
    if (!under) {
      blocked_ = "nothing is known at " + missing;
      return std::nullopt;
    }
    // Only an object of parameters can carry metadata; anything else is sent as the scenario has it.
    auto const* params = message.if_contains("params");
    if (!params || params->is_object()) merge_under(message, under->get_object());
  }
  return message;
}

std::optional<json::value> interpreter::build(json::object const& send, sent& as) {
  if (auto const* request = send.if_contains("request")) return build_call(request->as_object(), true, as);
  if (auto const* fence = send.if_contains("fence")) {
    auto call = env_.era->fence;
    for (auto const& [member, value] : fence->as_object())
      call[member] = value;
    return build_call(call, true, as);
  }
  if (auto const* notification = send.if_contains("notification"))
    return build_call(notification->as_object(), false, as);
  std::string missing;
  if (auto const* response = send.if_contains("response")) {
    auto const to = std::string(response->at("to").as_string());
    auto const* id = names_.find(to + "/message/id");
    auto resolved = resolve(*response, names_, &missing);
    if (!id || !resolved) {
      blocked_ = "nothing is known at " + (id ? missing : to + "/message/id");
      return std::nullopt;
    }
    json::object message{{"jsonrpc", "2.0"}, {"id", *id}};
    for (auto const* member : {"result", "error"})
      if (auto const* value = resolved->get_object().if_contains(member)) message.emplace(member, *value);
    if (auto found = came_.find(to); found != came_.end())
      as.exchange = found->second.exchange; // the answer belongs to the HTTP request that asked
    return message;
  }
  if (auto const* batch = send.if_contains("batch")) {
    json::array members;
    as.batch = true;
    for (auto const& one : batch->as_array()) {
      sent member;
      auto message = build(one.as_object(), member);
      if (!message) return std::nullopt;
      if (!member.id.is_null()) as.batch_ids.push_back(member.id);
      members.push_back(std::move(*message));
    }
    return members;
  }
  auto message = resolve(send.at("message"), names_, &missing);
  if (!message) {
    blocked_ = "nothing is known at " + missing;
    return std::nullopt;
  }
  if (wire::classify(*message) == wire::message_kind::request) as.id = *wire::id_of(*message);
  as.method = std::string(wire::method_of(*message));
  return message;
}

header_list interpreter::headers_for(std::string const& http_method, json::value const& message,
                                     json::value const& overrides) {
  header_list out;
  bindings scope(&names_);
  if (!message.is_null()) scope.set("message", message);
  auto const method = wire::method_of(message);
  for (auto const& h : env_.era->headers) {
    if (transport::find_header(out, h.name) || !among(h.on, http_method) || !among(h.methods, method) ||
        !std::all_of(h.features.begin(), h.features.end(), [&](auto const& f) { return env_.revision->has(f); }))
      continue;
    if (auto value = resolve(h.value, scope); value && value->is_string()) {
      std::string text(value->get_string());
      out.push_back({h.name, h.encoded ? wire::encode_header_value(text) : text});
    }
  }
  if (auto const* object = overrides.if_object())
    for (auto const& [name, wanted] : *object) {
      std::string const key(name);
      auto const old =
          std::find_if(out.begin(), out.end(), [&](auto const& h) { return transport::same_name(h.name, key); });
      auto value = wanted.is_null() ? std::nullopt : resolve(wanted, scope);
      if (!value) {
        if (old != out.end()) out.erase(old);
      } else if (old != out.end()) {
        *old = {key, text_of(*value)};
      } else {
        out.push_back({key, text_of(*value)});
      }
    }
  return out;
}

/// Over HTTP with SSE the newest stream that the client under test opened, or 0.
exchange_id interpreter::stream_of_subject() const {
  exchange_id found = 0;
  for (auto const& [id, e] : traffic_.exchanges())
    if (e.from_subject && e.stream && !e.ended) found = id;
  return found;
}

void interpreter::transmit(std::string text, json::value const& message, json::value const& header_overrides, sent& as,
                           std::vector<action>& out) {
  as.after = traffic_.frames().size();
  if (!env_.http()) {
    out.push_back(send_line{std::move(text)});
    return;
  }
  if (env_.subject == message::sender::client && env_.one_channel()) {
    // The client's stream; without one nothing can reach it, which the missing answer shows.
    if (auto const stream = stream_of_subject()) out.push_back(stream_reply(stream, "message", std::move(text)));
    return;
  }
  if (env_.subject == message::sender::client) {
    // We are the server: what we send answers the HTTP request that `as.exchange` names.
    reply_http answer{as.exchange, 200, {{"Content-Type", "application/json"}}, std::move(text)};
    if (auto const* object = header_overrides.if_object())
      for (auto const& [name, value] : *object)
        transport::set_header(answer.headers, name, value.is_null() ? std::string{} : text_of(value));
    answered_.insert(as.exchange);
    out.push_back(std::move(answer));
    return;
  }
  as.exchange = traffic_.next_exchange();
  out.push_back(send_http{as.exchange, "POST", {}, headers_for("POST", message, header_overrides), std::move(text)});
}

/// What else than requests was sent so far has arrived. On different connections nothing but its status tells so; a
/// fence that overtook it would prove nothing.
bool interpreter::taken() const {
  if (!env_.http() || env_.subject == message::sender::client) return true;
  auto const& frames = traffic_.frames();
  return std::none_of(frames.begin() + static_cast<std::ptrdiff_t>(started_at_), frames.end(), [&](frame const& f) {
    auto const* e = f.from_subject ? nullptr : traffic_.find_exchange(f.exchange);
    bool const acknowledged = f.kind == wire::message_kind::notification || f.kind == wire::message_kind::response ||
                              f.kind == wire::message_kind::error;
    return e && acknowledged && !e->status && !e->ended;
  });
}

interpreter::progress interpreter::run_send(catalogue::step const& s, std::vector<action>& out) {
  auto const& send = s.send.as_object();
  if (send.contains("fence") && !taken() && !timed_out_) return progress::waiting;
  sent as;
  std::string text;
  json::value original; // what headers are made from
  if (auto const* bytes = send.if_contains("bytes")) {
    std::string missing;
    auto resolved = resolve(*bytes, names_, &missing);
    if (!resolved) return stop("nothing is known at " + missing);
    text = text_of(*resolved);
  } else {
    auto message = build(send, as);
    if (!message) return progress::stopped;
    original = *message;
    if (auto const* patch = s.patch.if_array()) {
      std::string missing;
      auto operations = resolve(*patch, names_, &missing);
      if (!operations) return stop("nothing is known at " + missing);
      if (auto patched = wire::apply_patch(*message, operations->get_array()); patched.has_error())
        return stop("the scenario's patch does not fit: " + wire::to_string(patched.error()));
      if (message->is_object() && wire::id_of(*message) && !as.id.is_null()) as.id = *wire::id_of(*message);
    }
    text = wire::serialize(*message);
    if (!s.as.empty()) names_.set(s.as, json::object{{"message", std::move(*message)}});
  }
  transmit(std::move(text), original, s.headers, as, out);
  if (!s.as.empty()) sent_.insert_or_assign(s.as, std::move(as));
  return progress::done;
}

interpreter::progress interpreter::run_http(catalogue::step const& s, std::vector<action>& out) {
  auto const& http = s.http.as_object();
  std::string missing;
  json::value body = "";
  if (auto const* wanted = http.if_contains("body")) {
    auto resolved = resolve(*wanted, names_, &missing);
    if (!resolved) return stop("nothing is known at " + missing);
    body = std::move(*resolved);
  }
  json::value const overrides = http.contains("headers") ? http.at("headers") : s.headers;
  std::string const method(http.at("method").as_string());
  sent as;
  as.after = traffic_.frames().size();
  as.exchange = traffic_.next_exchange();
  if (body.is_object() && wire::classify(body) == wire::message_kind::request) as.id = *wire::id_of(body);
  send_http request{
      as.exchange, method, {}, headers_for(method, body.is_object() ? body : json::value(), overrides), text_of(body)};
  if (auto const* path = http.if_contains("path")) request.path = std::string(path->as_string());
  out.push_back(std::move(request));
  if (!s.as.empty()) sent_.insert_or_assign(s.as, std::move(as));
  return progress::done;
}

interpreter::progress interpreter::run_cut(catalogue::step const& s, std::vector<action>& out) {
  if (s.cut == "input") {
    out.push_back(close_input{});
    return progress::done;
  }
  auto found = sent_.find(s.cut);
  if (found == sent_.end() || !found->second.exchange) return stop("there is no exchange named " + s.cut);
  out.push_back(cut_exchange{found->second.exchange});
  return progress::done;
}

// ---- expect

json::value interpreter::none_view(exchange const* e) const {
  json::object out{{"from", "subject"}, {"kind", "none"}};
  if (e && e->status) {
    auto view = traffic_.view(*e);
    json::object http{{"method", e->method}, {"status", e->status}, {"headers", view.at("headers")}};
    if (!e->stream) http.emplace("body", e->body);
    out.emplace("http", std::move(http));
  }
  return out;
}

interpreter::found interpreter::look_answer(sent const& s, bool timed_out) {
  auto const& frames = traffic_.frames();
  auto const* e = traffic_.find_exchange(s.exchange);
  // Where answers come on a channel of their own, a response says only whether the message was taken.
  bool const apart = env_.one_channel();
  // What we cut off may still be answered: on a stream that takes it up again.
  bool const over = e && e->ended && !e->cut && (!apart || !e->problem.empty() || e->status >= 300);
  found out;
  out.since = s.after + 1;
  if (s.batch) {
    // All the answers the batch is owed, however they are delivered; or the one error that refuses it whole.
    json::array answers;
    bool together = false;
    std::size_t last = 0;
    bool refused = false;
    std::set<std::size_t> matched;
    for (auto i = s.after; i < frames.size(); ++i) {
      auto const& f = frames[i];
      if (!f.from_subject || (f.kind != wire::message_kind::response && f.kind != wire::message_kind::error)) continue;
      auto const* id = wire::id_of(f.message);
      bool owed = false;
      for (std::size_t b = 0; id && b < s.batch_ids.size(); ++b)
        if (loosely_equal(*id, s.batch_ids[b])) {
          matched.insert(b);
          owed = true;
        }
      bool const elsewhere = !apart && s.exchange && f.exchange != s.exchange; // it may be for bad input of before
      if (!owed && !elsewhere && f.kind == wire::message_kind::error && (!id || id->is_null())) refused = owed = true;
      if (owed) {
        answers.push_back(f.message);
        together = together || f.batch;
        last = f.number;
      }
    }
    bool const complete = !s.batch_ids.empty() && matched.size() == s.batch_ids.size();
    if (complete || refused || over || timed_out) {
      if (timed_out && !complete && !refused && !over) {
        out.nothing = answers.empty() ? "no answer came in time"
                                      : "only " + std::to_string(answers.size()) + " answers came in time";
        out.state = progress::stopped;
        return out;
      }
      out.state = progress::done;
      out.view = none_view(e);
      auto& view = out.view.as_object();
      view["kind"] = answers.empty() ? "none" : refused && answers.size() == 1 ? "error" : "batch";
      view["batched"] = together;
      if (refused && answers.size() == 1)
        view["message"] = answers[0];
      else if (!answers.empty())
        view["message"] = std::move(answers);
      out.frame = last;
      out.exchange = s.exchange;
    }
    return out;
  }
  bool const readable = s.id.is_string() || wire::is_integer(s.id);
  frame const* candidate = nullptr;
  frame const* stray = nullptr;
  for (auto i = s.after; i < frames.size(); ++i) {
    auto const& f = frames[i];
    bool const answer = f.kind == wire::message_kind::response || f.kind == wire::message_kind::error;
    if (!f.from_subject || !answer) continue;
    bool const here = s.exchange && f.exchange == s.exchange;
    auto const* id = wire::id_of(f.message);
    bool const nameless = f.kind == wire::message_kind::error && (!id || id->is_null());
    // An answer whose id is exactly another request's is that one's.
    if (!s.id.is_null() && id && (wire::equal(*id, s.id) || (f.request.is_null() && loosely_equal(*id, s.id)))) {
      candidate = &f;
      break;
    }
    // On one channel an error without id may be for anything sent before; only a request whose id cannot be read gets
    // it.
    if (nameless && (here || (apart && !readable))) {
      candidate = &f;
      break;
    }
    if (s.id.is_null() && here) candidate = candidate ? candidate : &f;
    if (here) stray = &f;
  }
  if (candidate) {
    out.state = progress::done;
    out.view = traffic_.view(*candidate);
    out.frame = candidate->number;
    out.exchange = candidate->exchange;
    return out;
  }
  if (over) {
    out.state = progress::done;
    out.view = none_view(e);
    out.exchange = s.exchange;
    out.frame = stray ? stray->number : 0;
    if (stray)
      out.nothing = "an answer with another id: " + brief(stray->message, 80);
    else if (e && !e->status)
      out.nothing = ended_without(*e);
  } else if (timed_out) {
    out.state = progress::stopped;
    out.nothing = "no answer came in time";
  }
  return out;
}

interpreter::found interpreter::look(json::object const& selector, bool timed_out) {
  found out;
  auto const* where = selector.if_contains("where");
  auto matches = [&](json::value const& view) { return !where || holds(view, where->as_object(), matching_); };
  auto named = [&](std::string_view member) -> sent const* {
    auto const found = sent_.find(std::string_view(selector.at(member).as_string()));
    return found == sent_.end() ? nullptr : &found->second;
  };
  if (selector.contains("answer_to")) {
    auto const* s = named("answer_to");
    if (!s) {
      out.state = progress::stopped;
      out.nothing = "nothing was sent under the name " + std::string(selector.at("answer_to").as_string());
      return out;
    }
    out = look_answer(*s, timed_out);
    if (out.state == progress::done && !matches(out.view)) {
      out.state = progress::stopped;
      out.nothing = "the answer is another one: " + brief(out.view.at("kind"));
    }
  } else if (selector.contains("exchange") || selector.contains("head")) {
    bool const whole = selector.contains("exchange");
    auto const* s = named(whole ? "exchange" : "head");
    auto const* e = s ? traffic_.find_exchange(s->exchange) : nullptr;
    out.since = s ? s->after + 1 : 0;
    if (e && (e->ended || (!whole && e->status))) {
      out.view = traffic_.view(*e);
      out.exchange = e->id;
      out.frame = e->frames.empty() ? 0 : e->frames.back();
      out.state = e->status ? progress::done : progress::stopped;
      if (!e->status) out.nothing = ended_without(*e);
    } else if (timed_out) {
      out.state = progress::stopped;
      out.nothing = e && e->status ? "the response did not end in time" : "no response came in time";
    }
  } else if (auto const* again = selector.if_contains("again")) {
    std::string const name(again->as_string());
    auto const before = came_.find(name);
    if (before == came_.end()) {
      out.state = progress::stopped;
      out.nothing = "nothing came under the name " + name;
      return out;
    }
    out.state = progress::done;
    out.view = *names_.find(name);
    out.frame = before->second.frame;
    out.exchange = before->second.exchange;
  } else if (selector.contains("exit")) {
    if (traffic_.exit()) {
      out.state = progress::done;
      out.view = traffic_.view(*traffic_.exit());
    } else if (timed_out) {
      out.state = progress::stopped;
      out.nothing = "the process still runs";
    }
  } else {
    bool const request = selector.contains("request");
    auto const wanted = std::string_view(selector.at(request ? "request" : "notification").as_string());
    // HTTP requests that carry no message are asked for by their HTTP method.
    if (wanted == "GET" || wanted == "DELETE") {
      for (auto const& [id, e] : traffic_.exchanges())
        if (e.from_subject && e.method == wanted && !consumed_exchanges_.contains(id)) {
          auto view = traffic_.view(e);
          if (!matches(view)) continue;
          consumed_exchanges_.insert(id);
          out.state = progress::done;
          out.view = std::move(view);
          out.exchange = id;
          break;
        }
    } else {
      for (auto i = started_at_; i < traffic_.frames().size(); ++i) {
        auto const& f = traffic_.frames()[i];
        bool const kind = f.kind == (request ? wire::message_kind::request : wire::message_kind::notification);
        if (!f.from_subject || !kind || consumed_.contains(f.number) || wire::method_of(f.message) != wanted) continue;
        auto view = traffic_.view(f);
        if (!matches(view)) continue;
        consumed_.insert(f.number);
        out.state = progress::done;
        out.view = std::move(view);
        out.frame = f.number;
        out.exchange = f.exchange;
        break;
      }
    }
    if (out.state == progress::waiting && timed_out) {
      out.state = progress::stopped;
      out.nothing = "no " + std::string(wanted) + " came in time";
    }
  }
  if (out.state == progress::waiting && !traffic_.failure().empty()) {
    out.state = progress::stopped;
    out.nothing = traffic_.failure();
  }
  if (out.state == progress::waiting && traffic_.exit() && !selector.contains("exit")) {
    out.state = progress::stopped;
    out.nothing = "the subject's process ended";
  }
  return out;
}

void interpreter::fail_checks(catalogue::step const& s, std::string const& actual, found const& f) {
  for (auto const& id : s.requirements()) {
    if (!wanted_.contains(id) || failed_.contains(id)) continue;
    check_result r{id, outcome::fail, {}, actual, {}, f.frame, f.exchange, f.since};
    auto const* pattern = s.checks.is_object() ? &s.checks.get_object().at(id) : nullptr;
    if (pattern && !pattern->as_object().empty()) {
      auto const& first = *pattern->as_object().begin();
      r.expected = expectation({std::string(first.key()), describe(first.value().as_object(), &names_), {}});
    } else {
      r.expected = "it to come";
    }
    failed_.emplace(id, std::move(r));
  }
}

void interpreter::judge(catalogue::step const& s, found const& f) {
  auto const* checks = s.checks.if_object();
  if (!checks) return;
  for (auto const& [key, pattern] : *checks) {
    std::string const id(key);
    if (!wanted_.contains(id)) continue;
    --to_check_[id];
    seen_.insert_or_assign(id, check_result{id, outcome::pass, {}, {}, {}, f.frame, f.exchange, f.since});
    if (failed_.contains(id)) continue;
    if (auto m = match(f.view, pattern.as_object(), matching_)) {
      if (!m->missing.empty()) {
        unknown_.insert_or_assign(id, m->actual);
        continue;
      }
      check_result r{id, outcome::fail, expectation(*m), m->actual, {}, f.frame, f.exchange, f.since};
      if (!f.nothing.empty())
        r.actual += " (" + f.nothing + ")";
      else if (m->actual == "absent" || f.frame == 0) {
        if (auto bare = without_message(f.view); !bare.empty())
          r.actual = std::move(bare);
        else if (auto const* message = f.view.as_object().if_contains("message"))
          r.actual += " in " + brief(*message, 100);
      }
      failed_.emplace(id, std::move(r));
    }
  }
}

interpreter::progress interpreter::run_expect(catalogue::step const& s) {
  auto const fence = sent_.find(s.fence);
  if (!s.fence.empty() && fence == sent_.end()) return stop("nothing was sent under the name " + s.fence);
  bool const fenced = !s.fence.empty() && look_answer(fence->second, timed_out_).state != progress::waiting;
  auto f = look(s.expect.as_object(), timed_out_ || fenced);
  if (f.state == progress::waiting) return f.state;
  if (f.state == progress::stopped) {
    last_view_ = none_view(nullptr);
    fail_checks(s, f.nothing, f);
    if (s.control) {
      control_failed_ = true;
      control_reason_ = "the right request did not work: " + f.nothing;
      return progress::done;
    }
    // A check that failed for want of an answer leaves the later ones their chance.
    if (!s.requirements().empty() && s.as.empty()) return progress::done;
    return stop(f.nothing);
  }
  last_view_ = f.view;
  if (!s.as.empty()) {
    names_.set(s.as, f.view);
    came_.insert_or_assign(s.as, came{f.frame, f.exchange});
  }
  judge(s, f);
  if (auto const* holds = s.holds.if_object())
    if (auto m = match(f.view, *holds, matching_)) {
      auto const bare = without_message(f.view);
      auto const& nothing = f.nothing.empty() ? bare : f.nothing;
      auto why = nothing.empty() ? "expected " + expectation(*m) + ", but it is " + m->actual : nothing;
      if (!s.control) return stop(std::move(why));
      control_failed_ = true;
      control_reason_ = "the right request did not work: " + why;
    }
  return progress::done;
}

// ---- forbid

std::optional<interpreter::beginning> interpreter::beginning_at(std::string const& name) const {
  if (auto const found = sent_.find(name); found != sent_.end())
    return beginning{found->second.after, found->second.exchange};
  // The one channel never ends, and is in order.
  if (auto const found = came_.find(name); found != came_.end() && found->second.frame)
    return beginning{found->second.frame, env_.one_channel() ? 0 : found->second.exchange};
  return std::nullopt;
}

interpreter::progress interpreter::run_forbid(catalogue::step const& s, std::vector<action>& out) {
  auto const since = beginning_at(s.since);
  if (!since) return stop("nothing was sent and no message came under the name " + s.since);
  // Streams have no order among them: behind the era's fence, which is quicker than any work, the stream itself has to
  // end.
  auto const* e = s.fence.empty() ? traffic_.find_exchange(since->exchange) : nullptr;
  bool const settled = !e || e->ended || timed_out_;
  if (!fence_ && !s.fence.empty()) {
    auto const own = sent_.find(s.fence);
    if (own == sent_.end()) return stop("nothing was sent under the name " + s.fence);
    fence_ = own->second;
  } else if (!fence_) {
    if (!taken()) return timed_out_ ? stop("what was sent before it was not taken in time") : progress::waiting;
    sent as;
    auto message = build_call(env_.era->fence, true, as);
    if (!message) return progress::stopped;
    transmit(wire::serialize(*message), *message, nullptr, as, out);
    fence_ = std::move(as);
    return progress::waiting;
  }
  auto const answer = look_answer(*fence_, timed_out_);
  if (answer.state == progress::waiting && traffic_.failure().empty() && !traffic_.exit()) return progress::waiting;
  if (answer.state != progress::done || answer.view.at("kind") == "none") {
    fence_.reset();
    return stop("the request after it was not answered, so its silence proves nothing");
  }
  if (!settled) return progress::waiting;
  fence_.reset();

  auto const& selector = s.forbid.as_object();
  auto const* where = selector.if_contains("where");
  auto matches = [&](json::value const& view) { return !where || holds(view, where->as_object(), matching_); };
  frame const* seen = nullptr;
  auto const& frames = traffic_.frames();
  if (selector.contains("answer_to")) {
    auto const asked = sent_.find(std::string_view(selector.at("answer_to").as_string()));
    for (auto i = since->after; asked != sent_.end() && !seen && i < frames.size(); ++i) {
      auto const& f = frames[i];
      bool const kind = f.kind == wire::message_kind::response || f.kind == wire::message_kind::error;
      auto const* id = kind ? wire::id_of(f.message) : nullptr;
      bool const named = id && !id->is_null();
      bool const its = !asked->second.id.is_null() ? named && loosely_equal(*id, asked->second.id)
                       : !env_.one_channel()       ? f.exchange == asked->second.exchange
                                                   : f.request.is_null();
      if (f.from_subject && kind && its && matches(traffic_.view(f))) seen = &f;
    }
  } else {
    bool const request = selector.contains("request");
    bool const message = request || selector.contains("notification");
    auto const wanted = message ? std::string(selector.at(request ? "request" : "notification").as_string()) : "";
    for (auto i = since->after; message && !seen && i < frames.size(); ++i) {
      auto const& f = frames[i];
      bool const kind = f.kind == (request ? wire::message_kind::request : wire::message_kind::notification);
      if (f.from_subject && kind && (wanted.empty() || wire::method_of(f.message) == wanted) &&
          matches(traffic_.view(f)))
        seen = &f;
    }
    if (selector.contains("exit") && traffic_.exit()) return stop("the subject's process ended");
  }
  for (auto const& id : s.requirements()) {
    if (!wanted_.contains(id)) continue;
    --to_check_[id];
    seen_.insert_or_assign(
        id, check_result{id, outcome::pass, {}, {}, {}, answer.frame, answer.exchange, since->after + 1});
    if (seen && !failed_.contains(id))
      failed_.emplace(id, check_result{id,
                                       outcome::fail,
                                       "nothing of the kind to come",
                                       brief(seen->message),
                                       {},
                                       seen->number,
                                       seen->exchange,
                                       since->after + 1});
  }
  if (seen && s.requirements().empty()) return stop("what should not come came: " + brief(seen->message));
  return progress::done;
}

// ---- what the subject asks of us

bool interpreter::scenario_answers(std::string_view method) const {
  for (auto i = current_; i < steps_.size(); ++i)
    if (auto const* selector = steps_[i].expect.if_object())
      if (auto const* request = selector->if_contains("request"); request && request->as_string() == method)
        for (auto j = i; j < steps_.size(); ++j)
          if (auto const* send = steps_[j].send.if_object())
            if (auto const* response = send->if_contains("response"))
              if (!steps_[i].as.empty() && response->at("to").as_string() == steps_[i].as) return true;
  return false;
}

json::value const* interpreter::served(std::string const& method) {
  auto const* entry = serves_.if_contains(method);
  if (!entry) return nullptr;
  auto const* turns = entry->if_array();
  if (!turns) return entry;
  auto& turn = serve_turns_[method];
  return &(*turns)[std::min(turn++, turns->size() - 1)];
}

void interpreter::reply(frame const& f, std::vector<action>& out) {
  auto const* e = traffic_.find_exchange(f.exchange);
  bool const over_http = e && e->from_subject;
  std::string const method(wire::method_of(f.message));
  json::object answer{{"jsonrpc", "2.0"}, {"id", *wire::id_of(f.message)}};
  int status = 200;
  header_list headers;
  std::string body;
  bool plain = false;
  if (auto const* entry = served(method)) {
    bindings scope(&names_);
    scope.set("request", f.message);
    auto resolved = resolve(*entry, scope);
    auto const& reply = resolved ? resolved->as_object() : entry->as_object();
    if (auto const* http = reply.if_contains("http"); http && over_http) {
      if (auto const* wanted = http->as_object().if_contains("status")) status = wanted->to_number<int>();
      if (auto const* wanted = http->as_object().if_contains("headers"))
        for (auto const& [name, value] : wanted->as_object())
          headers.push_back({std::string(name), text_of(value)});
      if (auto const* wanted = http->as_object().if_contains("body")) {
        body = text_of(*wanted);
        plain = true;
      }
    }
    if (auto const* result = reply.if_contains("result"))
      answer.emplace("result", *result);
    else if (auto const* error = reply.if_contains("error"))
      answer.emplace("error", *error);
    else
      plain = true;
  } else {
    answer.emplace("error", json::object{{"code", -32601}, {"message", "Method not found: " + method}});
  }
  if (!plain) {
    body = wire::serialize(answer);
    headers.insert(headers.begin(), {"Content-Type", "application/json"});
  }
  if (over_http && env_.one_channel()) {
    answered_.insert(f.exchange);
    bool const taken = !plain && status < 300;
    out.push_back(reply_http{f.exchange, taken ? 202 : status, {}, plain ? body : std::string{}});
    if (auto const stream = stream_of_subject(); stream && !plain)
      out.push_back(stream_reply(stream, "message", std::move(body)));
  } else if (over_http) {
    answered_.insert(f.exchange);
    out.push_back(reply_http{f.exchange, status, std::move(headers), std::move(body)});
  } else if (!env_.http()) {
    out.push_back(send_line{std::move(body)});
  } else {
    out.push_back(
        send_http{traffic_.next_exchange(), "POST", {}, headers_for("POST", answer, nullptr), std::move(body)});
  }
}

void interpreter::serve(std::vector<action>& out) {
  while (auto const* next = traffic_.next_to_serve()) {
    auto const& f = *next;
    if (!f.from_subject || f.batch) continue;
    auto const* e = traffic_.find_exchange(f.exchange);
    bool const posted = e && e->from_subject;
    if (posted && answered_.contains(f.exchange)) continue;
    if (f.kind == wire::message_kind::request && wire::id_of(f.message)) {
      bool const ours = scenario_answers(wire::method_of(f.message));
      if (!ours) reply(f, out);
      if (ours && posted && env_.one_channel()) { // the answer comes on the stream; the request is taken now
        answered_.insert(f.exchange);
        out.push_back(reply_http{f.exchange, 202, {}, {}});
      }
    } else if (posted) {
      answered_.insert(f.exchange);
      bool const bad = f.kind == wire::message_kind::invalid;
      out.push_back(reply_http{f.exchange, bad ? 400 : 202, {}, {}});
    }
  }
  for (auto const& [id, e] : traffic_.exchanges()) {
    if (!e.from_subject || e.request_frame || answered_.contains(id)) continue;
    answered_.insert(id);
    if (env_.one_channel() && e.method == "GET") {
      out.push_back(stream_reply(id, "endpoint", sse_address));
      continue;
    }
    reply_http answer{id, 405, {}, {}};
    if (auto const* entry = served(e.method))
      if (auto const* http = entry->as_object().if_contains("http")) {
        if (auto const* wanted = http->as_object().if_contains("status")) answer.status = wanted->to_number<int>();
        if (auto const* wanted = http->as_object().if_contains("headers"))
          for (auto const& [name, value] : wanted->as_object())
            answer.headers.push_back({std::string(name), text_of(value)});
      }
    out.push_back(std::move(answer));
  }
}

// ---- results

std::vector<check_result> interpreter::results() const {
  std::vector<check_result> out;
  for (auto const& id : wanted_) {
    if (auto found = failed_.find(id); found != failed_.end()) {
      out.push_back(found->second);
      continue;
    }
    if (auto found = unknown_.find(id); found != unknown_.end()) {
      out.push_back({id, outcome::blocked, {}, {}, found->second, 0, 0, 0});
      continue;
    }
    auto const left = to_check_.find(id);
    bool const all = left != to_check_.end() && left->second == 0;
    if (!all) {
      out.push_back(
          {id, outcome::blocked, {}, {}, blocked_.empty() ? "the scenario did not reach it" : blocked_, 0, 0, 0});
    } else if (control_failed_) {
      out.push_back({id, outcome::blocked, {}, {}, control_reason_, 0, 0, 0});
    } else {
      out.push_back(seen_.at(id));
    }
  }
  return out;
}

} // namespace assay::engine
