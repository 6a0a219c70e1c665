// Writing and reading; both sides of each line's shape stand together.
#include "conformance/record/record.hpp"

#include "conformance/catalogue/read.hpp"
#include "conformance/record/redact.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <set>

namespace assay::record {

namespace {

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};

/// A line of that type with the members of a described struct.
template <class T>
json::object typed(std::string_view type, T const& from) {
  json::object o{{"type", type}};
  auto const members = json::value_from(from);
  for (auto const& [name, value] : members.as_object())
    o.emplace(name, value);
  return o;
}

/// Length of the UTF-8 character that begins at `i`, or 0.
std::size_t character_at(std::string_view text, std::size_t i) {
  auto const byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
  auto const c = byte(0);
  std::size_t const n = c < 0x80                ? 1
                        : c >= 0xC2 && c < 0xE0 ? 2
                        : c >= 0xE0 && c < 0xF0 ? 3
                        : c >= 0xF0 && c < 0xF5 ? 4
                                                : 0;
  if (n == 0 || i + n > text.size()) return 0;
  for (std::size_t k = 1; k < n; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  bool const overlong = (c == 0xE0 && byte(1) < 0xA0) || (c == 0xF0 && byte(1) < 0x90);
  bool const beyond = (c == 0xED && byte(1) >= 0xA0) || (c == 0xF4 && byte(1) >= 0x90);
  return overlong || beyond ? 0 : n;
}

/// Bytes that are no UTF-8 as \xNN; with `literal`, a text that looks like that too, so that the way back is clear.
std::string escape(std::string_view text, bool literal, bool& escaped) {
  static char const* digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    auto const n = character_at(text, i);
    if (n && !(literal && text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'x')) {
      out.append(text, i, n);
      i += n;
      continue;
    }
    auto const c = static_cast<unsigned char>(text[i++]);
    out += "\\x";
    out += digits[c >> 4];
    out += digits[c & 15];
    escaped = true;
  }
  return out;
}

/// Whole, since what is left out cannot be judged again; how much a subject may say is the run's to bound. Text goes in
/// as text; bytes that are no UTF-8 as \xNN, marked.
void put_text(json::object& o, std::string const& raw) {
  auto const text = redacted(raw);
  bool escaped = false;
  auto safe = escape(text, false, escaped);
  if (escaped) safe = escape(text, true, escaped);
  o.emplace("text", std::move(safe));
  if (escaped) o.emplace("escaped", true);
}

/// A short text of the subject's: a method, a path, an event's name.
std::string safe_text(std::string const& raw) {
  bool escaped = false;
  return escape(redacted(raw), false, escaped);
}

json::array headers_json(transport::http_headers const& headers) {
  json::array out;
  for (auto const& h : redacted(headers))
    out.push_back(json::array{safe_text(h.name), safe_text(h.value)});
  return out;
}

int hex(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string unescape(std::string_view text) {
  std::string raw;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' && hex(text[i + 2]) >= 0 &&
        hex(text[i + 3]) >= 0) {
      raw += static_cast<char>(hex(text[i + 2]) * 16 + hex(text[i + 3]));
      i += 3;
    } else {
      raw += text[i];
    }
  return raw;
}

/// Members of an entry. One of another type than it should have makes the whole entry bad.
struct members {
  json::object const& o;
  bool good = true;

  template <class Number>
  std::optional<Number> maybe_number(char const* name) {
    auto const* value = o.if_contains(name);
    if (!value) return std::nullopt;
    boost::system::error_code ec;
    auto const number = value->to_number<Number>(ec);
    good = good && !ec;
    return ec ? std::nullopt : std::optional<Number>(number);
  }
  int number(char const* name) {
    auto const found = maybe_number<int>(name);
    good = good && found;
    return found.value_or(0);
  }
  std::string string(char const* name) {
    auto const* value = o.if_contains(name);
    good = good && value && value->is_string();
    return good ? std::string(value->get_string()) : std::string();
  }
  bool boolean(char const* name) {
    auto const* value = o.if_contains(name);
    good = good && value && value->is_bool();
    return good && value->get_bool();
  }
  std::string text() {
    auto out = string("text");
    return o.contains("escaped") ? unescape(out) : out;
  }
  transport::http_headers headers() {
    transport::http_headers out;
    auto const* value = o.if_contains("headers");
    good = good && value && value->is_array();
    if (!good) return out;
    for (auto const& pair : value->get_array()) {
      auto const* two = pair.if_array();
      if (!two || two->size() != 2 || !(*two)[0].is_string() || !(*two)[1].is_string()) {
        good = false;
        return out;
      }
      out.push_back({std::string((*two)[0].get_string()), std::string((*two)[1].get_string())});
    }
    return out;
  }
};

} // namespace

requirement const* record::find_requirement(std::string_view id) const {
  for (auto const& r : requirements)
    if (r.id == id) return &r;
  return nullptr;
}

judge::check_run redacted(judge::check_run c) {
  if (names_secret(c.expected)) c.actual = "[redacted]"; // the value alone, without its name
  for (auto* text : {&c.expected, &c.actual, &c.reason})
    *text = redacted(*text);
  return c;
}

writer::writer(std::unique_ptr<std::ostream> out) : out_(std::move(out)) {}
writer::~writer() = default;

void writer::line(json::object o) {
  if (!out_) return;
  *out_ << wire::serialize(o) << '\n';
}

void writer::write(header const& h) {
  auto said = h;
  said.subject = redacted_command(said.subject);
  for (auto& argument : said.arguments)
    argument = redacted_command(argument);
  line(typed("header", said));
}

void writer::write(basis const& b) {
  for (auto const& r : b.requirements)
    line(typed("requirement", r));
  for (auto const& i : b.interpretations)
    line(typed("interpretation", i));
  for (auto const& e : b.exemptions)
    line(typed("exemption", e));
}

void writer::write(session const& s) {
  line(typed("session", s));
}

void writer::write(int session, double at, engine::event const& e, std::size_t frame) {
  if (!out_) return;
  json::object o{{"type", "in"}, {"session", session}, {"at", at}};
  if (frame) o.emplace("frame", frame);
  std::visit(overloaded{
                 [&](engine::frame_received const& x) {
                   o.emplace("what", "frame");
                   o.emplace("exchange", x.exchange);
                   put_text(o, x.text);
                   if (x.truncated) o.emplace("truncated", true);
                 },
                 [&](engine::stream_event_received const& x) {
                   o.emplace("what", "event");
                   o.emplace("exchange", x.exchange);
                   o.emplace("event", safe_text(x.event));
                   o.emplace("has_data", x.has_data);
                   if (!x.data.empty()) o.emplace("data", safe_text(x.data));
                   if (x.id) o.emplace("id", safe_text(*x.id));
                   if (x.retry) o.emplace("retry", *x.retry);
                 },
                 [&](engine::head_received const& x) {
                   o.emplace("what", "head");
                   o.emplace("exchange", x.exchange);
                   o.emplace("status", x.status);
                   o.emplace("headers", headers_json(x.headers));
                 },
                 [&](engine::exchange_ended const& x) {
                   o.emplace("what", "end");
                   o.emplace("exchange", x.exchange);
                   put_text(o, x.body);
                   o.emplace("problem", safe_text(x.problem));
                 },
                 [&](engine::request_received const& x) {
                   o.emplace("what", "request");
                   o.emplace("exchange", x.exchange);
                   o.emplace("method", safe_text(x.method));
                   o.emplace("target", safe_text(x.target));
                   o.emplace("headers", headers_json(x.headers));
                   put_text(o, x.body);
                 },
                 [&](engine::subject_exited const& x) {
                   o.emplace("what", "exit");
                   if (x.code) o.emplace("code", *x.code);
                   if (x.signal) o.emplace("signal", *x.signal);
                 },
                 [&](engine::connection_failed const& x) {
                   o.emplace("what", "failure");
                   put_text(o, x.what);
                 },
             },
             e);
  line(std::move(o));
}

void writer::write(int session, double at, engine::action const& a, std::size_t frame) {
  if (!out_) return;
  json::object o{{"type", "out"}, {"session", session}, {"at", at}};
  if (frame) o.emplace("frame", frame);
  std::visit(overloaded{
                 [&](engine::send_line const& x) {
                   o.emplace("what", "line");
                   put_text(o, x.text);
                 },
                 [&](engine::send_http const& x) {
                   o.emplace("what", "send");
                   o.emplace("exchange", x.exchange);
                   o.emplace("method", safe_text(x.method));
                   o.emplace("path", safe_text(x.path));
                   o.emplace("headers", headers_json(x.headers));
                   put_text(o, x.body);
                 },
                 [&](engine::reply_http const& x) {
                   o.emplace("what", "reply");
                   o.emplace("exchange", x.exchange);
                   if (x.open) o.emplace("open", true);
                   o.emplace("status", x.status);
                   o.emplace("headers", headers_json(x.headers));
                   put_text(o, x.body);
                 },
                 [&](engine::cut_exchange const& x) {
                   o.emplace("what", "cut");
                   o.emplace("exchange", x.exchange);
                 },
                 [&](engine::close_input const&) { o.emplace("what", "close"); },
                 [&](engine::start_subject const& x) {
                   o.emplace("what", "start");
                   o.emplace("goal", safe_text(x.goal));
                 },
             },
             a);
  line(std::move(o));
}

void writer::mark(int session, double at, std::string_view what, std::string_view scenario) {
  line({{"type", "mark"}, {"session", session}, {"at", at}, {"what", what}, {"scenario", scenario}});
}

void writer::write(judge::revision_state const& s) {
  auto said = s;
  said.reason = redacted(said.reason); // may hold the end of what the subject wrote to its standard error
  line(typed("state", said));
}

void writer::write_profile(std::string const& revision, std::string const& transport, json::object const& profile) {
  json::value said(profile);
  redact(said);
  line({{"type", "profile"}, {"revision", revision}, {"transport", transport}, {"profile", std::move(said)}});
}

void writer::write(judge::check_run const& c) {
  auto o = typed("check", redacted(c));
  // Most members of most checks are empty.
  for (auto it = o.begin(); it != o.end();) {
    auto const& value = it->value();
    bool const empty =
        (value.is_string() && value.get_string().empty()) || (value.is_int64() && value.get_int64() == 0);
    it = empty ? o.erase(it) : it + 1;
  }
  line(std::move(o));
}

void writer::write(footer const& f) {
  auto said = f;
  for (auto& reason : said.gate)
    reason = redacted(reason);
  line(typed("footer", said));
  if (out_) out_->flush();
}

namespace {

/// The sessions and frames that the failed checks point at.
struct evidence {
  std::map<int, std::vector<judge::check_run const*>> by_session;

  explicit evidence(std::vector<judge::check_run> const& checks) {
    for (auto const& c : checks)
      if (c.outcome == "fail" && c.session) by_session[c.session].push_back(&c);
  }

  /// The entries have to come in their order: which scenario is playing, the marks say.
  bool wants(entry const& e) {
    auto found = by_session.find(e.session);
    if (found == by_session.end()) return false;
    auto& now = playing[e.session];
    if (e.what == "begin" || e.what == "finish") {
      auto const* name = e.data.if_contains("scenario");
      now = e.what == "begin" && name && name->is_string() ? std::string(name->get_string()) : std::string{};
    }
    auto const* x = e.data.if_contains("exchange");
    int const exchange = x ? x->to_number<int>() : 0;
    for (auto const* c : found->second)
      if (c->frame || c->exchange) {
        if ((exchange && exchange == c->exchange) ||
            (e.frame && e.frame >= (c->since ? c->since : c->frame) && e.frame <= std::max(c->frame, c->since)))
          return true;
      } else if (now == c->by || e.what == "finish" || e.what == "exit") {
        return true; // of what never came, all that did
      }
    return false;
  }

private:
  std::map<int, std::string> playing;
};

/// One pass over the lines; `take` gets each object with its type.
wire::result<void> each_line(
    std::string const& file,
    std::function<wire::result<void>(std::string_view type, json::value& line, std::string const& where)> const& take,
    std::function<bool(std::string_view)> const& skip) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return wire::problem{file, "cannot be read", "is the path right?"};
  std::string one;
  int number = 0;
  while (std::getline(in, one)) {
    ++number;
    if (one.empty() || skip(one)) continue;
    auto const where = file + ", line " + std::to_string(number);
    auto value = wire::parse_value(one);
    if (value.has_error()) {
      if (in.eof()) return {}; // cut off while it was written
      return wire::problem{where, "is no JSON: " + value.error().what, "is this a record of mcp-assay?"};
    }
    auto const* o = value->if_object();
    auto const* type = o ? o->if_contains("type") : nullptr;
    if (!type || !type->is_string()) return wire::problem{where, "has no type", "is this a record of mcp-assay?"};
    auto const kind = std::string(type->get_string());
    if (auto r = take(kind, *value, where); r.has_error()) return r;
  }
  return {};
}

bool is_traffic(std::string_view type) {
  return type == "in" || type == "out" || type == "mark";
}

/// The type of a line that begins with it, as ours do, without parsing the rest; else empty.
std::string_view type_at_once(std::string_view line) {
  for (std::string_view part : {"{", "\"type\"", ":", "\""}) {
    while (!line.empty() && line.front() == ' ')
      line.remove_prefix(1);
    if (!line.starts_with(part)) return {};
    line.remove_prefix(part.size());
  }
  return line.substr(0, line.find('"'));
}

} // namespace

wire::result<record> read(std::string const& file, entries wanted) {
  record out;
  auto summary = [&](std::string_view kind, json::value& value, std::string const& where) -> wire::result<void> {
    auto into = [&]<class T>(T& target) -> wire::result<void> {
      auto r = catalogue::read_struct<T>(value);
      if (r.has_error())
        return wire::problem{where + ", " + r.error().where, r.error().what, "is this a record of this version?"};
      target = std::move(*r);
      return {};
    };
    if (kind == "header") return into(out.head);
    if (kind == "requirement") return into(out.requirements.emplace_back());
    if (kind == "interpretation") return into(out.interpretations.emplace_back());
    if (kind == "exemption") return into(out.exemptions.emplace_back());
    if (kind == "session") return into(out.sessions.emplace_back());
    if (kind == "state") return into(out.states.emplace_back());
    if (kind == "check") return into(out.checks.emplace_back());
    if (kind == "footer") {
      out.has_footer = true;
      return into(out.foot);
    }
    if (kind == "profile") {
      out.profiles.push_back(std::move(value));
      return {};
    }
    if (is_traffic(kind)) return {};
    return wire::problem{where, "has the unknown type " + std::string(kind), "is this a record of this version?"};
  };
  if (auto r = each_line(file, summary, [](auto line) { return is_traffic(type_at_once(line)); }); r.has_error())
    return r.error();
  if (out.head.suite.empty()) return wire::problem{file, "has no header", "is this a record of mcp-assay?"};

  evidence shown(out.checks);
  auto traffic = [&](std::string_view kind, json::value& value, std::string const& where) -> wire::result<void> {
    if (!is_traffic(kind)) return {};
    auto& o = value.as_object();
    entry e;
    auto const* session = o.if_contains("session");
    auto const* what = o.if_contains("what");
    auto const* at = o.if_contains("at");
    members m{o};
    if (!session || !what || !what->is_string() || !at || !at->is_number())
      return wire::problem{where, "lacks session, what or at", "is this a record of mcp-assay?"};
    e.session = m.number("session");
    e.what = std::string(what->get_string());
    e.at = at->to_number<double>();
    e.frame = m.maybe_number<int>("frame").value_or(0);
    m.maybe_number<int>("exchange"); // the evidence is found by it
    if (!m.good) return wire::problem{where, "has a number that is none", "is this a record of mcp-assay?"};
    e.data = std::move(o);
    if (wanted == entries::all || shown.wants(e)) out.entries[e.session].push_back(std::move(e));
    return {};
  };
  auto const summarized = [](auto line) {
    auto const kind = type_at_once(line);
    return !kind.empty() && !is_traffic(kind);
  };
  if (auto r = each_line(file, traffic, summarized); r.has_error()) return r.error();
  return out;
}

namespace {

bool is_of(entry const& e, std::string_view type) {
  auto const* value = e.data.if_contains("type");
  return value && value->is_string() && value->get_string() == type;
}

engine::event read_event(entry const& e, members& m) {
  if (e.what == "frame") {
    return engine::frame_received{m.number("exchange"), m.text(), m.o.contains("truncated")};
  }
  if (e.what == "event") {
    engine::stream_event_received x;
    x.exchange = m.number("exchange");
    x.event = m.string("event");
    x.has_data = m.boolean("has_data");
    if (m.o.contains("id")) x.id = m.string("id");
    x.retry = m.maybe_number<long>("retry");
    if (m.o.contains("data")) x.data = m.string("data");
    return x;
  }
  if (e.what == "head") return engine::head_received{m.number("exchange"), m.number("status"), m.headers()};
  if (e.what == "end") return engine::exchange_ended{m.number("exchange"), m.text(), m.string("problem")};
  if (e.what == "request")
    return engine::request_received{m.number("exchange"), m.string("method"), m.string("target"), m.headers(),
                                    m.text()};
  if (e.what == "exit") return engine::subject_exited{m.maybe_number<int>("code"), m.maybe_number<int>("signal")};
  m.good = m.good && e.what == "failure";
  return engine::connection_failed{m.text()};
}

engine::action read_action(entry const& e, members& m) {
  if (e.what == "line") return engine::send_line{m.text()};
  if (e.what == "send")
    return engine::send_http{m.number("exchange"), m.string("method"), m.string("path"), m.headers(), m.text()};
  if (e.what == "reply")
    return engine::reply_http{m.number("exchange"), m.number("status"), m.headers(), m.text(), m.o.contains("open")};
  if (e.what == "cut") return engine::cut_exchange{m.number("exchange")};
  if (e.what == "close") return engine::close_input{};
  m.good = m.good && e.what == "start";
  return engine::start_subject{m.string("goal")};
}

} // namespace

std::string address(std::string_view place) {
  if (place.empty()) return {};
  constexpr std::string_view extensions = "extensions/";
  auto const page = place.substr(std::min(place.find('/'), place.size() - 1) + 1);
  if (!page.starts_with(extensions)) return "https://modelcontextprotocol.io/specification/" + std::string(place);
  auto const anchor = std::min(page.find('#'), page.size());
  auto const name = std::string(page.substr(extensions.size(), anchor - extensions.size()));
  return "https://github.com/modelcontextprotocol/ext-" + name + "/blob/main/specification/draft/" + name + ".md" +
         std::string(page.substr(anchor));
}

std::optional<engine::event> event_of(entry const& e) {
  if (!is_of(e, "in")) return std::nullopt;
  members m{e.data};
  auto event = read_event(e, m);
  return m.good ? std::optional(std::move(event)) : std::nullopt;
}

std::optional<engine::action> action_of(entry const& e) {
  if (!is_of(e, "out")) return std::nullopt;
  members m{e.data};
  auto action = read_action(e, m);
  return m.good ? std::optional(std::move(action)) : std::nullopt;
}

} // namespace assay::record
