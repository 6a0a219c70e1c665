// Entries may come from any file, so nothing about their members is taken for granted.
#include "reports/transcript.hpp"

#include "reference/wire/json.hpp"
#include "reference/wire/message.hpp"
#include "reports/text.hpp"

#include <algorithm>

namespace assay::reports {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_raw = 16u << 10;

std::string brief(json::value const& value, std::size_t length) {
  return shortened(wire::serialize(value), length);
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

/// Members of params or result, shortly.
std::string members(json::value const& value) {
  auto const* object = value.if_object();
  if (!object) return brief(value, 60);
  std::string out;
  for (auto const& [name, member] : *object) {
    if (name == "_meta") continue;
    out += (out.empty() ? "" : "  ") + std::string(name) + " " + brief(member, 48);
    if (out.size() > 110) break;
  }
  return out.empty() ? "{}" : out;
}

std::string text_of(record::entry const& e, char const* name) {
  auto const* value = e.data.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string{};
}

int number_of(record::entry const& e, char const* name) {
  auto const* value = e.data.if_contains(name);
  if (!value) return 0;
  boost::system::error_code ec;
  auto const number = value->to_number<int>(ec);
  return ec ? 0 : number;
}

std::string line_of(record::entry const& e) {
  auto const text = text_of(e, "text");
  auto const with_body = [&](std::string head) { return text.empty() ? head : head + "  " + frame_line(text); };
  if (e.what == "frame" || e.what == "line") return frame_line(text);
  if (e.what == "send" || e.what == "request") return with_body(text_of(e, "method"));
  if (e.what == "head") return "HTTP " + std::to_string(number_of(e, "status"));
  if (e.what == "reply") return with_body("HTTP " + std::to_string(number_of(e, "status")));
  if (e.what == "event") return "event " + text_of(e, "event");
  if (e.what == "end") {
    auto const problem = text_of(e, "problem");
    return problem.empty() ? "end of the response" : problem;
  }
  if (e.what == "exit")
    return e.data.contains("signal") ? "ended by signal " + std::to_string(number_of(e, "signal"))
                                     : "ended with code " + std::to_string(number_of(e, "code"));
  if (e.what == "failure") return text;
  if (e.what == "close") return "input closed";
  if (e.what == "cut") return "connection cut";
  if (e.what == "start") return "started" + (text_of(e, "goal").empty() ? "" : " for " + text_of(e, "goal"));
  return e.what;
}

} // namespace

std::string frame_line(std::string const& text) {
  auto parsed = wire::parse(text);
  if (parsed.has_error()) return "no JSON: " + shortened(text, 100);
  auto const& message = parsed->root;
  auto const* id = wire::id_of(message);
  auto const with_id = id ? "  id " + brief(*id, 30) : std::string{};
  switch (wire::classify(message)) {
  case wire::message_kind::request:
  case wire::message_kind::notification: {
    auto const* params = wire::find(message, "/params");
    return padded(shortened(wire::method_of(message), 60), 12) + with_id + (params ? "  " + members(*params) : "");
  }
  case wire::message_kind::response:
    return padded("result", 12) + with_id + "  " + members(*wire::find(message, "/result"));
  case wire::message_kind::error: return padded("error", 12) + with_id + "  " + members(*wire::find(message, "/error"));
  case wire::message_kind::batch:
    return "batch of " + std::to_string(message.as_array().size()) + "  " + brief(message, 90);
  default: return "no message: " + brief(message, 100);
  }
}

std::string_view arrow(side from) {
  return from == side::subject ? "<-" : from == side::suite ? "->" : "--";
}

std::vector<transcript_line> transcript(record::record const& r, judge::check_run const& run, std::size_t most) {
  std::vector<transcript_line> out;
  auto const entries = r.entries.find(run.session);
  if (!run.session || entries == r.entries.end()) return out;
  bool const nowhere =
      !run.frame && !run.exchange; // what should have come did not: all since it was asked for shows that
  auto const from = run.since ? run.since : run.frame;
  auto const to = std::max(run.frame, run.since);
  bool playing = false, asked = !run.since;
  std::size_t marked = most;
  for (auto const& e : entries->second) {
    auto const type = text_of(e, "type");
    bool const mark = type == "mark";
    if (mark && (e.what == "begin" || e.what == "finish"))
      playing = e.what == "begin" && text_of(e, "scenario") == run.by;
    asked = asked || e.frame >= run.since;
    bool const of_exchange = run.exchange && number_of(e, "exchange") == run.exchange;
    bool const of_frames = e.frame && e.frame >= from && e.frame <= to;
    bool const of_scenario = nowhere && playing && asked && (!mark || e.what == "deadline");
    bool const of_exit = nowhere && e.what == "exit" && run.by.starts_with("rules/");
    if (!of_exchange && !of_frames && !of_scenario && !of_exit) continue;
    transcript_line line;
    line.from = mark ? side::nobody : type == "in" ? side::subject : side::suite;
    line.at = e.at;
    line.text = mark ? "nothing more came in time" : line_of(e);
    line.raw = shortened(text_of(e, "text"), longest_raw);
    line.here = e.frame && e.frame == run.frame;
    if (line.here) marked = out.size();
    out.push_back(std::move(line));
  }
  if (!run.frame && !out.empty()) {
    marked = out.size() - 1;
    out.back().here = true;
  }
  if (out.size() <= most) return out;
  // What came before the marked line is what led to it; of the rest only as much as there is room for.
  auto const end = std::min(out.size(), std::max(most, marked == most ? most : marked + 1));
  std::vector<transcript_line> kept;
  auto const begin = end - most;
  if (begin > 0) kept.push_back(out.front());
  kept.insert(kept.end(), out.begin() + static_cast<std::ptrdiff_t>(begin + (begin > 0 ? 1 : 0)),
              out.begin() + static_cast<std::ptrdiff_t>(end));
  return kept;
}

std::string laid_out(std::string const& raw, std::string const& pointer, std::string const& begin,
                     std::string const& end, std::string (*escape)(std::string_view), std::size_t lines) {
  auto parsed = wire::parse(raw);
  if (parsed.has_error()) return escape(shortened(raw, 4096));
  auto& root = parsed->root;
  constexpr std::string_view placeholder = "\x1a marked \x1a";
  std::string value;
  if (auto* at = pointer.empty() ? nullptr : wire::find(root, pointer)) {
    value = shortened(wire::serialize(*at), 1000);
    *at = placeholder;
  }
  auto text = wire::pretty(root, 90);
  auto const sign = wire::serialize(json::value(placeholder));
  auto const mark = value.empty() ? std::string::npos : text.find(sign);
  // The lines around the mark, or the first ones.
  std::size_t first = 0, last = text.size();
  std::size_t const before = mark == std::string::npos ? 0 : mark;
  std::size_t count = 0;
  for (first = before; first > 0; --first)
    if (text[first - 1] == '\n' && ++count > lines / 2) break;
  count = 0;
  for (last = before; last < text.size(); ++last)
    if (text[last] == '\n' && ++count > (mark == std::string::npos ? lines : lines / 2)) break;
  auto const bounded = [&](std::size_t from, std::size_t to) {
    std::string out;
    while (from < to) {
      auto const stop = std::min(text.find('\n', from), to);
      out += shortened(std::string_view(text).substr(from, stop - from), 400);
      if (stop < to) out += '\n';
      from = stop + 1;
    }
    return escape(out);
  };
  std::string out = first > 0 ? "...\n" : "";
  if (mark == std::string::npos)
    out += bounded(first, last);
  else
    out += bounded(first, mark) + begin + escape(value) + end + bounded(mark + sign.size(), last);
  return out + (last < text.size() ? "\n..." : "");
}

} // namespace assay::reports
