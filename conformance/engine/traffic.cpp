// Turning events into frames and exchanges, and these into views.
#include "conformance/engine/traffic.hpp"

#include "reference/wire/sse.hpp"

#include <boost/url/grammar/ci_string.hpp>

namespace assay::engine {

namespace {

constexpr std::size_t kept_text = 4096; // of a frame that is no JSON

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};

json::object headers_view(header_list const& headers) {
  json::object out;
  for (auto const& [name, value] : headers) {
    std::string lower(name);
    for (auto& c : lower)
      c = boost::urls::grammar::to_lower(c);
    if (auto* there = out.if_contains(lower))
      there->as_string() += ", " + value;
    else
      out.emplace(lower, value);
  }
  return out;
}

std::string media_type(header_list const& headers) {
  auto const* value = transport::find_header(headers, "content-type");
  return value ? transport::media_type(*value) : std::string{};
}

std::string cut(std::string const& text) {
  return text.size() <= kept_text ? text : text.substr(0, kept_text) + "...";
}

/// Invalid UTF-8 would make our own record invalid: such bytes are shown as \xNN.
std::string printable(std::string const& text) {
  std::string out;
  static char const* digits = "0123456789abcdef";
  for (unsigned char c : cut(text)) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += "\\x";
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

} // namespace

exchange const* traffic::find_exchange(exchange_id id) const {
  auto found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : &found->second;
}

json::value traffic::request_for(json::value const& message, bool from_subject, exchange_id in) const {
  auto const* id = wire::id_of(message);
  if (id && !id->is_null()) {
    auto const& asked = asked_[from_subject ? 0 : 1];
    if (auto found = asked.find(wire::serialize(*id)); found != asked.end()) return frames_[found->second - 1].message;
    return nullptr;
  }
  // An error without a readable id answers what was posted, when HTTP says what that was.
  if (auto const* e = find_exchange(in); e && e->request_frame) return frames_[e->request_frame - 1].message;
  return nullptr;
}

void traffic::push(frame f, std::vector<std::size_t>* list) {
  f.number = frames_.size() + 1;
  if (auto const* e = find_exchange(f.exchange); e && f.from_subject) f.event = e->last_event;
  if (list) list->push_back(f.number);
  if (f.kind == wire::message_kind::request)
    if (auto const* id = wire::id_of(f.message))
      asked_[f.from_subject ? 1 : 0].insert_or_assign(wire::serialize(*id), f.number);
  frames_.push_back(std::move(f));
}

void traffic::add_frame(std::string const& text, bool from_subject, exchange_id in, double at_ms, bool truncated) {
  auto found = exchanges_.find(in);
  auto* list =
      found != exchanges_.end() && found->second.from_subject != from_subject ? &found->second.frames : nullptr;
  frame f;
  f.at_ms = at_ms;
  f.from_subject = from_subject;
  f.exchange = in;
  auto parsed = truncated ? wire::result<wire::document>(wire::problem{"", "is longer than this runner reads", ""})
                          : wire::parse(text);
  if (parsed.has_error()) {
    f.problem = wire::to_string(parsed.error());
    f.text = printable(text);
    push(std::move(f), list);
    return;
  }
  f.kind = wire::classify(parsed->root);
  f.duplicate_names = std::move(parsed->duplicate_names);
  if (f.kind == wire::message_kind::invalid) {
    f.text = cut(text);
    f.problem = "is no request, notification, response or error";
  }
  bool const answer = f.kind == wire::message_kind::response || f.kind == wire::message_kind::error;
  if (answer) f.request = request_for(parsed->root, from_subject, in);
  f.message = std::move(parsed->root);
  bool const batch = f.kind == wire::message_kind::batch;
  push(std::move(f), list);
  if (!batch) return;
  auto const whole = frames_.size();
  auto const members = frames_.back().message.get_array();
  for (auto const& member : members) {
    if (frames_.size() > limits_.frames) return; // absorb says so
    frame each;
    each.at_ms = at_ms;
    each.from_subject = from_subject;
    each.exchange = in;
    each.batch = whole;
    each.kind = wire::classify(member);
    if (each.kind == wire::message_kind::batch) each.kind = wire::message_kind::invalid;
    if (each.kind == wire::message_kind::response || each.kind == wire::message_kind::error)
      each.request = request_for(member, from_subject, in);
    each.message = member;
    push(std::move(each), list);
  }
}

bool traffic::absorb(event const& what, double at_ms) {
  std::visit(overloaded{
                 [&](frame_received const& e) {
                   bytes_ += e.text.size();
                   add_frame(e.text, true, e.exchange, at_ms, e.truncated);
                 },
                 [&](stream_event_received const& e) {
                   auto found = exchanges_.find(e.exchange);
                   if (found == exchanges_.end()) return;
                   json::object one{{"event", e.event}, {"has_data", e.has_data}};
                   if (e.id) {
                     one.emplace("id", *e.id);
                     found->second.last_event = *e.id;
                   }
                   if (e.retry) one.emplace("retry", *e.retry);
                   if (!e.data.empty()) one.emplace("data", cut(e.data));
                   bytes_ += e.data.size();
                   found->second.events.push_back(std::move(one));
                   ++silent_;
                 },
                 [&](head_received const& e) {
                   auto& x = exchanges_[e.exchange];
                   x.id = e.exchange;
                   x.status = e.status;
                   x.headers = e.headers;
                   x.stream = media_type(e.headers) == "text/event-stream";
                 },
                 [&](exchange_ended const& e) {
                   auto& x = exchanges_[e.exchange];
                   bytes_ += e.body.size();
                   x.ended = true;
                   x.body = e.body.size() > kept_text ? printable(e.body) : e.body;
                   x.problem = e.problem;
                 },
                 [&](request_received const& e) {
                   ++silent_;
                   auto& x = exchanges_[e.exchange];
                   x.id = e.exchange;
                   x.at_ms = at_ms;
                   x.from_subject = true;
                   x.method = e.method;
                   x.path = e.target;
                   x.request_headers = e.headers;
                   x.request_body = cut(e.body);
                   last_exchange_ = std::max(last_exchange_, e.exchange);
                   if (e.method == "POST" || !e.body.empty()) {
                     bytes_ += e.body.size();
                     auto const whole = frames_.size() + 1; // the members of a batch follow it
                     add_frame(e.body, true, e.exchange, at_ms, false);
                     exchanges_[e.exchange].request_frame = whole;
                   }
                 },
                 [&](subject_exited const& e) { exit_ = e; },
                 [&](connection_failed const& e) { failure_ = e.what; },
             },
             what);
  if (frames_.size() > limits_.frames || silent_ > limits_.frames || bytes_ > limits_.bytes) {
    if (failure_.empty())
      failure_ = "the subject sent more than " +
                 (bytes_ > limits_.bytes ? std::to_string(limits_.bytes >> 20) + " MiB"
                                         : std::to_string(limits_.frames) + " messages") +
                 " over one connection";
    return false;
  }
  return true;
}

void traffic::note(action const& what, double at_ms) {
  std::visit(overloaded{
                 [&](send_line const& a) { add_frame(a.text, false, 0, at_ms, false); },
                 [&](send_http const& a) {
                   auto& x = exchanges_[a.exchange];
                   x.id = a.exchange;
                   x.at_ms = at_ms;
                   x.method = a.method;
                   x.path = a.path;
                   x.request_headers = a.headers;
                   x.request_body = cut(a.body);
                   if (a.method == "POST") {
                     add_frame(a.body, false, a.exchange, at_ms, false);
                     // A batch is followed by its members; the exchange answers the whole.
                     auto first = frames_.size();
                     while (first > 1 && frames_[first - 1].batch)
                       --first;
                     exchanges_[a.exchange].request_frame = first;
                   }
                 },
                 [&](reply_http const& a) {
                   auto& x = exchanges_[a.exchange];
                   if (a.open) {
                     note_events(a, at_ms);
                     return;
                   }
                   x.status = a.status;
                   x.headers = a.headers;
                   x.body = cut(a.body);
                   x.ended = true;
                   if (!a.body.empty() && media_type(a.headers) == "application/json")
                     add_frame(a.body, false, a.exchange, at_ms, false);
                 },
                 [&](cut_exchange const& a) {
                   if (auto found = exchanges_.find(a.exchange); found != exchanges_.end()) {
                     found->second.ended = found->second.cut = true;
                     found->second.problem = "cut by us";
                   }
                 },
                 [&](close_input const&) {},
                 [&](start_subject const&) {},
             },
             what);
}

void traffic::note_events(reply_http const& a, double at_ms) {
  auto& x = exchanges_[a.exchange];
  x.status = a.status;
  x.headers = a.headers;
  x.stream = true;
  wire::sse_parser parser;
  for (auto const& e : parser.feed(a.body)) {
    json::object one{{"event", e.event}, {"has_data", e.has_data}};
    if (e.event != "message") one.emplace("data", e.data);
    x.events.push_back(std::move(one));
    if (e.event == "message") add_frame(e.data, false, a.exchange, at_ms, false);
  }
}

json::value traffic::view(frame const& f) const {
  json::object out{{"from", f.from_subject ? "subject" : "counterpart"}, {"kind", wire::to_string(f.kind)}};
  if (f.problem.empty() || f.kind != wire::message_kind::invalid || !f.message.is_null())
    out.emplace("message", f.message);
  if (!f.problem.empty()) {
    out.emplace("text", f.text);
    out.emplace("problem", f.problem);
  }
  if (!f.request.is_null()) out.emplace("request", f.request);
  if (!f.duplicate_names.empty()) out.emplace("duplicate_names", json::value_from(f.duplicate_names));
  if (f.batch) out.emplace("batched", true);
  if (auto const* e = find_exchange(f.exchange)) {
    json::object http{{"method", e->method}};
    if (f.from_subject == e->from_subject) {
      http.emplace("headers", headers_view(e->request_headers));
    } else if (e->status) {
      http.emplace("status", e->status);
      http.emplace("headers", headers_view(e->headers));
      http.emplace("stream", e->stream);
      if (headers_view(e->request_headers).contains("last-event-id")) http.emplace("resumed", true);
    }
    http.emplace("exchange", e->id);
    if (!f.event.empty()) http.emplace("event", f.event);
    out.emplace("http", std::move(http));
  }
  return out;
}

json::value traffic::view(exchange const& e) const {
  json::object sent{{"method", e.method}, {"headers", headers_view(e.request_headers)}};
  if (e.request_frame) {
    auto const& f = frames_[e.request_frame - 1];
    sent.emplace("kind", wire::to_string(f.kind));
    if (!f.message.is_null() || f.problem.empty()) sent.emplace("message", f.message);
  }
  json::object out{{"from", e.from_subject ? "subject" : "counterpart"}, {"sent", std::move(sent)}};
  if (!e.path.empty()) out.emplace("path", e.path);
  if (e.status) {
    out.emplace("status", e.status);
    out.emplace("headers", headers_view(e.headers));
    out.emplace("media_type", media_type(e.headers));
    out.emplace("stream", e.stream);
    json::array messages;
    for (auto number : e.frames)
      if (auto const& f = frames_[number - 1]; !f.batch) messages.push_back(f.message);
    out.emplace("messages", std::move(messages));
    if (!e.stream) out.emplace("body", e.body);
    if (!e.events.empty()) out.emplace("events", e.events);
    if (!e.last_event.empty()) out.emplace("last_event", e.last_event);
  }
  out.emplace("ended", e.ended);
  if (!e.problem.empty()) out.emplace("problem", e.problem);
  return out;
}

json::value traffic::view(subject_exited const& e) const {
  json::object out{{"from", "subject"}};
  if (e.code) out.emplace("code", *e.code);
  if (e.signal) out.emplace("signal", *e.signal);
  return out;
}

} // namespace assay::engine
