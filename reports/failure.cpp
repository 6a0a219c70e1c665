// Laying out.
#include "reports/failure.hpp"

#include "reports/text.hpp"

#include <cstdio>

namespace assay::reports {

namespace {

struct painter {
  bool colour;
  std::string operator()(char const* code, std::string const& text) const {
    return colour ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
  }
};

} // namespace

std::string failure_text(model const& m, failed_requirement const& of, failure const& f, text_style const& style) {
  painter const paint{style.colour};
  auto const places = plain(where(m, f.columns));
  std::string out = paint("1;31", f.known ? "KNOWN" : "FAIL ") + " " + paint("1", plain(f.by)) + "   " + places;
  std::size_t dots = 0; // a dot is two bytes and one column
  for (auto at = places.find("·"); at != std::string::npos; at = places.find("·", at + 1))
    ++dots;
  auto const used = 6 + f.by.size() + 3 + places.size() - dots;
  out += std::string(used + f.level.size() + 2 < style.width ? style.width - used - f.level.size() : 2, ' ') + f.level +
         "\n";
  std::string const margin = "      ";
  out += margin + plain(f.requirement) + (of.about.says.empty() ? "" : ": " + plain(of.about.says)) + "\n";
  if (auto const at = place(of.about, m.columns[f.columns.front()].revision); !at.empty())
    out += margin + plain(record::address(at)) + "\n";
  if (!of.reading.empty()) out += margin + "rests on our reading \"" + of.reading + "\"\n";
  out += margin + "expected  " + plain(f.expected) + "\n";
  out += margin + "actual    " + plain(f.actual) + "\n";
  for (auto const& line : f.transcript) {
    char at[32];
    std::snprintf(at, sizeof at, "%8.1f ms  ", line.at);
    out += shortened(margin + std::string(arrow(line.from)) + at + plain(line.text), style.width + 40) +
           (line.here ? paint("31", "   <- here") : "") + "\n";
  }
  out += margin + "again     " + plain(f.again) + "\n";
  out += margin + "more      mcp-assay explain " + plain(f.requirement) + "\n";
  return out;
}

} // namespace assay::reports
