#include "reference/client/http_sse.hpp"

#include "reference/client/streamable_http.hpp"
#include "reference/transport/url.hpp"

#include <utility>

namespace assay::client {
namespace {

constexpr std::string_view name = "http+sse";

/// Nothing will come any more: whoever waits is told.
void end_all(state& c, std::string const& why) {
  if (c.sse.address) c.sse.address->fill(answer::none(why));
  if (c.closing || c.sse.target.empty()) return;
  c.input_ended = why;
  for (auto& [key, pending] : std::exchange(c.waiting, {})) {
    c.timers.erase(pending.timer);
    pending.answered->fill(answer::none(why));
  }
  if (c.idle) c.idle->fill(answer::none(why));
}

/// The address as a target at our own origin, or why it is none. Another origin would get what is meant for this one.
wire::result<std::string> read_address(state const& c, std::string_view text) {
  auto const base = transport::parse_url(c.options.origin + c.options.target);
  if (!base) return base.error();
  auto const found = transport::resolve_url(*base, text);
  if (!found) return found.error();
  if (transport::origin(*found) != transport::origin(*base))
    return wire::problem{"endpoint event", "the address is at another origin", {}};
  return wire::result<std::string>(boost::system::in_place_value, found->target);
}

} // namespace

bool over_sse(state const& c) {
  return c.options.transport == name;
}

revision::revision const* newest_over_sse(state const& c) {
  revision::revision const* found = nullptr;
  for (auto const& one : c.options.revisions->all())
    if (one.carries(name)) found = &one;
  return found;
}

bool suggests_sse(state const& c, answer const& got) {
  if (c.options.transport != "streamable-http" || got.came()) return false;
  int const status = got.http_status();
  if (status != 400 && status != 404 && status != 405) return false;
  auto const* const pinned = c.options.revisions->find(c.options.revision);
  return newest_over_sse(c) && (!pinned || pinned->carries(name));
}

task<std::string> open_sse(state& c) {
  c.options.transport = name;
  c.sse = {};
  c.sse.address = std::make_shared<slot<answer>>(c.ready);
  answer_slot const address = c.sse.address;
  c.sse.stream = get_stream(c);
  int const timer = after(c, c.options.answer_time, [address] {
    address->fill(answer::none("the event stream did not begin with an endpoint event in time"));
  });
  answer const got = co_await *address;
  c.timers.erase(timer);
  if (got.came()) co_return std::string();
  drop_exchange(c, c.sse.stream);
  co_return "HTTP with SSE: " + got.describe();
}

bool take_endpoint(state& c, int exchange, wire::sse_event const& event) {
  if (!over_sse(c) || exchange != c.sse.stream || event.event != "endpoint") return false;
  if (!c.sse.target.empty()) return true; // only the first one counts
  auto const target = read_address(c, event.data);
  if (!target) {
    c.sse.address->fill(answer::none("the endpoint event names no address: " + target.error().what));
    return true;
  }
  c.sse.target = *target;
  c.sse.address->fill(answer::of(nullptr));
  return true;
}

bool conclude_sse(state& c, int number, std::string const& broken) {
  auto const found = c.exchanges.find(number);
  if (!over_sse(c) || found == c.exchanges.end()) return false;
  http_exchange const exchange = std::move(found->second);
  c.exchanges.erase(found);
  std::string const status = "HTTP status " + std::to_string(exchange.status);
  if (number == c.sse.stream) {
    end_all(c, !broken.empty()      ? broken
               : exchange.is_stream ? "the server closed its event stream"
                                    : status + " without an event stream");
  } else if (!broken.empty() || exchange.status >= 300) {
    // What was taken is answered on the stream; what was not is not answered at all.
    auto const why = broken.empty() ? status : broken;
    if (auto const waiting = c.waiting.find(exchange.request); waiting != c.waiting.end()) {
      auto const answered = waiting->second.answered;
      c.timers.erase(waiting->second.timer);
      c.waiting.erase(waiting);
      answered->fill(answer::none(why, exchange.status));
    } else {
      warn(c, why + " for a message that is no request");
    }
  }
  if (exchange.ended)
    exchange.ended->fill(broken.empty() ? answer::of(nullptr, exchange.status) : answer::none(broken, exchange.status));
  return true;
}

} // namespace assay::client
