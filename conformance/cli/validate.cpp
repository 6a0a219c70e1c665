// mcp-assay validate: messages against the schemas of a revision, without a run. One document a file, or one a line.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/suggest.hpp"
#include "conformance/cli/verbs.hpp"
#include "conformance/message/schemas.hpp"
#include "reference/wire/message.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

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
  mcp-assay validate --revision latest --as Tool tool.json      a bare value against a definition)";

struct options {
  std::string revision;
  std::string as;
  std::string direction;
  std::string schemas;
  std::string format = "text";
  std::vector<std::string> files;
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
  validation(message::schemas& schemas, options const& o) : schemas_(schemas), o_(o) {
    if (o.direction != "server") senders_.push_back(sender::client);
    if (o.direction != "client") senders_.push_back(sender::server);
  }

  int valid() const { return valid_; }
  int invalid() const { return invalid_; }
  json::array take_report() { return std::move(report_); }

  void text(std::string const& where, int line, std::string const& text) {
    auto parsed = parser_.parse(text);
    if (parsed.has_error())
      return tell(where, line, {{"", "", "json", parsed.error().where + ": is no JSON: " + parsed.error().what}});
    auto const& document = **parsed;
    std::vector<violation> found;
    for (auto const& pointer : document.duplicate_names)
      found.push_back({pointer, "", "json", "the name occurs twice in its object"});
    for (auto& v : violations(document.root))
      found.push_back(std::move(v));
    remember(document.root);
    tell(where, line, std::move(found));
  }

  void too_long(std::string const& where, int line) { tell(where, line, {{"", "", "json", "is longer than 64 MiB"}}); }

private:
  std::vector<violation> violations(json::value const& value) {
    if (o_.as.empty()) return whole_message(value);
    if (schemas_.has_method(o_.as)) return part_of(value);
    auto found = schemas_.check(o_.as, value);
    return found.has_error() ? std::vector<violation>{{"", "", "", found.error().what}} : std::move(*found);
  }

  /// As sent by a side that may send this method; of two, the one that is closer to the message.
  std::vector<violation> by_either(json::value const& value, json::value const* request) {
    auto const method = wire::method_of(value);
    bool const only_knowing =
        std::any_of(senders_.begin(), senders_.end(), [&](sender from) { return schemas_.knows(from, method); });
    std::optional<std::vector<violation>> best;
    for (auto from : senders_) {
      if (only_knowing && !schemas_.knows(from, method)) continue;
      auto found = schemas_.check_message(from, value, request);
      if (!best || found.size() < best->size()) best = std::move(found);
      if (best->empty()) break;
    }
    return std::move(*best);
  }

  std::vector<violation> whole_message(json::value const& value) {
    auto const kind = wire::classify(value);
    auto const* id = kind == wire::message_kind::response ? wire::id_of(value) : nullptr;
    if (!id) return by_either(value, nullptr);
    // Both sides count their requests on their own: an answer is good when it answers one of those with its id.
    auto const asked = requests_.find(wire::serialize(*id));
    if (asked == requests_.end()) return by_either(value, nullptr);
    std::optional<std::vector<violation>> best;
    for (auto const& method : asked->second) {
      json::value const request = json::object{{"method", method}};
      auto found = by_either(value, &request);
      if (!best || found.size() < best->size()) best = std::move(found);
    }
    return std::move(*best);
  }

  std::vector<violation> part_of(json::value const& value) {
    json::value const request = json::object{{"method", o_.as}};
    switch (wire::classify(value)) {
    case wire::message_kind::request:
    case wire::message_kind::notification:
      if (wire::method_of(value) != o_.as) return {{"/method", "", "method", "the method is not " + o_.as}};
      return by_either(value, nullptr);
    case wire::message_kind::response:
    case wire::message_kind::error: return by_either(value, &request);
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
    auto& methods = requests_[wire::serialize(*id)];
    if (methods.size() < 4 && std::find(methods.begin(), methods.end(), method) == methods.end())
      methods.push_back(method);
  }

  void tell(std::string const& where, int line, std::vector<violation> found) {
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
      if (report_.size() < most_reported)
        report_.push_back(json::object{{"file", where}, {"line", line}, {"violations", std::move(list)}});
      return;
    }
    auto const place = where + (line ? ":" + std::to_string(line) : "");
    if (found.empty()) {
      if (!line) std::cout << place << ": valid\n";
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

  message::schemas& schemas_;
  options const& o_;
  std::vector<sender> senders_;
  wire::parser parser_;
  std::map<std::string, std::vector<std::string>, std::less<>> requests_; ///< id -> methods that were asked with it
  int valid_ = 0;
  int invalid_ = 0;
  json::array report_;
};

/// A first line that is JSON by itself makes the input JSON lines; else the whole is one document.
void read(std::istream& in, std::string const& where, validation& into) {
  std::string first, line;
  bool too_long = false;
  int number = 0;
  while (read_line(in, first, too_long)) {
    ++number;
    if (too_long || !blank(first)) break;
  }
  if (too_long) return into.too_long(where, number);
  if (!blank(first) && wire::parse(first).has_error()) {
    // More than one line of one document, or lines of which the first is broken.
    std::string whole = first;
    std::vector<std::string> lines{first};
    while (whole.size() < longest_input && read_line(in, line, too_long)) {
      whole += "\n" + line;
      lines.push_back(line);
    }
    if (wire::parse(whole).has_value() || lines.size() == 1 || wire::parse(lines[1]).has_error())
      return into.text(where, 0, whole);
    for (auto const& each : lines) {
      if (!blank(each)) into.text(where, number, each);
      ++number;
    }
  } else {
    bool const more = in.peek() != std::char_traits<char>::eof();
    if (!blank(first)) into.text(where, more ? number : 0, first);
  }
  while (read_line(in, line, too_long)) {
    ++number;
    if (too_long)
      into.too_long(where, number);
    else if (!blank(line))
      into.text(where, number, line);
  }
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
  if (o.schemas.empty()) return message::schemas::load(*c.store, revision);
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
  return message::schemas::load(*own, revision);
}

int run(context const& c, options const& o) {
  auto revisions = revision::table::load(*c.store);
  if (revisions.has_error()) return complain("validate", revisions.error());
  auto revision = find_revision(*revisions, o.revision);
  if (revision.has_error()) return complain("validate", revision.error());
  auto schemas = schemas_for(c, o, (*revision)->name);
  if (schemas.has_error()) return complain("validate", schemas.error());
  if (!o.as.empty() && !schemas->has_method(o.as)) {
    auto names = schemas->definitions();
    if (std::find(names.begin(), names.end(), o.as) == names.end()) {
      auto const methods = schemas->methods();
      names.insert(names.end(), methods.begin(), methods.end());
      auto const close = nearest(o.as, names);
      return complain("validate", {"--as " + o.as, "is no method or definition of " + (*revision)->name,
                                   close.empty() ? "mcp-assay schema " + (*revision)->name + " shows what there is"
                                                 : "did you mean " + choices(close) + "?"});
    }
  }

  validation into(*schemas, o);
  for (auto const& file : o.files) {
    if (file == "-") {
      read(std::cin, "-", into);
      continue;
    }
    std::ifstream in(file, std::ios::binary);
    if (!in || in.peek() == std::char_traits<char>::eof())
      return complain("validate",
                      {file, in.is_open() ? "is empty or no file" : "cannot be read", "is the path right?"});
    read(in, file, into);
  }
  int const all = into.valid() + into.invalid();
  if (o.format == "json")
    std::cout << wire::pretty(json::object{{"revision", (*revision)->name},
                                           {"valid", into.valid()},
                                           {"invalid", into.invalid()},
                                           {"documents", into.take_report()}})
              << '\n';
  else if (all > 1)
    std::cout << into.valid() << " of " << all << " valid\n";
  return into.invalid() ? not_met : met;
}

} // namespace

void add_validate(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("validate", about);
  auto o = std::make_shared<options>();
  verb->add_option("--revision", o->revision, "The revision of the specification, or `latest`")
      ->required()
      ->type_name("R");
  verb->add_option("--as", o->as, "What it is: a method (then params, or a result) or a definition (then a bare value)")
      ->type_name("METHOD|DEFINITION");
  verb->add_option("--direction", o->direction, "Who sent it: client or server; without it either may have")
      ->check(CLI::IsMember({"client", "server"}))
      ->type_name("SIDE");
  verb->add_option("--schemas", o->schemas,
                   "Other schemas: the specification's own (schema/ in its checkout, or a schema.json), or a "
                   "folder like ours")
      ->type_name("DIR");
  verb->add_option("--format", o->format, "text or json")->check(CLI::IsMember({"text", "json"}))->type_name("FORMAT");
  verb->add_option("files", o->files, "Files with a JSON document or JSON lines; - is standard input")->required();
  verb->callback([&c, o] { c.exit_code = run(c, *o); });
}

} // namespace assay::cli
