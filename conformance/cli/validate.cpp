// mcp-assay validate: messages against the schemas of a revision, without a run or from the record of one. One document
// a file, or one a line.
#include <CLI/CLI.hpp>

#include "conformance/cli/bundle.hpp"
#include "conformance/cli/common.hpp"
#include "conformance/cli/records.hpp"
#include "conformance/cli/suggest.hpp"
#include "conformance/cli/verbs.hpp"
#include "conformance/engine/traffic.hpp"
#include "conformance/message/schemas.hpp"
#include "conformance/message/tool_schemas.hpp"
#include "reference/wire/message.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

namespace assay::cli {

namespace {

namespace json = boost::json;
using jsonschema::violation;
using message::sender;

constexpr std::size_t longest_input = std::size_t(64) << 20; // one document, or one line
constexpr std::size_t most_requests = 100'000;               // that answers may refer to

constexpr char const* about = R"(Validates messages against the schemas of a revision.

Examples:
  mcp-assay validate --revision latest message.json             a message; the schema follows from its method
  mcp-assay validate --revision latest --direction server -     JSON lines on standard input, all sent by a server
  mcp-assay validate --revision latest --as tools/call x.json   a result of tools/call, or the params for it
  mcp-assay validate --revision latest --as Tool tool.json      a bare value against a definition
  mcp-assay validate out/                                       what the subject sent in a recorded run)";

struct options {
  std::string revision;
  std::string as;
  std::string direction;
  std::string schemas;
  std::vector<std::string> extensions;
  bool formats = false;
  std::string format = "text";
  std::vector<std::string> files;
};

/// Where a document came from.
struct place {
  std::string file;
  int line = 0;               ///< 0: it is the whole file
  int session = 0, frame = 0; ///< of a record; 0: none
};

/// Reads a line of bounded length. False at the end.
bool read_line(std::istream& in, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  auto* buffer = in.rdbuf();
  for (int c = buffer->sbumpc(); c != std::char_traits<char>::eof(); c = buffer->sbumpc()) {
    if (c == '\n') return true;
    if (line.size() < longest_input)
      line += static_cast<char>(c);
    else
      too_long = true;
  }
  return !line.empty() || too_long;
}

bool blank(std::string const& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

/// "server/tools.json#/$defs/Tool/required" -> "Tool".
std::string definition_of(std::string const& schema) {
  for (std::string_view const mark : {"#/$defs/", "#/definitions/"})
    if (auto const at = schema.find(mark); at != std::string::npos) {
      auto const from = at + mark.size();
      return schema.substr(from, schema.find('/', from) - from);
    }
  return {};
}

class validation {
public:
  explicit validation(options const& o) : o_(o) {
    if (o.direction != "server") senders_.push_back(sender::client);
    if (o.direction != "client") senders_.push_back(sender::server);
  }

  int valid() const { return valid_; }
  int invalid() const { return invalid_; }
  json::array take_report() { return std::move(report_); }
  /// Valid as far as their envelope goes, which is all that was known of them.
  std::set<std::string> const& unknown_methods() const { return unknown_methods_; }
  int answers_to_nothing() const { return answers_to_nothing_; }

  /// The schemas for the documents to come; they outlive this.
  void use(message::schemas& schemas, bool names_dialect) {
    schemas_ = &schemas;
    tools_ = message::tool_schemas(names_dialect);
  }

  void text(place const& at, std::string const& text) {
    auto parsed = parser_.parse(text);
    if (parsed.has_error())
      return tell(at, {{"", "", "json", parsed.error().where + ": is no JSON: " + parsed.error().what}});
    auto const& document = **parsed;
    std::vector<violation> found;
    for (auto const& pointer : document.duplicate_names)
      found.push_back({pointer, "", "json", "the name occurs twice in its object"});
    for (auto& v : violations(document.root))
      found.push_back(std::move(v));
    remember(document.root);
    tell(at, std::move(found));
  }

  void too_long(place const& at) { tell(at, {{"", "", "json", "is longer than 64 MiB"}}); }

  /// A frame of a record.
  void frame(place const& at, sender from, engine::frame const& f) {
    if (f.kind == wire::message_kind::batch && !f.message.get_array().empty()) return; // its messages follow
    std::vector<violation> found;
    if (!f.problem.empty()) found.push_back({"", "", "json", f.problem});
    for (auto const& pointer : f.duplicate_names)
      found.push_back({pointer, "", "json", "the name occurs twice in its object"});
    if (f.problem.empty()) {
      note_unknown(f.message, f.request.is_null());
      auto const* request = f.request.is_null() ? nullptr : &f.request;
      for (auto& v : schemas_->check_message(from, f.message, request))
        found.push_back(std::move(v));
      for (auto& v : tools_.check(f.message, request))
        found.push_back(std::move(v));
    }
    tell(at, std::move(found));
  }

  /// A frame of the other side: only what it says of later ones counts.
  void watch(engine::frame const& f) {
    if (!f.request.is_null()) (void)tools_.check(f.message, &f.request);
  }

private:
  std::vector<violation> violations(json::value const& value) {
    if (o_.as.empty()) return whole_message(value);
    if (schemas_->has_method(o_.as)) return part_of(value);
    auto found = schemas_->check(o_.as, value);
    if (found.has_error()) return {{"", "", "", found.error().what}};
    if (o_.as == "Tool") tools_.check_tool(value, "", *found);
    return std::move(*found);
  }

  /// As sent by a side that may send this method; of two, the one that is closer to the message.
  std::vector<violation> by_either(json::value const& value, json::value const* request) {
    auto const method = wire::method_of(value);
    bool const only_knowing =
        std::any_of(senders_.begin(), senders_.end(), [&](sender from) { return schemas_->knows(from, method); });
    std::optional<std::vector<violation>> best;
    for (auto from : senders_) {
      if (only_knowing && !schemas_->knows(from, method)) continue;
      auto found = schemas_->check_message(from, value, request);
      if (!best || found.size() < best->size()) best = std::move(found);
      if (best->empty()) break;
    }
    return std::move(*best);
  }

  /// What will be judged by its envelope alone.
  void note_unknown(json::value const& value, bool no_request) {
    auto const kind = wire::classify(value);
    auto const method = wire::method_of(value);
    if (kind == wire::message_kind::request || kind == wire::message_kind::notification) {
      if (!method.empty() && !schemas_->has_method(method) && unknown_methods_.size() < 20)
        unknown_methods_.emplace(method.substr(0, 80));
    } else if (kind == wire::message_kind::response && no_request) {
      ++answers_to_nothing_;
    }
  }

  std::vector<violation> whole_message(json::value const& value) {
    auto const kind = wire::classify(value);
    auto const* id = kind == wire::message_kind::response ? wire::id_of(value) : nullptr;
    // Both sides count their requests on their own: an answer is good when it answers one of those with its id.
    auto const asked = id ? requests_.find(wire::serialize(*id)) : requests_.end();
    note_unknown(value, asked == requests_.end());
    if (asked == requests_.end()) return with_tools(by_either(value, nullptr), value, nullptr);
    std::optional<std::vector<violation>> best;
    json::value const* of_best = nullptr;
    for (auto const& request : asked->second) {
      auto found = by_either(value, &request);
      if (best && found.size() >= best->size()) continue;
      best = std::move(found);
      of_best = &request;
    }
    return with_tools(std::move(*best), value, of_best);
  }

  std::vector<violation> with_tools(std::vector<violation> found, json::value const& value,
                                    json::value const* request) {
    for (auto& v : tools_.check(value, request))
      found.push_back(std::move(v));
    return found;
  }

  std::vector<violation> part_of(json::value const& value) {
    json::value const request = json::object{{"method", o_.as}};
    switch (wire::classify(value)) {
    case wire::message_kind::request:
    case wire::message_kind::notification:
      if (wire::method_of(value) != o_.as) return {{"/method", "", "method", "the method is not " + o_.as}};
      return by_either(value, nullptr);
    case wire::message_kind::response:
    case wire::message_kind::error: return with_tools(by_either(value, &request), value, &request);
    default: break;
    }
    json::object whole{{"jsonrpc", "2.0"}, {"method", o_.as}, {"params", value}};
    if (!o_.as.starts_with("notifications/")) whole.emplace("id", 1);
    auto found = by_either(whole, nullptr);
    for (auto& v : found)
      if (v.instance.starts_with("/params")) v.instance.erase(0, 7);
    return found;
  }

  void remember(json::value const& value) {
    if (!o_.as.empty() || wire::classify(value) != wire::message_kind::request) return;
    auto const* id = wire::id_of(value);
    auto const method = std::string(wire::method_of(value));
    if (!id || (!id->is_string() && !id->is_number()) || method.empty()) return;
    if (requests_.size() >= most_requests) requests_.clear();
    // Of the request its method counts, and which tool it calls. The tree belongs to the parser: what stays is copied.
    json::object request{{"method", method}};
    if (auto const* name = method == "tools/call" ? wire::find(value, "/params/name") : nullptr)
      request.emplace("params", json::object{{"name", json::value(*name, json::storage_ptr())}});
    auto& known = requests_[wire::serialize(*id)];
    if (known.size() < 4 && std::find(known.begin(), known.end(), json::value(request)) == known.end())
      known.emplace_back(std::move(request));
  }

  void tell(place const& at, std::vector<violation> found) {
    ++(found.empty() ? valid_ : invalid_);
    if (o_.format == "json") {
      // Valid ones are counted, not listed: bulk input would make the report as long as itself.
      if (found.empty()) return;
      json::array list;
      for (auto const& v : found)
        list.push_back(json::object{{"instance", v.instance},
                                    {"schema", v.schema},
                                    {"definition", definition_of(v.schema)},
                                    {"keyword", v.keyword},
                                    {"message", v.message}});
      json::object entry{{"file", at.file}};
      if (at.frame == 0)
        entry.emplace("line", at.line);
      else
        entry.emplace("session", at.session), entry.emplace("frame", at.frame);
      entry.emplace("violations", std::move(list));
      if (report_.size() < most_reported) report_.push_back(std::move(entry));
      return;
    }
    auto place = at.file;
    if (at.line != 0) place += ":" + std::to_string(at.line);
    if (at.frame != 0) place += ": session " + std::to_string(at.session) + ", frame " + std::to_string(at.frame);
    if (found.empty()) {
      if (at.line == 0 && at.frame == 0) std::cout << place << ": valid\n";
      return;
    }
    for (auto const& v : found) {
      std::cout << place << ": " << (v.instance.empty() ? "the whole" : v.instance) << ": " << v.message;
      if (auto const definition = definition_of(v.schema); !definition.empty())
        std::cout << " (" << definition << ", " << v.schema << ")";
      std::cout << '\n';
    }
  }

  static constexpr std::size_t most_reported = 10'000;

  message::schemas* schemas_ = nullptr;
  options const& o_;
  std::vector<sender> senders_;
  wire::parser parser_;
  message::tool_schemas tools_;
  std::map<std::string, std::vector<json::value>, std::less<>> requests_; ///< by id, what counts of them
  std::set<std::string> unknown_methods_;
  int answers_to_nothing_ = 0;
  int valid_ = 0;
  int invalid_ = 0;
  json::array report_;
};

/// A first line that is JSON by itself makes the input JSON lines; else the whole is one document.
void read(std::istream& in, std::string const& file, validation& into) {
  std::string first, line;
  bool too_long = false;
  int number = 0;
  while (read_line(in, first, too_long)) {
    ++number;
    if (too_long || !blank(first)) break;
  }
  if (too_long) {
    into.too_long({file, number});
  } else if (!blank(first) && wire::parse(first).has_error()) {
    // More than one line of one document, or lines of which the first is broken.
    std::string whole = first;
    std::vector<std::string> lines{first};
    while (!too_long && whole.size() < longest_input && read_line(in, line, too_long)) {
      whole += "\n" + line;
      lines.push_back(line);
    }
    bool const as_lines = lines.size() > 1 && wire::parse(whole).has_error() && wire::parse(lines[1]).has_value();
    if (!as_lines) {
      if (too_long || whole.size() >= longest_input) return into.too_long({file});
      return into.text({file}, whole);
    }
    for (auto const& each : lines) {
      if (!blank(each)) into.text({file, number}, each);
      ++number;
    }
    --number;
  } else {
    bool const more = in.peek() != std::char_traits<char>::eof();
    if (!blank(first)) into.text({file, more ? number : 0}, first);
  }
  while (read_line(in, line, too_long)) {
    ++number;
    if (too_long)
      into.too_long({file, number});
    else if (!blank(line))
      into.text({file, number}, line);
  }
}

/// A record begins with its header. What cannot be read twice, such as a pipe, is taken for messages.
bool is_record(std::istream& in) {
  if (in.tellg() == std::istream::pos_type(-1)) {
    in.clear();
    return false;
  }
  std::string first;
  bool too_long = false;
  read_line(in, first, too_long);
  in.clear();
  in.seekg(0);
  if (first.find("\"type\":\"header\"") == std::string::npos) return false;
  auto const header = wire::parse_value(first);
  return header.has_value() && header->is_object() && header->get_object().contains("suite");
}

/// Where the specification's own schema of a revision is below a folder; empty when it is not there.
std::filesystem::path official_file(std::filesystem::path const& given, std::string const& revision) {
  std::error_code error;
  if (std::filesystem::is_regular_file(given, error)) return given;
  for (auto const& place :
       {given / revision / "schema.json", given / "schema" / revision / "schema.json", given / "schema.json"})
    if (std::filesystem::is_regular_file(place, error)) return place;
  return {};
}

/// Our schemas, or those that --schemas names: as the specification publishes them, or a folder like our own.
wire::result<message::schemas> schemas_for(context const& c, options const& o, std::string const& revision) {
  auto const formats = o.formats ? jsonschema::formats::checked : jsonschema::formats::ignored;
  if (o.schemas.empty()) {
    auto const names = extension_names(*c.store, o.extensions);
    if (names.has_error()) return names.error();
    return message::schemas::load(*c.store, revision, *names, formats);
  }
  if (auto const file = official_file(o.schemas, revision); !file.empty()) {
    std::ifstream in(file, std::ios::binary);
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    auto document = wire::parse_value(text);
    if (document.has_error())
      return wire::problem{file.string() + ", " + document.error().where, document.error().what, document.error().hint};
    return message::schemas::load_official(*c.store, revision, std::move(*document));
  }
  // Both the folder named schemas and the one that holds it are meant by somebody.
  auto folder = o.schemas;
  while (folder.size() > 1 && folder.ends_with('/'))
    folder.pop_back();
  if (folder == "schemas")
    folder = ".";
  else if (folder.ends_with("/schemas"))
    folder.resize(folder.size() - 8);
  auto own = data::store::folder(folder.empty() ? "/" : folder);
  if (own.has_error()) return own.error();
  return message::schemas::load(*own, revision, {}, formats);
}

/// The revision says of which dialect a schema is that names none.
bool names_dialect(revision::revision const& r) {
  return r.has("schema-2020-12");
}

/// The schemas that the documents need, by revision; each is read once.
class shelf {
public:
  shelf(context const& c, options const& o) : c_(c), o_(o) {}

  wire::result<message::schemas*> of(std::string const& revision) {
    auto found = known_.find(revision);
    if (found == known_.end()) {
      auto made = schemas_for(c_, o_, revision);
      if (made.has_error()) return made.error();
      found = known_.emplace(revision, std::move(*made)).first;
    }
    return &found->second;
  }

private:
  context const& c_;
  options const& o_;
  std::map<std::string, message::schemas> known_;
};

/// What the subject of a recorded run sent, or with --direction that side; each session by the revision it was for.
wire::result<void> read_record(std::string const& file, options const& o, std::string const& revision,
                               revision::table const& revisions, shelf& schemas, validation& into) {
  auto const run = record::read(file, record::entries::all);
  if (run.has_error()) return run.error();
  auto const subject = run->head.role == "server" ? sender::server : sender::client;
  auto const other = subject == sender::server ? sender::client : sender::server;
  auto const wanted = o.direction.empty() ? subject : o.direction == "server" ? sender::server : sender::client;
  for (auto const& session : run->sessions) {
    if (!revision.empty() && session.revision != revision) continue;
    auto const these = schemas.of(session.revision);
    if (these.has_error()) return these.error();
    auto const* about = revisions.find(session.revision);
    into.use(**these, !about || names_dialect(*about));
    engine::traffic traffic;
    if (auto const entries = run->entries.find(session.session); entries != run->entries.end())
      for (auto const& entry : entries->second) {
        if (auto const event = record::event_of(entry))
          traffic.absorb(*event, entry.at);
        else if (auto const action = record::action_of(entry))
          traffic.note(*action, entry.at);
      }
    for (auto const& frame : traffic.frames()) {
      auto const from = frame.from_subject ? subject : other;
      if (from != wanted)
        into.watch(frame);
      else
        into.frame({file, 0, session.session, static_cast<int>(frame.number)}, from, frame);
    }
  }
  return {};
}

/// Problem: `--as` names nothing that the revision has.
wire::result<void> check_as(message::schemas const& schemas, std::string const& as, std::string const& revision) {
  if (as.empty() || schemas.has_method(as)) return {};
  auto names = schemas.definitions();
  if (std::find(names.begin(), names.end(), as) != names.end()) return {};
  auto const methods = schemas.methods();
  names.insert(names.end(), methods.begin(), methods.end());
  auto const close = nearest(as, names);
  return wire::problem{"--as " + as, "is no method or definition of " + revision,
                       close.empty() ? "mcp-assay schema " + revision + " shows what there is"
                                     : "did you mean " + choices(close) + "?"};
}

/// The files, and the records in the folders.
std::vector<std::string> inputs_of(options const& o, std::vector<wire::problem>& problems) {
  std::vector<std::string> out;
  for (auto const& file : o.files) {
    auto const found = record_files({file});
    if (found.has_error())
      problems.push_back(found.error());
    else
      out.insert(out.end(), found->begin(), found->end());
  }
  return out;
}

int run(context const& c, options const& o) {
  auto const wrong = [](wire::problem const& p) { return complain("validate", p); };
  if (!o.schemas.empty() && !o.extensions.empty())
    return wrong({"--extension", "does not go with --schemas", "the schemas of extensions are in the program"});
  auto revisions = revision::table::load(*c.store);
  if (revisions.has_error()) return wrong(revisions.error());
  std::string revision;
  bool dialect = true;
  shelf schemas(c, o);
  if (!o.revision.empty()) {
    auto const found = find_revision(*revisions, o.revision);
    if (found.has_error()) return wrong(found.error());
    revision = (*found)->name;
    dialect = names_dialect(**found);
    auto const these = schemas.of(revision);
    if (these.has_error()) return wrong(these.error());
    if (auto known = check_as(**these, o.as, revision); known.has_error()) return wrong(known.error());
  }

  // A file that cannot be read does not keep the others from being judged.
  std::vector<wire::problem> problems;
  validation into(o);
  auto const messages = [&](std::istream& in, std::string const& file) {
    if (revision.empty())
      return problems.push_back({file, "is no record of a run, which would say its revision", "give --revision"});
    into.use(**schemas.of(revision), dialect);
    auto const before = into.valid() + into.invalid();
    read(in, file, into);
    if (before == into.valid() + into.invalid())
      problems.push_back({file, "has nothing in it", "is it what you meant?"});
  };
  for (auto const& file : inputs_of(o, problems)) {
    if (file == "-") {
      messages(std::cin, file);
      continue;
    }
    std::ifstream in(file, std::ios::binary);
    if (!in.is_open() || in.peek() == std::char_traits<char>::eof()) {
      problems.push_back({file, in.is_open() ? "is empty" : "cannot be read", "is the path right?"});
    } else if (!is_record(in)) {
      messages(in, file);
    } else if (!o.as.empty()) {
      problems.push_back({file, "is a record, whose messages say themselves what they are", "leave --as out"});
    } else {
      auto const before = into.valid() + into.invalid();
      if (auto done = read_record(file, o, revision, *revisions, schemas, into); done.has_error())
        problems.push_back(done.error());
      else if (before == into.valid() + into.invalid())
        problems.push_back({file, "has no message of this side" + (revision.empty() ? "" : " in " + revision), ""});
    }
  }
  int const all = into.valid() + into.invalid();
  if (o.format == "json") {
    json::object report;
    if (!revision.empty()) report.emplace("revision", revision);
    report.emplace("valid", into.valid());
    report.emplace("invalid", into.invalid());
    report.emplace("unknown_methods", json::value_from(into.unknown_methods()));
    report.emplace("answers_without_request", into.answers_to_nothing());
    report.emplace("documents", into.take_report());
    std::cout << wire::pretty(std::move(report)) << '\n';
  } else if (all > 1) {
    std::cout << into.valid() << " of " << all << " valid\n";
  }
  if (o.format == "text") {
    if (auto const count = into.answers_to_nothing(); count != 0)
      std::cout << "note: " << count << (count == 1 ? " answer" : " answers")
                << " without the request in the input: only the envelope was checked\n";
    for (auto const& method : into.unknown_methods())
      std::cout << "note: " << method << " is no method" << (revision.empty() ? "" : " of " + revision)
                << ": only the envelope was checked\n";
  }
  std::cout.flush();
  for (auto const& problem : problems)
    wrong(problem);
  return !problems.empty() ? usage : into.invalid() ? not_met : met;
}

} // namespace

void add_validate(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("validate", about);
  auto o = std::make_shared<options>();
  verb->add_option("--revision", o->revision,
                   "The revision of the specification, or `latest`; a record says its own, and is narrowed to this one")
      ->type_name("R");
  verb->add_option("--as", o->as, "What it is: a method (then params, or a result) or a definition (then a bare value)")
      ->type_name("METHOD|DEFINITION");
  verb->add_option("--direction", o->direction,
                   "Who sent it: client or server; without it either may have, and of a record it is the subject")
      ->check(CLI::IsMember({"client", "server"}))
      ->type_name("SIDE");
  verb->add_option("--schemas", o->schemas,
                   "Other schemas: the specification's own (schema/ in its checkout, or a schema.json), or a "
                   "folder like ours")
      ->type_name("DIR");
  verb->add_option("--extension", o->extensions, "An extension in use: tasks; its methods and definitions are added")
      ->type_name("NAME");
  verb->add_flag("--formats", o->formats, "Checks formats too: a uri must be one, a byte base64");
  verb->add_option("--format", o->format, "text or json")->check(CLI::IsMember({"text", "json"}))->type_name("FORMAT");
  verb->add_option("files", o->files,
                   "Files with a JSON document or JSON lines, - for standard input, or the record of a run")
      ->required();
  verb->callback([&c, o] { c.exit_code = run(c, *o); });
}

} // namespace assay::cli
