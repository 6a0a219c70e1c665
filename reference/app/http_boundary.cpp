#include "reference/app/http_boundary.hpp"

#include "reference/app/frame_headers.hpp"
#include "reference/wire/sse.hpp"

namespace assay::app {
namespace {

namespace json = boost::json;

constexpr std::size_t remembered_connections = 10'000;

/// Messages that a mutant puts on a stream. They have no ids: no stream is taken up after them.
std::string as_events(std::vector<std::string> const& messages) {
  std::string out;
  for (auto const& message : messages) {
    wire::sse_event block;
    block.event = "message";
    block.data = message;
    block.has_data = true;
    out += wire::write_sse(block);
  }
  return out;
}

std::string repeated(std::string const& text, unsigned times) {
  std::string out = text;
  for (unsigned n = 0; n < times; ++n)
    out += text;
  return out;
}

} // namespace

faults::memory& http_boundary::passed(unsigned connection) {
  // Numbers rise: the lowest is the connection that is most likely over.
  if (passed_.size() >= remembered_connections && !passed_.contains(connection)) passed_.erase(passed_.begin());
  return passed_[connection];
}

std::vector<transport::http_request> http_boundary::receive(server::exchange_id id, unsigned connection,
                                                            transport::http_request request) {
  std::vector<transport::http_request> out;
  if (mutant_.rewrites.empty()) {
    out.push_back(std::move(request));
    return out;
  }
  exchanges_[id].connection = connection;
  exchanges_[id].method = request.method;
  faults::frame frame;
  frame.direction = "in";
  frame.http = true;
  frame.method = request.method;
  frame.headers = as_object(request.headers);
  for (auto const& header : request.headers)
    frame.spelled[header.name] = header.value;
  if (auto parsed = wire::parse(request.body))
    frame.message = std::move(parsed->root);
  else
    frame.text = request.body;
  auto const changed = faults::apply(mutant_, std::move(frame), passed(connection));
  if (changed.drop) return out;
  if (changed.text) request.body = *changed.text;
  change(request.headers, changed.headers);
  out.push_back(std::move(request));
  return out;
}

exchange_output http_boundary::send(server::http_action const& action) {
  if (auto const* const answer = std::get_if<server::http_answer>(&action)) {
    transport::http_response_head head;
    head.status = answer->status;
    head.headers = answer->headers;
    std::string body = answer->message ? wire::serialize(*answer->message) : "";
    if (mutant_.rewrites.empty()) return {answer->to, exchange_output::whole{std::move(head), std::move(body)}};
    faults::frame frame;
    frame.direction = "out";
    frame.message = answer->message;
    frame.request = answer->request.get();
    frame.http = true;
    frame.method = exchanges_[answer->to].method;
    frame.status = answer->status;
    frame.headers = as_object(answer->headers);
    auto const changed = faults::apply(mutant_, std::move(frame), passed(exchanges_[answer->to].connection));
    if (changed.drop) return {answer->to, exchange_output::nothing{}};
    if (changed.text) body = *changed.text;
    if (changed.status) head.status = *changed.status;
    change(head.headers, changed.headers);
    return {answer->to,
            exchange_output::whole{std::move(head), changed.before + repeated(body, changed.repeat) + changed.behind}};
  }

  if (auto const* const start = std::get_if<server::stream_start>(&action)) {
    transport::http_response_head head;
    head.headers = start->headers;
    if (mutant_.rewrites.empty()) return {start->to, exchange_output::start{std::move(head)}};
    auto& known = exchanges_[start->to];
    known.headers = as_object(start->headers);
    faults::frame frame;
    frame.direction = "out";
    frame.http = true;
    frame.method = known.method;
    frame.status = head.status;
    frame.headers = known.headers;
    frame.part = "start";
    auto const changed = faults::apply(mutant_, std::move(frame), passed(known.connection));
    if (changed.drop) return {start->to, exchange_output::nothing{}};
    if (changed.status) head.status = *changed.status;
    change(head.headers, changed.headers);
    known.status = head.status;
    known.headers = as_object(head.headers);
    return {start->to,
            exchange_output::start{std::move(head), as_events(changed.messages) + changed.before + changed.behind}};
  }

  if (auto const* const event = std::get_if<server::stream_event>(&action)) {
    wire::sse_event block;
    block.id = event->id;
    block.retry = event->retry;
    block.has_data = event->message.has_value() || !event->retry;
    if (event->endpoint) {
      block.event = "endpoint";
      block.data = *event->endpoint;
    } else if (event->message) {
      block.event = "message";
      block.data = wire::serialize(*event->message);
    }
    if (mutant_.rewrites.empty()) return {event->to, exchange_output::bytes{wire::write_sse(block)}};
    auto const& known = exchanges_[event->to];
    faults::frame frame;
    frame.direction = "out";
    frame.message = event->message;
    if (event->endpoint) frame.text = *event->endpoint;
    frame.request = event->request.get();
    frame.http = true;
    frame.method = known.method;
    frame.status = known.status;
    frame.headers = known.headers;
    frame.part = "event";
    auto const changed = faults::apply(mutant_, std::move(frame), passed(known.connection));
    auto const ahead = as_events(changed.messages) + changed.before;
    if (changed.drop) return {event->to, exchange_output::bytes{ahead}};
    if (changed.text) block.data = *changed.text, block.has_data = true;
    return {event->to,
            exchange_output::bytes{ahead + repeated(wire::write_sse(block), changed.repeat) + changed.behind}};
  }

  auto const to = std::get<server::stream_end>(action).to;
  if (mutant_.rewrites.empty()) return {to, exchange_output::end{}};
  auto const& known = exchanges_[to];
  faults::frame frame;
  frame.direction = "out";
  frame.http = true;
  frame.method = known.method;
  frame.status = known.status;
  frame.headers = known.headers;
  frame.part = "end";
  auto const changed = faults::apply(mutant_, std::move(frame), passed(known.connection));
  if (changed.drop) return {to, exchange_output::bytes{changed.before}};
  return {to, exchange_output::end{}};
}

} // namespace assay::app
