#include "reference/app/server_options.hpp"

#include "reference/app/seconds.hpp"

#include <charconv>
#include <fstream>
#include <iterator>

namespace assay::app {
namespace {

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The text itself, or that of the file it names; nothing when that cannot be read.
std::optional<std::string> read_fault(std::string const& value) {
  if (!value.starts_with('@')) return value;
  std::ifstream file(value.substr(1), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

} // namespace

std::string_view server_usage() {
  return "mcp-reference-server [--http PORT [--tls CERTIFICATE KEY] [--allow-origin O]...] [--revision R]...\n"
         "                     [--page-size N] [--ping-every S] [--timeout S] [--fault JSON|@FILE]...\n"
         "\n"
         "The MCP server that the specification describes, on standard input and output, or over HTTP.\n"
         "\n"
         "  --http PORT         serve Streamable HTTP and HTTP with SSE on 127.0.0.1; 0 lets the system choose the "
         "port\n"
         "  --tls CERT KEY      the same over HTTPS, with a certificate and its key in PEM files\n"
         "  --revision R        speak this revision of the specification (again for more; all without it)\n"
         "  --page-size N       entries on a page of tools/list and other lists (5)\n"
         "  --ping-every S      ping the client of a session so often; without an answer in --timeout its connection "
         "ends\n"
         "  --timeout S         seconds the client has to answer (60)\n"
         "  --fault JSON|@FILE  behave as this mutant: a rewrite or a named fault, see docs/interpreting.md\n"
         "  --allow-origin O    take requests from this Origin too (loopback ones on our port are taken anyway)\n"
         "  --help, --version\n";
}

wire::result<server_options> read_server_options(std::vector<std::string> const& arguments) {
  server_options read;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto const& name = arguments[i];
    if (name == "--help" || name == "-h") {
      read.help = true;
      continue;
    }
    if (name == "--version") {
      read.version = true;
      continue;
    }
    bool const known = name == "--http" || name == "--revision" || name == "--page-size" || name == "--fault" ||
                       name == "--allow-origin" || name == "--tls" || name == "--ping-every" || name == "--timeout";
    if (!known) return wire::problem{name, "there is no such option", "--help lists them"};
    std::size_t const wanted = name == "--tls" ? 2 : 1;
    if (i + wanted >= arguments.size())
      return wire::problem{name, wanted == 1 ? "its value is missing" : "it takes two values",
                           "--help shows what it takes"};
    auto const& value = arguments[++i];
    if (name == "--http") {
      read.http_port = read_number<std::uint16_t>(value);
      if (!read.http_port) return wire::problem{name, "'" + value + "' is no port", "0 lets the system choose one"};
    } else if (name == "--revision") {
      read.revisions.push_back(value);
    } else if (name == "--page-size") {
      auto const size = read_number<std::size_t>(value);
      if (!size || *size == 0) return wire::problem{name, "'" + value + "' is no page size", "1 or more"};
      read.page_size = *size;
    } else if (name == "--ping-every" || name == "--timeout") {
      auto const time = read_seconds(name, value);
      if (!time) return time.error();
      (name == "--timeout" ? read.answer_time : read.ping_every) = *time;
    } else if (name == "--fault") {
      auto const text = read_fault(value);
      if (!text)
        return wire::problem{value.substr(1), "this file cannot be read",
                             "the value of --fault is JSON, or @ and a path"};
      if (auto const added = faults::add_mutant(read.mutant, *text, "server"); !added) return added.error();
    } else if (name == "--tls") {
      read.certificate_file = value;
      read.key_file = arguments[++i];
    } else {
      read.allowed_origins.push_back(value);
    }
  }
  if (!read.http_port && !read.certificate_file.empty())
    return wire::problem{"--tls", "there is no TLS on standard streams", "--http PORT goes with it"};
  return read;
}

} // namespace assay::app
