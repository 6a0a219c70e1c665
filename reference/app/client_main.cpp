// mcp-reference-client: the client the specification describes, and with --fault one it forbids.
#include "reference/app/client_driver.hpp"
#include "reference/client/scenarios.hpp"
#include "reference/session/random.hpp"

#include <cstdio>

namespace {

int complain(assay::wire::problem const& why, int code) {
  std::fprintf(stderr, "mcp-reference-client: %s\n", to_string(why).c_str());
  return code;
}

void write_line(std::FILE* to, std::string_view prefix, std::string_view line) {
  std::fprintf(to, "%.*s%.*s\n", static_cast<int>(prefix.size()), prefix.data(), static_cast<int>(line.size()),
               line.data());
  std::fflush(to);
}

} // namespace

int main(int count, char** arguments) {
  using namespace assay;
  auto const options = app::read_client_options({arguments + 1, arguments + count});
  if (!options) return complain(options.error(), 2);
  if (options->help) return std::fputs(app::client_usage().c_str(), stdout) < 0;
  if (options->version) return std::puts("mcp-reference-client " ASSAY_VERSION) < 0;

  auto const store = data::store::embedded();
  auto const table = revision::table::load(store);
  if (!table) return complain(table.error(), 2);

  client::settings settings;
  settings.revisions = &*table;
  settings.revision = options->revision;
  bool const own_streams = options->command.empty() && options->url == "stdio:";
  settings.transport = own_streams || !options->command.empty() ? "stdio" : "streamable-http";
  settings.answer_time = options->answer_time;
  settings.probe_time = options->probe_time;
  settings.roots = options->roots;
  if (!options->command.empty()) settings.restarts = 3;
  settings.as_json = options->as_json;
  settings.progress = options->progress;
  settings.as_task = options->as_task;
  settings.asks_user = options->asks_user;
  settings.ping_every = options->ping_every;
  settings.trace = options->trace;
  settings.longest_time = options->longest_time;
  // With the server at our standard streams, stdout is for messages only. [stdio.stdin-only-messages]
  settings.print = [own_streams](std::string_view line) { write_line(own_streams ? stderr : stdout, "", line); };
  settings.note = [](std::string_view line) { write_line(stderr, "", line); };
  settings.warn = [](std::string_view line) { write_line(stderr, "mcp-reference-client: ", line); };

  settings.wall_clock = [] {
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  };
  settings.unguessable = [] { return session::random_hex(16); };

  client::state state(std::move(settings));
  auto verbs = options->verbs;
  if (verbs.empty() && options->scenario.empty()) verbs.push_back({"list", {}});
  auto main_task = verbs.empty() ? client::run_scenario(state, options->scenario, options->context)
                                 : client::run_verbs(state, std::move(verbs));
  auto const code = app::drive_client(state, std::move(main_task), *options);
  if (!code) return complain(code.error(), 1);
  return *code;
}
