// Grouping and laying out.
#include "reports/failure.hpp"

#include "reference/wire/message.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace assay::reports {

namespace {

int rank(std::string const& level) { return level == "MUST" ? 0 : level == "SHOULD" ? 1 : 2; }

std::string brief(boost::json::value const& value, std::size_t length) {
  auto text = wire::serialize(value);
  if (text.size() <= length)
    return text;
  auto cut = length > 3 ? length - 3 : 0;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
    --cut;
  return text.substr(0, cut) + "...";
}

std::string pad(std::string text, std::size_t width) {
  if (text.size() < width)
    text.append(width - text.size(), ' ');
  return text;
}

std::string quoted(std::string const& text) {
  std::string out = "'";
  for (char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

struct painter {
  bool colour;
  std::string operator()(char const* code, std::string const& text) const {
    return colour ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
  }
};

/// Members of params or result that tell most, shortly.
std::string members(boost::json::value const& value) {
  auto const* object = value.if_object();
  if (!object)
    return brief(value, 60);
  std::string out;
  for (auto const& [name, member] : *object) {
    if (name == "_meta")
      continue;
    out += (out.empty() ? "" : "  ") + std::string(name) + " " + brief(member, 48);
    if (out.size() > 110)
      break;
  }
  return out.empty() ? "{}" : out;
}

std::string transcript_line(record::entry const& e) {
  auto const& o = e.data;
  auto text = [&] { return o.contains("text") ? std::string(o.at("text").as_string()) : std::string{}; };
  if (e.what == "frame" || e.what == "line")
    return frame_line(text());
  if (e.what == "send" || e.what == "request")
    return std::string(o.at("method").as_string()) + "  " + (text().empty() ? "" : frame_line(text()));
  if (e.what == "head")
    return "HTTP " + std::to_string(o.at("status").to_number<int>());
  if (e.what == "reply")
    return "HTTP " + std::to_string(o.at("status").to_number<int>()) + "  " + (text().empty() ? "" : frame_line(text()));
  if (e.what == "end")
    return o.at("problem").as_string().empty() ? "end of the response" : std::string(o.at("problem").as_string());
  if (e.what == "exit")
    return o.contains("signal") ? "ended by signal " + wire::serialize(o.at("signal"))
                                : "ended with code " + wire::serialize(o.contains("code") ? o.at("code") : 0);
  if (e.what == "failure")
    return text();
  return e.what;
}

} // namespace

std::string frame_line(std::string const& text) {
  auto parsed = wire::parse(text);
  if (parsed.has_error())
    return "no JSON: " + (text.size() > 100 ? text.substr(0, 100) + "..." : text);
  auto const& message = parsed->root;
  auto const* id = wire::id_of(message);
  auto const with_id = id ? "  id " + brief(*id, 30) : std::string{};
  switch (wire::classify(message)) {
  case wire::message_kind::request:
  case wire::message_kind::notification: {
    auto const* params = wire::find(message, "/params");
    return pad(std::string(wire::method_of(message)), 12) + with_id + (params ? "  " + members(*params) : "");
  }
  case wire::message_kind::response: return pad("result", 12) + with_id + "  " + members(*wire::find(message, "/result"));
  case wire::message_kind::error: return pad("error", 12) + with_id + "  " + members(*wire::find(message, "/error"));
  case wire::message_kind::batch: return "batch of " + std::to_string(message.as_array().size()) + "  " + brief(message, 90);
  default: return "no message: " + brief(message, 100);
  }
}

std::vector<failure_group> group_failures(record::record const& r) {
  std::vector<judge::check_run const*> failed;
  for (auto const& c : r.checks)
    if (c.outcome == "fail")
      failed.push_back(&c);
  std::stable_sort(failed.begin(), failed.end(), [](auto const* a, auto const* b) {
    return std::make_tuple(rank(a->level), a->requirement, a->by, a->expected, a->actual) <
           std::make_tuple(rank(b->level), b->requirement, b->by, b->expected, b->actual);
  });
  std::vector<failure_group> out;
  for (auto const* c : failed) {
    auto const* last = out.empty() ? nullptr : out.back().runs.front();
    if (last && std::tie(last->requirement, last->by, last->expected, last->actual) ==
                    std::tie(c->requirement, c->by, c->expected, c->actual))
      out.back().runs.push_back(c);
    else
      out.push_back({{c}});
  }
  return out;
}

std::string again(record::record const& r, judge::check_run const& run) {
  std::string out = "mcp-assay " + r.head.role + " --only " + quoted(run.id());
  for (std::size_t i = 0; i < r.head.arguments.size(); ++i)
    out += " " + (r.head.arguments[i].starts_with("--") ? r.head.arguments[i] : quoted(r.head.arguments[i]));
  return out;
}

std::string failure_text(record::record const& r, failure_group const& group, text_style const& style) {
  painter const paint{style.colour};
  auto const& run = *group.runs.front();
  std::string where;
  for (auto const* other : group.runs)
    if (auto name = other->revision; where.find(name) == std::string::npos)
      where += (where.empty() ? "" : ", ") + name;
  where += " · " + run.transport;
  std::string out = paint("1;31", run.known ? "KNOWN" : "FAIL ") + " " + paint("1", run.by) + "   " + where;
  auto const used = 6 + run.by.size() + 3 + where.size() - 1; // the dot is two bytes
  out += std::string(used + run.level.size() + 2 < style.width ? style.width - used - run.level.size() : 2, ' ') + run.level + "\n";
  std::string const margin = "      ";
  auto const* requirement = r.find_requirement(run.requirement);
  out += margin + run.requirement + (requirement ? ": " + requirement->says : "") + "\n";
  if (requirement)
    if (auto place = requirement->places.find(run.revision); place != requirement->places.end())
      out += margin + "https://modelcontextprotocol.io/specification/" + run.revision + "/" + place->second + "\n";
  out += margin + "expected  " + run.expected + "\n";
  out += margin + "actual    " + run.actual + "\n";
  if (auto entries = r.entries.find(run.session); entries != r.entries.end()) {
    int shown = 0;
    for (auto const& e : entries->second) {
      bool const of_exchange = run.exchange && e.data.contains("exchange") && e.data.at("exchange").to_number<int>() == run.exchange;
      bool const of_frames = e.frame && e.frame >= (run.since ? run.since : run.frame) && e.frame <= std::max(run.frame, run.since);
      if (!of_exchange && !of_frames)
        continue;
      if (++shown > 12)
        break;
      bool const incoming = e.data.at("type").as_string() == "in";
      bool const here = e.frame && e.frame == run.frame;
      char at[32];
      std::snprintf(at, sizeof at, "%8.1f ms  ", e.at);
      auto line = margin + (incoming ? "<-" : "->") + at + transcript_line(e);
      if (line.size() > style.width + 40)
        line = line.substr(0, style.width + 37) + "...";
      out += line + (here ? paint("31", "   <- here") : "") + "\n";
    }
  }
  out += margin + "again     " + again(r, run) + "\n";
  out += margin + "more      mcp-assay explain " + run.requirement + "\n";
  return out;
}

} // namespace assay::reports
