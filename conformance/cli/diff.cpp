// mcp-assay diff: what changed between two runs; docs/reports.md.
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/records.hpp"
#include "conformance/cli/verbs.hpp"
#include "reports/diff.hpp"

namespace assay::cli {

namespace {

struct comparing {
  std::string before, after;
  std::string format = "text";
  std::string out = "-";
};

} // namespace

void add_diff(CLI::App& app, context& c) {
  auto* verb =
      app.add_subcommand("diff", "Compares two runs: new failures, fixed ones, what is judged now\n\n"
                                 "Exit code 1 when there is a new failure.\n\n"
                                 "Examples:\n"
                                 "  mcp-assay diff old/record.jsonl new/record.jsonl\n"
                                 "  mcp-assay diff before after --format markdown      folders: all records below");
  auto d = std::make_shared<comparing>();
  verb->add_option("old", d->before, "The earlier record, or a folder of records")->type_name("OLD")->required();
  verb->add_option("new", d->after, "The later record, or a folder of records")->type_name("NEW")->required();
  verb->add_option("--format", d->format, "text, markdown or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  verb->add_option("--out", d->out, "The file to write; - is stdout")->type_name("PATH")->capture_default_str();
  verb->callback([d, &c] {
    auto before = read_records({d->before});
    auto after = read_records({d->after});
    for (auto const* records : {&before, &after})
      if (records->has_error()) {
        c.exit_code = complain("diff", records->error());
        return;
      }
    auto const found = reports::compare(reports::build(*before), reports::build(*after));
    auto const text = d->format == "json"       ? reports::diff_json(found)
                      : d->format == "markdown" ? reports::diff_markdown(found)
                                                : reports::diff_text(found);
    if (auto written = write_text(d->out, text); written.has_error()) {
      c.exit_code = complain("diff", written.error());
      return;
    }
    c.exit_code = found.new_failures.empty() ? met : not_met;
  });
}

} // namespace assay::cli
