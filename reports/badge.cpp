// A badge says the verdict and the newest revision that was judged, and nothing that the verdict does not.
#include "reference/wire/json.hpp"
#include "reports/formats.hpp"
#include "reports/text.hpp"

namespace assay::reports {

namespace {

struct face {
  std::string label = "MCP";
  std::string message;
  std::string colour; // with white text: at least 4.5 to 1
};

face face_of(model const& m) {
  face out;
  std::string newest;
  for (auto const& c : m.columns)
    if (c.state == "judged") newest = std::max(newest, c.revision);
  if (!newest.empty()) out.label += " " + newest;
  out.message = m.verdict.word.empty() ? "no verdict" : m.verdict.word;
  if (m.verdict.word == "not conformant") out.message += ", " + std::to_string(m.verdict.all.must_failed) + " failed";
  if (m.partial) out.message += " (partial)";
  out.colour = m.verdict.word == "conformant" && !m.partial ? "#1a6334"
               : m.verdict.word == "not conformant"         ? "#b42318"
                                                            : "#545d68";
  return out;
}

} // namespace

std::string badge(model const& m) {
  auto const f = face_of(m);
  // Seven pixels a character is wide enough for the font at this size; textLength makes it exact everywhere.
  auto const left = 7 * f.label.size() + 12, right = 7 * f.message.size() + 12, width = left + right;
  auto const title = escaped(f.label + ": " + f.message);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) +
                    "\" height=\"20\" role=\"img\" aria-label=\"" + title + "\">\n";
  out += "  <title>" + title + "</title>\n";
  out += "  <clipPath id=\"r\"><rect width=\"" + std::to_string(width) + "\" height=\"20\" rx=\"3\"/></clipPath>\n";
  out += "  <g clip-path=\"url(#r)\"><rect width=\"" + std::to_string(left) +
         "\" height=\"20\" fill=\"#1b1f24\"/><rect x=\"" + std::to_string(left) + "\" width=\"" +
         std::to_string(right) + "\" height=\"20\" fill=\"" + f.colour + "\"/></g>\n";
  auto const text = [&](std::size_t middle, std::size_t length, std::string const& t) {
    return "    <text x=\"" + std::to_string(middle) + "\" y=\"14\" textLength=\"" + std::to_string(length) + "\">" +
           escaped(t) + "</text>\n";
  };
  out += "  <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n";
  out += text(left / 2, left - 12, f.label) + text(left + right / 2, right - 12, f.message);
  return out + "  </g>\n</svg>\n";
}

std::string badge_endpoint(model const& m) {
  auto const f = face_of(m);
  boost::json::object out;
  out.emplace("schemaVersion", 1);
  out.emplace("label", f.label);
  out.emplace("message", f.message);
  out.emplace("color", f.colour.substr(1));
  return wire::pretty(out) + "\n";
}

} // namespace assay::reports
