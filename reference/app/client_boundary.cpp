#include "reference/app/client_boundary.hpp"

#include "reference/app/frame_headers.hpp"
#include "reference/client/stdio.hpp"
#include "reference/client/streamable_http.hpp"
#include "reference/wire/message.hpp"

namespace assay::app {
namespace {

constexpr std::size_t remembered_requests = 10'000;

/// The bytes as a message when they are one.
void set_content(faults::frame& frame, std::string const& text) {
  if (auto parsed = wire::parse(text))
    frame.message = std::move(parsed->root);
  else
    frame.text = text;
}

bool is_event_stream(transport::http_headers const& headers) {
  auto const* const type = transport::find_header(headers, "Content-Type");
  return type && transport::media_type(*type) == "text/event-stream";
}

} // namespace

std::string client_boundary::line_out(std::string const& text) {
  if (mutant_.rewrites.empty()) return text + "\n";
  faults::frame frame;
  frame.direction = "out";
  set_content(frame, text);
  if (frame.message && wire::classify(*frame.message) == wire::message_kind::request &&
      requests_.size() < remembered_requests)
    requests_[wire::serialize(*wire::id_of(*frame.message))] = *frame.message;
  auto const changed = faults::apply(mutant_, std::move(frame), passed_);
  std::string bytes;
  for (auto const& message : changed.messages)
    bytes += message + "\n";
  bytes += changed.before;
  if (changed.drop) return bytes;
  for (unsigned n = 0; n <= changed.repeat; ++n)
    bytes += (changed.text ? *changed.text : text) + "\n";
  bytes += changed.behind;
  return bytes;
}

void client_boundary::line_in(std::string text) {
  faults::frame frame;
  frame.direction = "in";
  set_content(frame, text);
  json::value request;
  if (auto const* const id = frame.message ? wire::id_of(*frame.message) : nullptr) {
    auto const kind = wire::classify(*frame.message);
    bool const answers = kind == wire::message_kind::response || kind == wire::message_kind::error;
    if (auto const found = requests_.find(wire::serialize(*id)); answers && found != requests_.end()) {
      request = std::move(found->second);
      requests_.erase(found);
      frame.request = &request;
    }
  }
  auto const changed = faults::apply(mutant_, std::move(frame), passed_);
  for (auto const& message : changed.messages)
    client::on_input(client_, message + "\n");
  if (changed.drop) return;
  for (unsigned n = 0; n <= changed.repeat; ++n)
    client::on_input(client_, (changed.text ? *changed.text : text) + "\n");
}

void client_boundary::input(std::string_view bytes) {
  if (mutant_.rewrites.empty()) {
    client::on_input(client_, bytes);
    return;
  }
  for (auto& line : lines_.feed(bytes))
    line_in(std::move(line.text));
}

std::vector<transport::http_request> client_boundary::request_out(int exchange, transport::http_request request) {
  std::vector<transport::http_request> out;
  if (mutant_.rewrites.empty()) {
    out.push_back(std::move(request));
    return out;
  }
  auto& view = exchanges_[exchange];
  view.method = request.method;
  faults::frame frame;
  frame.direction = "out";
  frame.http = true;
  frame.method = request.method;
  frame.headers = as_object(request.headers);
  if (!request.body.empty()) set_content(frame, request.body);
  bool const expects_answer = frame.message && wire::classify(*frame.message) == wire::message_kind::request;
  if (frame.message) view.request = *frame.message;
  auto const changed = faults::apply(mutant_, std::move(frame), passed_);
  for (auto const& message : changed.messages) {
    out.push_back(request);
    out.back().body = message;
  }
  if (changed.drop) {
    transport::http_response_head head;
    head.status = request.method == "POST" ? 202 : 405;
    exchanges_.erase(exchange);
    if (expects_answer) return out; // its answer never comes
    client::on_head(client_, exchange, head);
    client::on_end(client_, exchange);
    return out;
  }
  if (changed.text) request.body = *changed.text;
  request.body = changed.before + request.body + changed.behind;
  if (changed.method) request.method = *changed.method;
  change(request.headers, changed.headers);
  for (unsigned n = 0; n < changed.repeat; ++n)
    out.push_back(request);
  out.push_back(std::move(request));
  return out;
}

faults::frame client_boundary::incoming(exchange_view const& of) const {
  faults::frame frame;
  frame.direction = "in";
  frame.http = true;
  frame.method = of.method;
  frame.status = of.head.status;
  frame.headers = as_object(of.head.headers);
  return frame;
}

void client_boundary::head(int exchange, transport::http_response_head head) {
  auto const found = exchanges_.find(exchange);
  if (found == exchanges_.end()) {
    client::on_head(client_, exchange, head);
    return;
  }
  auto& view = found->second;
  view.head = std::move(head);
  view.is_stream = is_event_stream(view.head.headers);
  if (!view.is_stream) return; // one frame with its body
  auto const changed = faults::apply(mutant_, incoming(view), passed_);
  if (changed.status) view.head.status = *changed.status;
  change(view.head.headers, changed.headers);
  client::on_head(client_, exchange, view.head);
}

void client_boundary::body(int exchange, std::string bytes) {
  auto const found = exchanges_.find(exchange);
  if (found == exchanges_.end()) {
    client::on_body(client_, exchange, bytes);
    return;
  }
  auto& view = found->second;
  if (!view.is_stream) {
    view.body += bytes;
    return;
  }
  for (auto& event : view.events.feed(bytes)) {
    auto frame = incoming(view);
    if (!event.data.empty()) set_content(frame, event.data);
    if (frame.message) frame.request = &view.request;
    auto const changed = faults::apply(mutant_, std::move(frame), passed_);
    for (auto const& message : changed.messages) {
      wire::sse_event block;
      block.event = "message";
      block.data = message;
      block.has_data = true;
      client::on_body(client_, exchange, wire::write_sse(block));
    }
    if (changed.drop) continue;
    if (changed.text) event.data = *changed.text;
    for (unsigned n = 0; n <= changed.repeat; ++n)
      client::on_body(client_, exchange, changed.before + wire::write_sse(event));
  }
}

void client_boundary::end(int exchange) {
  auto const found = exchanges_.find(exchange);
  if (found == exchanges_.end()) {
    client::on_end(client_, exchange);
    return;
  }
  auto const view = std::move(found->second);
  exchanges_.erase(found);
  if (!view.is_stream) {
    auto frame = incoming(view);
    if (!view.body.empty()) set_content(frame, view.body);
    if (frame.message) frame.request = &view.request;
    auto const changed = faults::apply(mutant_, std::move(frame), passed_);
    auto head = view.head;
    if (changed.status) head.status = *changed.status;
    change(head.headers, changed.headers);
    if (changed.drop) {
      client::on_failure(client_, exchange, "the connection was closed before a response");
      return;
    }
    client::on_head(client_, exchange, head);
    client::on_body(client_, exchange, changed.before + (changed.text ? *changed.text : view.body));
  }
  client::on_end(client_, exchange);
}

void client_boundary::failure(int exchange, std::string what) {
  exchanges_.erase(exchange);
  client::on_failure(client_, exchange, std::move(what));
}

} // namespace assay::app
