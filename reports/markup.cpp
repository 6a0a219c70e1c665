// Small pieces of HTML; whatever comes from a subject is escaped here.
#include "reports/markup.hpp"

#include "reports/digest.hpp"
#include "reports/templates.hpp"
#include "reports/text.hpp"

namespace assay::reports {

std::string page_head(std::string const& title, std::string_view script) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ";
  if (!script.empty()) out += "script-src 'sha256-" + base64(sha256("\n" + std::string(script))) + "'; ";
  out += "base-uri 'none'; form-action 'none'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n";
  out += "<title>" + escaped(title) + "</title>\n<style>\n" + std::string(style_sheet) + "</style>\n</head>\n<body>\n";
  return out;
}

std::string code(std::string_view text) {
  return "<code>" + escaped(text) + "</code>";
}

std::string linked(std::string const& address, std::string const& text) {
  return "<a href=\"" + escaped(address) + "\" rel=\"noreferrer\">" + escaped(text) + "</a>";
}

std::string unbroken(std::vector<std::string> const& names) {
  std::string out;
  for (auto const& name : names)
    out += (out.empty() ? "" : ", ") + ("<span class=\"unbroken\">" + escaped(name)) + "</span>";
  return out;
}

std::string level_badge(std::string const& level) {
  return "<span class=\"level" + std::string(level == "MUST" ? " must" : "") + "\">" + escaped(level) + "</span>";
}

std::string matrix_cell(cell const& c, std::string const& target) {
  std::string title;
  auto const say = [&](int n, char const* what) {
    if (n) title += (title.empty() ? "" : ", ") + std::to_string(n) + " " + what;
  };
  say(c.must_failed, "MUST failed");
  say(c.should_failed, "SHOULD failed");
  say(c.blocked, "blocked");
  say(c.passed, "passed");
  say(c.not_exercised, "not exercised");
  say(c.inapplicable, "inapplicable");
  if (title.empty()) title = "nothing applies";
  std::string kind = "none", text = "–";
  if (c.wrong()) {
    kind = c.must_failed ? "must" : "should";
    text = c.must_failed && c.should_failed ? std::to_string(c.must_failed) + "+" + std::to_string(c.should_failed)
                                            : std::to_string(c.wrong());
  } else if (c.blocked) {
    kind = "blocked";
    text = "?";
  } else if (c.passed) {
    kind = "pass";
    text = "✓";
  }
  auto const said =
      " title=\"" + escaped(title) + "\">" + text + "<span class=\"aside\">: " + escaped(title) + "</span>";
  return "<td class=\"" + kind + "\">" +
         (target.empty() ? "<span" + said + "</span>" : "<a href=\"" + escaped(target) + "\"" + said + "</a>") +
         "</td>";
}

std::string legend() {
  return "<ul class=\"legend\"><li><b class=\"must\">2</b>MUST failed</li><li><b class=\"should\">1</b>only SHOULD "
         "failed</li><li><b class=\"must\">2+1</b>both</li><li><b class=\"pass\">✓</b>nothing wrong found</li>"
         "<li><b>?</b>blocked</li><li><b>–</b>not exercised, or does not apply</li></ul>";
}

} // namespace assay::reports
