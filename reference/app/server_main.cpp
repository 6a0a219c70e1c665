// mcp-reference-server: the server the specification describes, and with --fault one it forbids.
#include "reference/app/serve_http.hpp"
#include "reference/app/serve_stdio.hpp"
#include "reference/server/seal.hpp"

#include <chrono>
#include <cstdio>

namespace {

int complain(assay::wire::problem const& why) {
  std::fprintf(stderr, "mcp-reference-server: %s\n", to_string(why).c_str());
  return 2;
}

} // namespace

int main(int count, char** arguments) {
  using namespace assay;
  auto const options = app::read_server_options({arguments + 1, arguments + count});
  if (!options) return complain(options.error());
  if (options->help) return std::fputs(app::server_usage().data(), stdout) < 0;
  if (options->version) return std::puts("mcp-reference-server " ASSAY_VERSION) < 0;

  auto const store = data::store::embedded();
  auto const table = revision::table::load(store);
  if (!table) return complain(table.error());

  server::settings settings;
  std::string_view const transport = options->http_port ? "streamable-http" : "stdio";
  for (auto const& name : options->revisions) {
    auto const* const one = table->find(name);
    if (!one) return complain({"--revision", "there is no revision " + name, "fixtures/revisions.json lists them"});
    if (!one->carries(transport))
      return complain({"--revision", name + " is not carried by " + std::string(transport), "leave it out"});
  }
  for (auto const& one : table->all()) {
    auto const& wanted = options->revisions;
    bool const chosen = wanted.empty() || std::find(wanted.begin(), wanted.end(), one.name) != wanted.end();
    if (chosen && one.carries(transport)) settings.revisions.push_back(&one);
  }
  settings.page_size = options->page_size;
  settings.secret = server::random_hex(32);
  settings.unguessable = [] { return server::random_hex(16); };
  settings.now = [] {
    auto const since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  };

  server::core core(std::move(settings));
  return options->http_port ? app::serve_http(core, *options) : app::serve_stdio(core, options->mutant);
}
