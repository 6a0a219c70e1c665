// mcp-assay client: tests a client. We play its server.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/judging.hpp"
#include "conformance/cli/verbs.hpp"

namespace assay::cli {

void add_client(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand(
      "client", "Tests a client: started with our URL, or on the other end of a pipe\n\n"
                "The client is told what to do by MCP_CONFORMANCE_SCENARIO and MCP_CONFORMANCE_PROTOCOL_VERSION.\n\n"
                "Examples:\n"
                "  mcp-assay client --command 'node everything-client.js'\n"
                "  mcp-assay client --stdio-client './my-client --over-stdio'");
  auto j = std::make_shared<judging>();
  auto& subject = j->run.subject;
  auto* command =
      verb->add_option("--command", subject.client, "Shell command of a client; our URL is appended")->type_name("CMD");
  verb->add_option("--stdio-client", subject.stdio_client,
                   "Shell command of a client that writes to its stdout and reads its stdin")
      ->type_name("CMD")
      ->excludes(command);
  verb->add_option("--sse-client", subject.sse_client,
                   "Shell command of a client that speaks HTTP+SSE, the transport before Streamable HTTP; the URL of "
                   "our event stream "
                   "is appended")
      ->type_name("CMD")
      ->excludes(command);
  add_judging_options(*verb, *j);
  verb->callback([j, &c] {
    if (!j->run.subject.is_client()) {
      c.exit_code =
          tell({"mcp-assay client", "needs a subject", "give --command CMD, --sse-client CMD or --stdio-client CMD"});
      return;
    }
    c.exit_code = judge_subject(c, *j);
  });
}

} // namespace assay::cli
