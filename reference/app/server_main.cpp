// mcp-reference-server: the server the specification describes, and with --fault one it forbids.
#include "reference/app/serve_http.hpp"
#include "reference/app/serve_stdio.hpp"
#include "reference/session/random.hpp"

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

  // A revision is spoken over the transports that carry it; over HTTP there are two.
  std::vector<std::string_view> const transports = options->http_port
                                                       ? std::vector<std::string_view>{"streamable-http", "http+sse"}
                                                       : std::vector<std::string_view>{"stdio"};
  for (auto const& name : options->revisions) {
    auto const* const one = table->find(name);
    if (!one) return complain({"--revision", "there is no revision " + name, "fixtures/revisions.json lists them"});
    if (std::none_of(transports.begin(), transports.end(), [&](auto transport) { return one->carries(transport); }))
      return complain({"--revision", name + " is not carried by " + std::string(transports[0]), "leave it out"});
  }
  auto const spoken = [&](std::string_view transport) {
    std::vector<revision::revision const*> out;
    auto const& wanted = options->revisions;
    for (auto const& one : table->all()) {
      bool const chosen = wanted.empty() || std::find(wanted.begin(), wanted.end(), one.name) != wanted.end();
      if (chosen && one.carries(transport)) out.push_back(&one);
    }
    return out;
  };
  server::settings settings;
  settings.revisions = spoken(transports[0]);
  settings.page_size = options->page_size;
  settings.ping_every = options->ping_every;
  settings.limits.answer_time = options->answer_time;
  settings.secret = session::random_hex(32);
  settings.unguessable = [] { return session::random_hex(16); };
  settings.now = [] {
    auto const since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  };

  if (!options->http_port) {
    server::core core(std::move(settings));
    return app::serve_stdio(core, options->mutant);
  }
  auto of_sse = settings;
  of_sse.revisions = spoken("http+sse");
  server::core streamable(std::move(settings));
  server::core sse(std::move(of_sse));
  return app::serve_http(streamable, sse, *options);
}
