// Words for steps. References keep their names: what they will stand for is not known before a run.
#include "conformance/engine/describe.hpp"

#include "conformance/engine/matcher.hpp"

namespace assay::engine {

namespace {

constexpr std::size_t longest_value = 160;

std::string named(catalogue::step const& s) {
  return s.as.empty() ? "" : " (" + s.as + ")";
}

/// {"$": "tools/message/result"} as tools/message/result, within any value.
std::string value_text(json::value const& value) {
  auto text = brief(value, longest_value);
  constexpr std::string_view mark = R"({"$":")";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    auto const end = text.find("\"}", at);
    if (end == std::string::npos) break;
    text = text.substr(0, at) + text.substr(at + mark.size(), end - at - mark.size()) + text.substr(end + 2);
  }
  return text;
}

std::string call(json::object const& what, std::string_view kind) {
  std::string out = std::string(kind) + " " + std::string(what.at("method").as_string());
  if (auto const* id = what.if_contains("id")) out += " with id " + value_text(*id);
  if (auto const* params = what.if_contains("params")) out += " with params " + value_text(*params);
  return out;
}

std::string sending(json::object const& send) {
  if (auto const* request = send.if_contains("request")) return call(request->as_object(), "the request");
  if (auto const* notification = send.if_contains("notification"))
    return call(notification->as_object(), "the notification");
  if (auto const* response = send.if_contains("response")) {
    auto const& o = response->as_object();
    auto const to = std::string(o.at("to").as_string());
    if (auto const* error = o.if_contains("error")) return "the error " + value_text(*error) + " to " + to;
    return "the result " + (o.contains("result") ? value_text(o.at("result")) : std::string("nothing")) + " to " + to;
  }
  if (auto const* batch = send.if_contains("batch")) {
    std::string out = "a batch of";
    for (auto const& one : batch->as_array())
      out += (out.ends_with(" of") ? " " : ", ") + sending(one.as_object());
    return batch->as_array().empty() ? "an empty batch" : out;
  }
  if (auto const* bytes = send.if_contains("bytes")) return "the bytes " + value_text(*bytes);
  if (send.contains("fence")) return "a request that must be answered";
  return "the message " + value_text(send.at("message"));
}

std::string changes(catalogue::step const& s) {
  std::string out;
  if (auto const* patch = s.patch.if_array())
    for (auto const& each : *patch) {
      auto const& o = each.as_object();
      auto const op = std::string(o.at("op").as_string());
      auto const path = std::string(o.at("path").as_string());
      out += (out.empty() ? ", changed: " : ", ") + op + " " + (path.empty() ? "all of it" : path);
      if (auto const* value = o.if_contains("value")) out += " " + value_text(*value);
    }
  if (auto const* headers = s.headers.if_object())
    for (auto const& [name, value] : *headers)
      out += value.is_null() ? ", without the header " + std::string(name)
                             : ", with the header " + std::string(name) + ": " + value_text(value);
  return out;
}

std::string selected(json::object const& selector) {
  std::string out;
  if (auto const* name = selector.if_contains("answer_to"))
    out = "the answer to " + std::string(name->as_string());
  else if (auto const* whole = selector.if_contains("exchange"))
    out = "the whole HTTP response to " + std::string(whole->as_string());
  else if (auto const* head = selector.if_contains("head"))
    out = "the status and headers of the response to " + std::string(head->as_string());
  else if (auto const* request = selector.if_contains("request"))
    out = "the request " + std::string(request->as_string());
  else if (auto const* notification = selector.if_contains("notification"))
    out = "the notification " + std::string(notification->as_string());
  else if (auto const* again = selector.if_contains("again"))
    out = "nothing more: it looks again at " + std::string(again->as_string());
  else
    out = "the end of the process";
  if (auto const* where = selector.if_contains("where")) out += " with " + describe_pattern(where->as_object());
  return out;
}

} // namespace

std::string describe_pattern(json::object const& pattern) {
  std::string out;
  for (auto const& [pointer, matcher] : pattern)
    out += (out.empty() ? "" : ", ") + (pointer.empty() ? std::string("it") : std::string(pointer)) + " " +
           describe(matcher.as_object());
  return out.empty() ? "anything" : out;
}

std::string describe_step(catalogue::step const& s, std::string_view plays) {
  auto const verb = s.verb();
  if (verb == "open") {
    auto const* params = s.open.as_object().if_contains("params");
    return "opens a session as the revision wants it" + (params ? ", with " + value_text(*params) : std::string());
  }
  if (verb == "send") return "sends " + sending(s.send.as_object()) + changes(s) + named(s);
  if (verb == "http") {
    auto const& o = s.http.as_object();
    std::string out = "sends an HTTP " + std::string(o.at("method").as_string());
    if (auto const* path = o.if_contains("path")) out += " to " + std::string(path->as_string());
    if (auto const* headers = o.if_contains("headers"))
      for (auto const& [name, value] : headers->as_object())
        out += value.is_null() ? ", without the header " + std::string(name)
                               : ", with the header " + std::string(name) + ": " + value_text(value);
    if (auto const* body = o.if_contains("body")) out += ", with the body " + value_text(*body);
    return out + named(s);
  }
  if (verb == "expect") {
    auto out = (s.control ? "waits, to see that the right request works, for " : "waits for ") +
               selected(s.expect.as_object()) + named(s) + (s.fence.empty() ? "" : ", until the answer to " + s.fence);
    if (auto const* holds = s.holds.if_object()) out += "; needs " + describe_pattern(*holds);
    return out;
  }
  if (verb == "forbid")
    return (s.fence.empty() ? "sends a request that must be answered" : "waits for the answer to " + s.fence) +
           ", and wants to have seen, since " + s.since + ", nothing of " + selected(s.forbid.as_object());
  if (verb == "cut") return s.cut == "input" ? "closes its standard input" : "drops the connection of " + s.cut;
  return "starts the " + std::string(plays == "server" ? "client" : "subject") + " with the task " + s.goal;
}

std::string describe_check(catalogue::step const& s, std::string_view requirement) {
  if (auto const* checks = s.checks.if_object()) {
    auto const* pattern = checks->if_contains(requirement);
    return pattern && pattern->is_object() ? describe_pattern(pattern->get_object()) : "";
  }
  for (auto const& id : s.requirements())
    if (id == requirement) return "nothing of the kind to come";
  return "";
}

} // namespace assay::engine
