// mcp-assay new: a file to start from, so that nobody begins with an empty page.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/verbs.hpp"
#include "reference/wire/json.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace assay::cli {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr char const* about = R"(Writes a requirement, scenario, rule or mutant to start from.

Examples:
  mcp-assay new requirement server/tools names-unique    adds it to fixtures/requirements/server/tools.json
  mcp-assay new scenario server/tools unknown-tool       writes fixtures/scenarios/server/tools/unknown-tool.json
In a checkout, or with --data DIR. What exists is never overwritten.)";

struct options {
  std::string kind;
  std::string page;
  std::string name;
};

bool is_name(std::string_view text, bool slashes) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z' || text.back() == '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    bool const good =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (slashes && c == '/' && text[i - 1] != '/');
    if (!good) return false;
  }
  return true;
}

/// A requirement of the page that the new file can point at, and its side.
struct target {
  std::string id;
  std::string subject = "server";
};

target target_of(catalogue::catalogue const& all, options const& o) {
  for (auto const& r : all.requirements)
    if (r.page == o.page && r.observable != "outside") return {r.id, r.subject == "client" ? "client" : "server"};
  return {catalogue::prefix_of(o.page) + ".claim"};
}

json::object skeleton(options const& o, catalogue::catalogue const& all) {
  auto const to = target_of(all, o);
  if (o.kind == "requirement")
    return {{"id", catalogue::prefix_of(o.page) + "." + o.name},
            {"level", "MUST"},
            {"subject", "server"},
            {"says", "does what this page asks for: say it in the present tense"},
            {"since", all.revisions.all().back().name},
            {"observable", "wire"},
            {"statements", json::array{}}};
  if (o.kind == "rule")
    return {{"name", o.name},
            {"requirement", to.id},
            {"over", "frames"},
            {"for_each", {{"/from", {{"equals", "subject"}}}, {"/kind", {{"equals", "response"}}}}},
            {"holds", {{"/message/result", {{"type", "object"}}}}}};
  if (o.kind == "mutant")
    return {{"breaks", to.id},
            {"role", to.subject},
            {"rewrite",
             {{"match", {{"/direction", "out"}, {"/kind", "response"}}},
              {"patch", json::array{json::object{{"op", "add"}, {"path", "/result/broken"}, {"value", true}}}}}}};
  bool const server = to.subject == "server";
  json::array steps;
  if (!server) steps.push_back(json::object{{"goal", "initialize"}});
  auto const request = json::object{{"send", {{"request", {{"method", "tools/list"}}}}}, {"as", "right"}};
  if (server) {
    steps.push_back(request);
    steps.push_back(json::object{{"expect", {{"answer_to", "right"}}},
                                 {"holds", {{"/kind", {{"equals", "response"}}}}},
                                 {"control", true},
                                 {"checks", {{to.id, {{"/message/result", {{"type", "object"}}}}}}}});
  } else {
    steps.push_back(json::object{{"expect", {{"request", "tools/list"}}},
                                 {"checks", {{to.id, {{"/message/method", {{"equals", "tools/list"}}}}}}}});
  }
  std::string title = o.name;
  std::replace(title.begin(), title.end(), '-', ' ');
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return {{"title", title.size() < 8 ? title + ": what happens" : title},
          {"plays", server ? "client" : "server"},
          {"connection", server ? "shared" : "own"},
          {"steps", std::move(steps)}};
}

wire::result<void> write(fs::path const& path, std::string const& text) {
  std::error_code ec;
  fs::create_directories(path.parent_path(), ec);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  if (!out) return wire::problem{path.string(), "cannot be written", "is the folder yours?"};
  return {};
}

/// Puts an entry at the end of a file that is a list, leaving the rest as it is.
wire::result<void> append(fs::path const& path, json::object const& entry) {
  auto const text = "  " + wire::pretty(entry, 100);
  std::string indented;
  for (char c : text)
    indented += c == '\n' ? std::string("\n  ") : std::string(1, c);
  if (!fs::exists(path)) return write(path, "[\n" + indented + "\n]\n");
  std::ifstream in(path, std::ios::binary);
  std::string old((std::istreambuf_iterator<char>(in)), {});
  auto const parsed = wire::parse_value(old);
  auto const end = old.find_last_of(']');
  if (parsed.has_error() || !parsed->is_array() || end == std::string::npos)
    return wire::problem{path.string(), "is no list", "run mcp-assay check-data --data on its folder"};
  old.resize(end);
  while (!old.empty() && (old.back() == '\n' || old.back() == ' '))
    old.pop_back();
  return write(path, old + (parsed->get_array().empty() ? "\n" : ",\n") + indented + "\n]\n");
}

int run(context const& c, options const& o) {
  if (!is_name(o.page, true))
    return complain("new", {o.page, "is no page", "name it as the specification does: server/utilities/pagination"});
  if (!is_name(o.name, false))
    return complain("new", {o.name, "is no name", "lower-case letters, digits and hyphens, a letter first"});
  fs::path const root = c.data_folder.empty() ? "." : c.data_folder;
  if (!fs::is_directory(root / "fixtures"))
    return complain("new", {root.string(), "has no folder fixtures", "run it in a checkout, or say --data DIR"});
  auto store = data::store::folder(root.string());
  if (store.has_error()) return complain("new", store.error());
  auto all = catalogue::load(std::make_shared<data::store const>(std::move(*store)));
  if (all.has_error()) return complain("new", all.error());

  fs::path path;
  bool taken = false;
  if (o.kind == "requirement") {
    path = root / "fixtures/requirements" / (o.page + ".json");
    taken = all->find_requirement(catalogue::prefix_of(o.page) + "." + o.name);
  } else if (o.kind == "rule") {
    path = root / "fixtures/rules" / (o.page + ".json");
    for (auto const& r : all->rules)
      taken = taken || (r.page == o.page && r.name == o.name);
  } else {
    path = root / ("fixtures/" + o.kind + "s") / o.page / (o.name + ".json");
    taken = fs::exists(path);
  }
  if (taken)
    return complain("new",
                    {path.string(), "has a " + o.kind + " of that name", "choose another name; nothing was written"});
  auto const entry = skeleton(o, *all);
  auto const written =
      o.kind == "requirement" || o.kind == "rule" ? append(path, entry) : write(path, wire::pretty(entry, 100) + "\n");
  if (written.has_error()) return complain("new", written.error());
  std::cout << path.lexically_normal().string() << "\n  -> fill it in, then: mcp-assay check-data --data "
            << root.string() << '\n';
  return met;
}

} // namespace

void add_new(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand("new", about);
  auto o = std::make_shared<options>();
  verb->add_option("kind", o->kind, "requirement, scenario, rule or mutant")
      ->required()
      ->check(CLI::IsMember({"requirement", "scenario", "rule", "mutant"}));
  verb->add_option("page", o->page, "The page of the specification: server/tools")->required();
  verb->add_option("name", o->name, "Its name: unknown-tool")->required();
  verb->callback([&c, o] { c.exit_code = run(c, *o); });
}

} // namespace assay::cli
