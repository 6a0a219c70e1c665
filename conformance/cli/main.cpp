// mcp-assay: global options, and what happens when the command line is wrong. The work is in the verbs, one a file.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/suggest.hpp"
#include "conformance/cli/verbs.hpp"
#include "reference/revision/revision.hpp"

#include <iostream>

namespace {

namespace cli = assay::cli;

constexpr char const* about = R"(Says whether an implementation of the Model Context Protocol conforms, and shows why.

Examples:
  mcp-assay server --stdio 'node my-server.js'          test a server on its standard streams
  mcp-assay server --url http://127.0.0.1:3000/mcp      test one that already listens
  mcp-assay client --command 'node my-client.js'        test a client: we play the server
  mcp-assay explain pagination.invalid-cursor-rejected  what a check wants, and where it is written
  mcp-assay list tools                                  the checks whose ids have "tools" in them
  mcp-assay validate --revision latest message.json     messages against the schemas, without a run)";

constexpr char const* codes = R"(Exit codes: 0 met; 1 not met; 2 the command line is wrong; 3 the run is incomplete.
`mcp-assay VERB --help` has a verb's options and examples.)";

/// The library's layout, with only the first line of a verb's description in the list of verbs.
struct layout : CLI::Formatter {
  std::string make_description(CLI::App const* app) const override {
    return CLI::Formatter::make_description(app) + "\n";
  }

  std::string make_subcommand(CLI::App const* verb) const override {
    auto const text = verb->get_description();
    std::ostringstream out;
    CLI::detail::format_help(out, "  " + verb->get_name(), text.substr(0, text.find('\n')), get_column_width());
    return out.str();
  }
};

std::vector<std::string> names_of(CLI::App const& app, bool options) {
  std::vector<std::string> out;
  if (!options) {
    for (auto const* verb : app.get_subcommands([](CLI::App const*) { return true; }))
      out.push_back(verb->get_name());
    return out;
  }
  for (auto const* at = &app; at; at = at->get_parent())
    for (auto const* option : at->get_options())
      for (auto const& name : option->get_lnames())
        out.push_back("--" + name);
  return out;
}

/// The verb that was being read when the command line went wrong.
CLI::App const* current(CLI::App const& app) {
  auto const verbs = app.get_subcommands();
  return verbs.empty() ? &app : current(*verbs.back());
}

int wrong(CLI::App const& app, CLI::Error const& error) {
  auto const* at = current(app);
  std::string name = "mcp-assay";
  for (auto const* verb : app.get_subcommands())
    name += " " + verb->get_name();
  std::string what = error.what();
  std::vector<std::string> meant;
  if (auto const left = app.remaining(true); !left.empty() && (dynamic_cast<CLI::ExtrasError const*>(&error) ||
                                                               dynamic_cast<CLI::RequiredError const*>(&error))) {
    auto const typed = left.front().substr(0, left.front().find('='));
    bool const option = typed.starts_with("-");
    bool const verb = !option && !names_of(*at, false).empty();
    what = option ? "there is no option " + typed
           : verb ? "there is no verb " + typed
                  : "\"" + typed + "\" is one argument too many";
    meant = cli::nearest(typed, names_of(*at, option));
  } else if (app.get_subcommands().empty() && dynamic_cast<CLI::RequiredError const*>(&error)) {
    what = "which verb?";
  }
  std::cerr << name << ": " << what << '\n';
  if (!meant.empty()) {
    std::cerr << "  -> did you mean ";
    for (std::size_t i = 0; i < meant.size(); ++i)
      std::cerr << (i == 0 ? "" : i + 1 == meant.size() ? " or " : ", ") << meant[i];
    std::cerr << "?\n";
  }
  std::cerr << "  -> " << name << " --help\n";
  return cli::usage;
}

assay::wire::result<std::shared_ptr<assay::data::store const>> open_store(std::string const& folder) {
  if (folder.empty()) return std::make_shared<assay::data::store const>(assay::data::store::embedded());
  auto store = assay::data::store::folder(folder);
  if (store.has_error()) return store.error();
  return std::make_shared<assay::data::store const>(std::move(*store));
}

int show_version(assay::data::store const& store) {
  auto const revisions = assay::revision::table::load(store);
  if (revisions.has_error()) return cli::tell(revisions.error());
  std::cout << "mcp-assay " << ASSAY_VERSION << "\nrevisions ";
  char const* separator = "";
  for (auto const& revision : revisions->all()) {
    std::cout << separator << revision.name;
    separator = ", ";
  }
  std::cout << "\ndata " << store.digest() << '\n';
  return cli::met;
}

} // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  cli::context c;
  c.arguments.assign(argv + (argc > 0), argv + argc);

  CLI::App app(about, "mcp-assay");
  app.formatter(std::make_shared<layout>());
  app.get_formatter()->column_width(36);
  app.footer(codes);
  app.fallthrough();
  bool version = false;
  app.set_help_flag("-h,--help", "Shows this text");
  app.add_option("--data", c.data_folder, "Uses fixtures/ and schemas/ in this folder instead of those in the program")
      ->type_name("DIR");
  app.add_flag("--version", version, "Shows the version, the revisions it knows, and the digest of its data");

  cli::add_server(app, c);
  cli::add_client(app, c);
  cli::add_prove(app, c);
  cli::add_report(app, c);
  cli::add_diff(app, c);
  cli::add_certify(app, c);
  cli::add_verify(app, c);
  cli::add_list(app, c);
  cli::add_explain(app, c);
  cli::add_validate(app, c);
  cli::add_schema(app, c);
  cli::add_check_data(app, c);
  cli::add_new(app, c);

  std::optional<int> ended;
  // Before any verb's callback: the first moment when it is known that data are wanted, and from where.
  app.parse_complete_callback([&] {
    auto store = open_store(c.data_folder);
    if (store.has_error()) {
      ended = cli::tell(store.error());
      throw CLI::RuntimeError(*ended);
    }
    c.store = std::move(*store);
    if (version) {
      ended = show_version(*c.store);
      throw CLI::RuntimeError(*ended);
    }
    if (app.get_subcommands().empty()) throw CLI::RequiredError("verb");
  });
  try {
    app.parse(argc, argv);
  } catch (CLI::CallForHelp const&) {
    auto const* verb = current(app);
    std::cout << (verb == &app ? app.help() : verb->help("mcp-assay"));
    return cli::met;
  } catch (CLI::RuntimeError const& error) {
    return ended ? *ended : error.get_exit_code();
  } catch (CLI::Error const& error) {
    return wrong(app, error);
  } catch (std::exception const& error) {
    // Data that check-data would refuse, or a mistake of ours: no verdict either way.
    std::cerr << "mcp-assay: " << error.what() << "\n  -> does `mcp-assay check-data` accept the data?\n";
    return cli::incomplete;
  }
  std::cout.flush();
  return c.exit_code;
}
