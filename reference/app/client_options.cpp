#include "reference/app/client_options.hpp"

#include "reference/app/seconds.hpp"

#include "reference/session/trace_context.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace assay::app {
namespace {

std::string environment(char const* name) {
  char const* const value = std::getenv(name);
  return value ? value : "";
}

wire::result<void> add_fault(faults::mutant& to, std::string const& value) {
  if (!value.starts_with('@')) return faults::add_mutant(to, value, "client");
  std::ifstream file(value.substr(1), std::ios::binary);
  if (!file) return wire::problem{value.substr(1), "this file cannot be read", "--fault takes JSON, or @ and a path"};
  std::string const text((std::istreambuf_iterator<char>(file)), {});
  return faults::add_mutant(to, text, "client");
}

/// One option with its value.
wire::result<void> take(client_options& out, std::string const& name, std::string const& value) {
  if (name == "--stdio") out.command = value;
  if (name == "--revision") out.revision = value;
  if (name == "--root") {
    // [roots.file-uris]
    if (!value.starts_with("file://"))
      return wire::problem{name, "'" + value + "' is no file URI", "roots are named by file: URIs, as file:///home/me"};
    out.roots.push_back(value);
  }
  if (name == "--traceparent") {
    // [basic.trace-context-format]
    if (!session::is_traceparent(value))
      return wire::problem{name, "'" + value + "' is no traceparent",
                           "00-<32 hex digits>-<16 hex digits>-<2 hex digits>"};
    out.trace["traceparent"] = value;
  }
  if (name == "--ping-every") {
    auto const time = read_seconds(name, value);
    if (!time) return time.error();
    out.ping_every = *time;
  }
  if (name == "--open-urls") {
    if (value != "never" && value != "ask") return wire::problem{name, "'" + value + "' is neither never nor ask", {}};
    out.asks_user = value == "ask";
    if (out.asks_user && !isatty(STDIN_FILENO))
      return wire::problem{name, "there is nobody to ask: standard input is no terminal", "never is the default"};
  }
  if (name == "--ca-file") out.ca_file = value;
  if (name == "--fault") return add_fault(out.mutant, value);
  if (name == "--timeout" || name == "--max-timeout" || name == "--probe-timeout") {
    auto const time = read_seconds(name, value);
    if (!time) return time.error();
    auto& wanted = name == "--timeout" ? out.answer_time : name == "--max-timeout" ? out.longest_time : out.probe_time;
    wanted = *time;
  }
  return {};
}

/// The trace that whoever started us is a part of, as tracing tools hand it on. What is malformed is left out, as W3C
/// wants it, and without a parent the rest means nothing.
void take_trace(client_options& out) {
  auto const parent = environment("TRACEPARENT");
  if (!out.trace.contains("traceparent") && session::is_traceparent(parent)) out.trace["traceparent"] = parent;
  auto const state = environment("TRACESTATE");
  if (out.trace.contains("traceparent") && session::is_tracestate(state)) out.trace["tracestate"] = state;
  auto const baggage = environment("BAGGAGE");
  if (session::is_baggage(baggage)) out.trace["baggage"] = baggage;
}

/// What a suite wants of this run, unless the command line says it.
wire::result<void> take_environment(client_options& out) {
  if (out.revision.empty()) out.revision = environment("MCP_CONFORMANCE_PROTOCOL_VERSION");
  if (!out.verbs.empty()) return {};
  out.scenario = environment("MCP_CONFORMANCE_SCENARIO");
  std::string const context = environment("MCP_CONFORMANCE_CONTEXT");
  if (context.empty()) return {};
  auto parsed = wire::parse_value(context);
  if (!parsed || !parsed->is_object()) return wire::problem{"MCP_CONFORMANCE_CONTEXT", "is no JSON object", {}};
  out.context = std::move(parsed->get_object());
  return {};
}

} // namespace

std::string client_usage() {
  return "mcp-reference-client [OPTION...] URL [VERB...]\n"
         "mcp-reference-client [OPTION...] --stdio COMMAND [VERB...]\n"
         "\n"
         "The MCP client that the specification describes. URL is that of a server over Streamable HTTP, or stdio: for "
         "a\n"
         "server at the other end of our own standard input and output. Verbs are done one after the other:\n"
         "\n" +
         std::string(client::verbs_help()) +
         "\n"
         "Without a verb: the scenario that MCP_CONFORMANCE_SCENARIO names, else list.\n"
         "\n"
         "  --stdio COMMAND     start this server and speak to it through its standard streams\n"
         "  --revision R        speak this revision of the specification (else what the server speaks)\n"
         "  --json              print results as JSON\n"
         "  --progress          ask for reports of progress, and print them on stderr\n"
         "  --task              call tools as tasks where they leave the choice\n"
         "  --ping-every S      ping the server of a session so often; without an answer in --timeout the connection "
         "is "
         "over\n"
         "  --traceparent T     the trace that this is a part of (else the environment's TRACEPARENT)\n"
         "  --timeout S         seconds to wait for an answer (30); each report of progress begins them anew\n"
         "  --max-timeout S     seconds to wait whatever progress is reported (300)\n"
         "  --probe-timeout S   seconds that a server over stdio may be silent before it counts as a legacy one (10)\n"
         "  --root URI          a root to tell servers that ask (again for more)\n"
         "  --open-urls HOW     when a server wants you to visit a page: ask you here, or never do so (the default)\n"
         "  --ca-file FILE      the authorities to trust over https, in PEM\n"
         "  --fault JSON|@FILE  behave as this mutant, see docs/interpreting.md (again for more)\n"
         "  --help, --version\n";
}

wire::result<client_options> read_client_options(std::vector<std::string> const& arguments) {
  client_options out;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto const& name = arguments[i];
    if (!words.empty() || !name.starts_with("--")) {
      // Options may also follow the URL, but not a verb: a URI or a name may look like one.
      bool const after_url = words.size() == 1 && out.command.empty() && name.starts_with("--");
      if (!after_url) {
        words.push_back(name);
        continue;
      }
    }
    if (name == "--help") out.help = true;
    if (name == "--version") out.version = true;
    if (name == "--json") out.as_json = true;
    if (name == "--progress") out.progress = true;
    if (name == "--task") out.as_task = true;
    if (name == "--help" || name == "--version" || name == "--json" || name == "--progress" || name == "--task")
      continue;
    static constexpr std::array<std::string_view, 11> known{
        "--stdio",   "--revision",    "--root",       "--ca-file",     "--open-urls",    "--fault",
        "--timeout", "--max-timeout", "--ping-every", "--traceparent", "--probe-timeout"};
    if (std::find(known.begin(), known.end(), name) == known.end())
      return wire::problem{name, "there is no such option", "--help lists them"};
    if (i + 1 == arguments.size()) return wire::problem{name, "its value is missing", "--help shows what it takes"};
    auto const taken = take(out, name, arguments[++i]);
    if (!taken) return taken.error();
  }
  if (out.help || out.version) return out;
  if (out.command.empty()) {
    if (words.empty()) return wire::problem{"", "there is no server to speak to", "give a URL or --stdio COMMAND"};
    out.url = words.front();
    words.erase(words.begin());
  }
  auto verbs = client::parse_verbs(words);
  if (!verbs) return verbs.error();
  out.verbs = std::move(*verbs);
  take_trace(out);
  auto const told = take_environment(out);
  if (!told) return told.error();
  return out;
}

} // namespace assay::app
