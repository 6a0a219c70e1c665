// mcp-assay server: tests a server. We play its client.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/judging.hpp"
#include "conformance/cli/verbs.hpp"

namespace assay::cli {

void add_server(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand(
      "server", "Tests a server: over stdio, at a URL, or started by a command that listens\n\n"
                "Examples:\n"
                "  mcp-assay server --stdio 'npx -y @modelcontextprotocol/server-everything'\n"
                "  mcp-assay server --url http://127.0.0.1:3000/mcp --only tools\n"
                "  mcp-assay server --http-command 'PORT={port} node server.js' --url 'http://127.0.0.1:{port}/mcp'\n"
                "  mcp-assay server --sse-url http://127.0.0.1:3000/sse\n"
                "  mcp-assay server --stdio ./server --known-failures known-failures.txt --out out");
  auto j = std::make_shared<judging>();
  auto& subject = j->run.subject;
  auto* stdio =
      verb->add_option("--stdio", subject.stdio, "Shell command of a server that speaks on its standard streams")
          ->type_name("CMD");
  auto* url = verb->add_option("--url", subject.url, "URL of a server that listens")->type_name("URL")->excludes(stdio);
  verb->add_option(
          "--sse-url", subject.sse_url,
          "URL of the event stream of a server that speaks HTTP+SSE, the transport before Streamable HTTP. With "
          "--http-command also a path alone, at the address that the command prints")
      ->type_name("URL")
      ->excludes(stdio)
      ->excludes(url);
  verb->add_option(
          "--http-command", subject.http_command,
          "Shell command of a server that listens; {port} becomes a free port. Without --url, the URL it prints")
      ->type_name("CMD")
      ->excludes(stdio);
  add_judging_options(*verb, *j);
  verb->callback([j, &c] {
    auto const& s = j->run.subject;
    if (s.stdio.empty() && s.url.empty() && s.sse_url.empty() && s.http_command.empty()) {
      c.exit_code = tell(
          {"mcp-assay server", "needs a subject", "give --stdio CMD, --url URL, --sse-url URL or --http-command CMD"});
      return;
    }
    if (s.sse_url.starts_with('/') && s.http_command.empty()) {
      c.exit_code = tell({"--sse-url " + s.sse_url, "is no URL", "a path alone needs --http-command"});
      return;
    }
    c.exit_code = judge_subject(c, *j);
  });
}

} // namespace assay::cli
