#include "reference/client/stdio.hpp"

#include <utility>

namespace assay::client {
namespace {

void receive_line(state& c, wire::line_splitter::line const& line) {
  if (line.truncated) {
    warn(c, "ignored a line that is too long");
    return;
  }
  if (line.text.find_first_not_of(" \t\r") == std::string::npos) return;
  auto parsed = wire::parse(line.text);
  if (!parsed) {
    warn(c, "ignored a line that is no JSON: " + wire::to_string(parsed.error()));
    return;
  }
  receive(c, parsed->root, 0, 0);
}

} // namespace

// [transports.clients-support-stdio]
void write_line(state& c, json::value const& message) {
  // [stdio.stdin-only-messages]
  c.actions.push_back(send_line{wire::serialize(message)});
}

void on_input(state& c, std::string_view bytes) {
  for (auto const& line : c.lines.feed(bytes)) {
    receive_line(c, line);
    settle(c); // one message after the other: what the first one started is asked before the second one is read
  }
}

void on_input_end(state& c, std::string why) {
  for (auto const& line : c.lines.finish())
    receive_line(c, line);
  settle(c);
  bool const again = is_modern(c) && !c.closing && !c.stopped && c.restarted < c.options.restarts;
  if (again) {
    // [stdio.restarts-server] Ahead of what is sent again.
    ++c.restarted;
    c.lines = wire::line_splitter();
    c.actions.push_back(restart_server());
    warn(c, why + "; starting it again");
  } else {
    c.input_ended = why;
  }
  for (auto& [key, pending] : std::exchange(c.waiting, {})) {
    stop_timers(c, pending);
    pending.answered->fill(again ? answer::lost(why) : answer::none(why));
  }
  if (c.idle) c.idle->fill(answer::none(why));
  settle(c);
}

} // namespace assay::client
