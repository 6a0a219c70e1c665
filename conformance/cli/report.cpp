// mcp-assay report: a record as people or programs want it; docs/reports.md.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/records.hpp"
#include "conformance/cli/verbs.hpp"
#include "reports/formats.hpp"

namespace assay::cli {

namespace {

struct reporting {
  std::vector<std::string> records;
  std::string format = "terminal";
  std::string out = "-";
};

} // namespace

void add_report(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand(
      "report", "Shows records of runs: as text, a page, or for a CI server\n\n"
                "Examples:\n"
                "  mcp-assay report out/record.jsonl --format html --out report.html\n"
                "  mcp-assay report out --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n"
                "  mcp-assay report out/stdio out/http --format junit --out junit.xml\n"
                "  mcp-assay report mine=out/mine theirs=out/theirs --format matrix --out matrix.html");
  auto r = std::make_shared<reporting>();
  verb->add_option("records", r->records,
                   "Records, or folders with record.jsonl in them; several make one report. NAME= before it names what "
                   "was tested")
      ->type_name("[NAME=]RECORD")
      ->required();
  verb->add_option("--format", r->format,
                   "terminal, html, matrix, markdown, json, junit, sarif, tap, badge or endpoint")
      ->check(CLI::IsMember(reports::formats()))
      ->capture_default_str();
  verb->add_option("--out", r->out, "The file to write; - is stdout")->type_name("PATH")->capture_default_str();
  verb->callback([r, &c] {
    auto records = read_records(r->records);
    if (records.has_error()) {
      c.exit_code = complain("report", records.error());
      return;
    }
    auto const model = reports::build(*records);
    bool const shown = r->out == "-";
    auto const text = reports::render(model, r->format, shown && colours(), shown ? terminal_width() : 120);
    if (auto written = write_text(r->out, text); written.has_error()) c.exit_code = complain("report", written.error());
  });
}

} // namespace assay::cli
