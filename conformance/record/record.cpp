// Writing and reading; both sides of each line's shape stand together.
#include "conformance/record/record.hpp"

#include "conformance/catalogue/read.hpp"
#include "conformance/record/redact.hpp"

#include <fstream>
#include <ostream>
#include <set>

namespace assay::record {

namespace {

constexpr std::size_t longest_text = 64u << 10; // of one frame in the record; longer ones are cut and marked

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

json::array headers_json(transport::http_headers const& headers) {
  json::array out;
  for (auto const& h : redacted(headers))
    out.push_back(json::array{h.name, h.value});
  return out;
}

transport::http_headers headers_from(json::value const& value) {
  transport::http_headers out;
  for (auto const& pair : value.as_array())
    out.push_back({std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string())});
  return out;
}

/// Text goes in as text; bytes that are no UTF-8 as \xNN, marked.
void put_text(json::object& o, std::string const& raw) {
  auto text = redacted(raw.size() > longest_text ? raw.substr(0, longest_text) : raw);
  if (raw.size() > longest_text)
    o.emplace("bytes", raw.size());
  std::string safe;
  bool escaped = false;
  for (std::size_t i = 0; i < text.size();) {
    auto const c = static_cast<unsigned char>(text[i]);
    std::size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    bool good = n > 0 && i + n <= text.size();
    for (std::size_t k = 1; good && k < n; ++k)
      good = (static_cast<unsigned char>(text[i + k]) & 0xC0) == 0x80;
    if (good && n == 3)
      good = !(c == 0xE0 && static_cast<unsigned char>(text[i + 1]) < 0xA0) &&
             !(c == 0xED && static_cast<unsigned char>(text[i + 1]) >= 0xA0);
    if (good && n == 4)
      good = !(c == 0xF0 && static_cast<unsigned char>(text[i + 1]) < 0x90) &&
             !(c == 0xF4 && static_cast<unsigned char>(text[i + 1]) >= 0x90);
    if (good) {
      safe.append(text, i, n);
      i += n;
    } else {
      static char const* digits = "0123456789abcdef";
      safe += "\\x";
      safe += digits[c >> 4];
      safe += digits[c & 15];
      escaped = true;
      ++i;
    }
  }
  o.emplace("text", std::move(safe));
  if (escaped)
    o.emplace("escaped", true);
}

std::string text_from(json::object const& o) {
  std::string out(o.at("text").as_string());
  if (!o.contains("escaped"))
    return out;
  std::string raw;
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i] == '\\' && i + 3 < out.size() && out[i + 1] == 'x') {
      raw += static_cast<char>(digit(out[i + 2]) * 16 + digit(out[i + 3]));
      i += 3;
    } else {
      raw += out[i];
    }
  return raw;
}

} // namespace

requirement const* record::find_requirement(std::string_view id) const {
  for (auto const& r : requirements)
    if (r.id == id)
      return &r;
  return nullptr;
}

writer::writer(std::unique_ptr<std::ostream> out) : out_(std::move(out)) {}
writer::~writer() = default;

void writer::line(json::object o) {
  if (!out_)
    return;
  *out_ << wire::serialize(o) << '\n';
}

void writer::write(header const& h) {
  line(typed("header", h));
}

void writer::write(requirement const& r) {
  line(typed("requirement", r));
}

void writer::write(session const& s) {
  line(typed("session", s));
}

void writer::write(int session, double at, engine::event const& e, std::size_t frame) {
  if (!out_)
    return;
  json::object o{{"type", "in"}, {"session", session}, {"at", at}};
  if (frame)
    o.emplace("frame", frame);
  std::visit(overloaded{
                 [&](engine::frame_received const& x) {
                   o.emplace("what", "frame");
                   o.emplace("exchange", x.exchange);
                   put_text(o, x.text);
                   if (x.truncated)
                     o.emplace("truncated", true);
                 },
                 [&](engine::stream_event_received const& x) {
                   o.emplace("what", "event");
                   o.emplace("exchange", x.exchange);
                   o.emplace("event", x.event);
                   o.emplace("has_data", x.has_data);
                   if (x.id)
                     o.emplace("id", *x.id);
                   if (x.retry)
                     o.emplace("retry", *x.retry);
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
                   o.emplace("problem", x.problem);
                 },
                 [&](engine::request_received const& x) {
                   o.emplace("what", "request");
                   o.emplace("exchange", x.exchange);
                   o.emplace("method", x.method);
                   o.emplace("target", x.target);
                   o.emplace("headers", headers_json(x.headers));
                   put_text(o, x.body);
                 },
                 [&](engine::subject_exited const& x) {
                   o.emplace("what", "exit");
                   if (x.code)
                     o.emplace("code", *x.code);
                   if (x.signal)
                     o.emplace("signal", *x.signal);
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
  if (!out_)
    return;
  json::object o{{"type", "out"}, {"session", session}, {"at", at}};
  if (frame)
    o.emplace("frame", frame);
  std::visit(overloaded{
                 [&](engine::send_line const& x) {
                   o.emplace("what", "line");
                   put_text(o, x.text);
                 },
                 [&](engine::send_http const& x) {
                   o.emplace("what", "send");
                   o.emplace("exchange", x.exchange);
                   o.emplace("method", x.method);
                   o.emplace("path", x.path);
                   o.emplace("headers", headers_json(x.headers));
                   put_text(o, x.body);
                 },
                 [&](engine::reply_http const& x) {
                   o.emplace("what", "reply");
                   o.emplace("exchange", x.exchange);
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
                   o.emplace("goal", x.goal);
                 },
             },
             a);
  line(std::move(o));
}

void writer::mark(int session, double at, std::string_view what, std::string_view scenario) {
  line({{"type", "mark"}, {"session", session}, {"at", at}, {"what", what}, {"scenario", scenario}});
}

void writer::write(judge::revision_state const& s) {
  line(typed("state", s));
}

void writer::write_profile(std::string const& revision, std::string const& transport, json::object const& profile) {
  line({{"type", "profile"}, {"revision", revision}, {"transport", transport}, {"profile", profile}});
}

void writer::write(judge::check_run const& c) {
  auto o = typed("check", c);
  // Most members of most checks are empty.
  for (auto it = o.begin(); it != o.end();) {
    auto const& value = it->value();
    bool const empty = (value.is_string() && value.get_string().empty()) || (value.is_int64() && value.get_int64() == 0);
    it = empty ? o.erase(it) : it + 1;
  }
  line(std::move(o));
}

void writer::write(footer const& f) {
  line(typed("footer", f));
  if (out_)
    out_->flush();
}

namespace {

/// The sessions and frames that the failed checks point at.
struct evidence {
  std::map<int, std::vector<judge::check_run const*>> by_session;

  explicit evidence(std::vector<judge::check_run> const& checks) {
    for (auto const& c : checks)
      if (c.outcome == "fail" && c.session)
        by_session[c.session].push_back(&c);
  }

  bool wants(entry const& e) const {
    auto found = by_session.find(e.session);
    if (found == by_session.end())
      return false;
    auto const* x = e.data.if_contains("exchange");
    int const exchange = x ? x->to_number<int>() : 0;
    for (auto const* c : found->second)
      if ((exchange && exchange == c->exchange) || (e.frame && e.frame >= (c->since ? c->since : c->frame) && e.frame <= std::max(c->frame, c->since)))
        return true;
    return false;
  }
};

/// One pass over the lines; `take` gets each object with its type.
wire::result<void> each_line(std::string const& file,
                             std::function<wire::result<void>(std::string_view type, json::value& line, std::string const& where)> const& take,
                             std::function<bool(std::string_view)> const& skip) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return wire::problem{file, "cannot be read", "is the path right?"};
  std::string one;
  int number = 0;
  while (std::getline(in, one)) {
    ++number;
    if (one.empty() || skip(one))
      continue;
    auto const where = file + ", line " + std::to_string(number);
    auto value = wire::parse_value(one);
    if (value.has_error()) {
      if (in.eof())
        return {}; // cut off while it was written
      return wire::problem{where, "is no JSON: " + value.error().what, "is this a record of mcp-assay?"};
    }
    auto const* o = value->if_object();
    auto const* type = o ? o->if_contains("type") : nullptr;
    if (!type || !type->is_string())
      return wire::problem{where, "has no type", "is this a record of mcp-assay?"};
    auto const kind = std::string(type->get_string());
    if (auto r = take(kind, *value, where); r.has_error())
      return r;
  }
  return {};
}

bool is_traffic(std::string_view line) {
  return line.starts_with(R"({"type":"in")") || line.starts_with(R"({"type":"out")") || line.starts_with(R"({"type":"mark")");
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
    if (kind == "header")
      return into(out.head);
    if (kind == "requirement")
      return into(out.requirements.emplace_back());
    if (kind == "session")
      return into(out.sessions.emplace_back());
    if (kind == "state")
      return into(out.states.emplace_back());
    if (kind == "check")
      return into(out.checks.emplace_back());
    if (kind == "footer") {
      out.has_footer = true;
      return into(out.foot);
    }
    if (kind == "profile") {
      out.profiles.push_back(std::move(value));
      return {};
    }
    return wire::problem{where, "has the unknown type " + std::string(kind), "is this a record of this version?"};
  };
  if (auto r = each_line(file, summary, is_traffic); r.has_error())
    return r.error();
  if (out.head.suite.empty())
    return wire::problem{file, "has no header", "is this a record of mcp-assay?"};

  evidence const shown(out.checks);
  auto traffic = [&](std::string_view, json::value& value, std::string const& where) -> wire::result<void> {
    auto& o = value.as_object();
    entry e;
    auto const* session = o.if_contains("session");
    auto const* what = o.if_contains("what");
    auto const* at = o.if_contains("at");
    if (!session || !session->is_number() || !what || !what->is_string() || !at || !at->is_number())
      return wire::problem{where, "lacks session, what or at", "is this a record of mcp-assay?"};
    e.session = session->to_number<int>();
    e.what = std::string(what->get_string());
    e.at = at->to_number<double>();
    if (auto const* frame = o.if_contains("frame"))
      e.frame = frame->to_number<int>();
    e.data = std::move(o);
    if (wanted == entries::all || shown.wants(e))
      out.entries[e.session].push_back(std::move(e));
    return {};
  };
  if (auto r = each_line(file, traffic, [](std::string_view line) { return !is_traffic(line); }); r.has_error())
    return r.error();
  return out;
}

std::optional<engine::event> event_of(entry const& e) {
  if (e.data.at("type").as_string() != "in")
    return std::nullopt;
  auto const& o = e.data;
  auto number = [&](char const* name) { return o.contains(name) ? o.at(name).to_number<int>() : 0; };
  auto text = [&](char const* name) { return std::string(o.at(name).as_string()); };
  if (e.what == "frame")
    return engine::frame_received{number("exchange"), text_from(o), o.contains("truncated") || o.contains("bytes")};
  if (e.what == "event") {
    engine::stream_event_received x;
    x.exchange = number("exchange");
    x.event = text("event");
    x.has_data = o.at("has_data").as_bool();
    if (o.contains("id"))
      x.id = text("id");
    if (o.contains("retry"))
      x.retry = o.at("retry").to_number<long>();
    return x;
  }
  if (e.what == "head")
    return engine::head_received{number("exchange"), number("status"), headers_from(o.at("headers"))};
  if (e.what == "end")
    return engine::exchange_ended{number("exchange"), text_from(o), text("problem")};
  if (e.what == "request")
    return engine::request_received{number("exchange"), text("method"), text("target"), headers_from(o.at("headers")),
                                    text_from(o)};
  if (e.what == "exit") {
    engine::subject_exited x;
    if (o.contains("code"))
      x.code = number("code");
    if (o.contains("signal"))
      x.signal = number("signal");
    return x;
  }
  return engine::connection_failed{text_from(o)};
}

std::optional<engine::action> action_of(entry const& e) {
  if (e.data.at("type").as_string() != "out")
    return std::nullopt;
  auto const& o = e.data;
  auto number = [&](char const* name) { return o.contains(name) ? o.at(name).to_number<int>() : 0; };
  if (e.what == "line")
    return engine::send_line{text_from(o)};
  if (e.what == "send")
    return engine::send_http{number("exchange"), std::string(o.at("method").as_string()),
                             std::string(o.at("path").as_string()), headers_from(o.at("headers")), text_from(o)};
  if (e.what == "reply")
    return engine::reply_http{number("exchange"), number("status"), headers_from(o.at("headers")), text_from(o)};
  if (e.what == "cut")
    return engine::cut_exchange{number("exchange")};
  if (e.what == "close")
    return engine::close_input{};
  return engine::start_subject{std::string(o.at("goal").as_string())};
}

} // namespace assay::record
