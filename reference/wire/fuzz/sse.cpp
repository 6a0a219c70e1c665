// Any bytes as an event stream, cut anywhere: the same events come out as from one piece, and what is written of them
// reads the same. The first byte says where the cuts are, and the limit.
#include "reference/wire/sse.hpp"
#include "cmake/fuzz.hpp"

#include <algorithm>

using namespace assay;

namespace {

struct outcome {
  std::vector<wire::sse_event> events;
  bool overflowed = false;
};

outcome events_of(std::string_view bytes, std::size_t piece, std::size_t limit) {
  wire::sse_parser parser(limit);
  outcome out;
  while (!bytes.empty()) {
    auto const now = bytes.substr(0, piece);
    std::ranges::move(parser.feed(now), std::back_inserter(out.events));
    bytes.remove_prefix(now.size());
  }
  out.overflowed = parser.overflowed();
  return out;
}

bool same(wire::sse_event const& left, wire::sse_event const& right) {
  return left.event == right.event && left.id == right.id && left.retry == right.retry && left.data == right.data &&
         left.has_data == right.has_data;
}

} // namespace

void fuzz(std::string_view input) {
  if (input.empty()) return;
  auto const choice = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  std::size_t const limit = choice < 128 ? 1 << 20 : choice - 127;
  auto const whole = events_of(input, input.size(), limit);
  auto const cut = events_of(input, 1 + choice % 7, limit);
  must(whole.overflowed == cut.overflowed && whole.events.size() == cut.events.size());
  for (std::size_t i = 0; i != whole.events.size(); ++i) {
    auto const& event = whole.events[i];
    must(same(event, cut.events[i]));
    must(event.data.size() <= limit);
    // A block of which only an empty event field counted has nothing to write.
    if (event.event.empty() && !event.id && !event.retry && !event.has_data) continue;
    auto const again = events_of(wire::write_sse(event), 1, 1 << 20);
    must(again.events.size() == 1 && same(again.events.front(), event));
  }
}

std::vector<std::string> fuzz_seeds() {
  return {"\x01id: 1\ndata: {\"a\":1}\n\ndata\ndata: x\r\n: comment\r\nevent: message\r\n\r\n",
          "\x02\xef\xbb\xbfretry: 3000\nid\n\nid: a\r\rdata:x\rdata: y\r\r",
          "\x90"
          "data: more than seventeen bytes of data\n\ndata: few\n\n",
          std::string("\x03id: a\0b\nretry: x\nunknown: y\ndata:\n\n", 36)};
}
