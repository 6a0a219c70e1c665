// Subjects side by side: what each came to, where it is wrong, and which requirements it misses.
#include "reports/formats.hpp"
#include "reports/markup.hpp"
#include "reports/text.hpp"

#include <set>

namespace assay::reports {

namespace {

struct page {
  model const& m;
  std::string out;

  void line(std::string const& text) { out += text + "\n"; }

  /// "2 of 5 subjects are conformant."
  std::string sentence() const {
    std::size_t conformant = 0, judged = 0;
    for (auto const& s : m.subjects) {
      conformant += s.verdict.word == "conformant";
      judged += s.verdict.word == "conformant" || s.verdict.word == "not conformant";
    }
    auto text = std::to_string(conformant) + " of " + plural(m.subjects.size(), "subject") +
                (conformant == 1 ? " is" : " are") + " conformant";
    if (judged < m.subjects.size()) text += "; " + std::to_string(m.subjects.size() - judged) + " without a verdict";
    return text + ".";
  }

  /// What makes the subjects hard to compare.
  void notes() {
    std::set<std::string> data;
    for (auto const& r : m.runs)
      data.insert(r.head.data);
    if (data.size() > 1)
      line("<p class=\"note\">The runs used different data: a difference may be one of the checks.</p>");
    if (m.partial) line("<p class=\"note\">Some of these runs were asked for a part of the checks only.</p>");
  }

  void heads(char const* first) {
    out += std::string("<thead><tr><th scope=\"col\">") + first + "</th>";
    for (auto const& s : m.subjects)
      out += "<th scope=\"col\"><span>" + escaped(shortened(s.name, 60)) + "</span><small>" + escaped(s.role) +
             "</small></th>";
    line("</tr></thead>");
  }

  void open_table(char const* label, char const* caption) {
    line(std::string("<div class=\"scroll\" role=\"region\" aria-label=\"") + label + "\" tabindex=\"0\">");
    line("<table class=\"matrix\">");
    line(std::string("<caption>") + caption + "</caption>");
  }

  void verdicts() {
    line("<section aria-labelledby=\"subjects\">");
    line("<h2 id=\"subjects\">What each came to</h2>");
    line("<dl class=\"subjects\">");
    for (auto const& s : m.subjects)
      line("<div><dt>" + code(s.name) + " <small>" + escaped(s.role) + "</small></dt><dd>" +
           escaped(s.verdict.sentence) + " <small>" + (s.revisions.empty() ? "no revision" : unbroken(s.revisions)) +
           " · " + unbroken(s.transports) + "</small></dd></div>");
    line("</dl></section>");
  }

  void pages() {
    line("<section aria-labelledby=\"pages\">");
    line("<h2 id=\"pages\">Where each is wrong</h2>");
    open_table("Pages and subjects",
               "Requirements that failed in any revision, by page of the specification and subject");
    heads("page");
    line("<tbody>");
    for (auto const& r : m.subject_rows) {
      out += "<tr><th scope=\"row\">" + escaped(r.page) + "</th>";
      for (auto const& c : r.cells)
        out += matrix_cell(c, c.wrong() ? "#" + slug(first_failed(r.page)) : std::string{});
      line("</tr>");
    }
    line("</tbody></table></div>");
    line(legend());
    line("</section>");
  }

  /// Every page with a failure has one.
  std::string first_failed(std::string const& of) const {
    for (auto const& f : m.failures)
      if (f.about.page == of) return f.about.id;
    return "requirements";
  }

  void requirements() {
    line("<section aria-labelledby=\"requirements\">");
    line("<h2 id=\"requirements\">What each misses</h2>");
    if (m.failures.empty()) {
      line("<p>None of the checks that ran failed.</p></section>");
      return;
    }
    open_table("Requirements and subjects", "Requirements that at least one subject misses, MUST first");
    heads("requirement");
    line("<tbody>");
    for (auto const& f : m.failures) {
      out += "<tr id=\"" + slug(f.about.id) + "\"><th scope=\"row\" class=\"says\">" + level_badge(f.about.level) +
             " " +
             (f.place.empty() ? code(f.about.id)
                              : "<a href=\"" + escaped(record::address(f.place)) + "\" rel=\"noreferrer\">" +
                                    code(f.about.id) + "</a>") +
             "<small>" + escaped(f.about.says) + "</small></th>";
      for (auto const& outcome : f.outcomes)
        out += mark(f.about.level, outcome);
      line("</tr>");
    }
    line("</tbody></table></div>");
    line("<ul class=\"legend\"><li><b class=\"must\">✗</b>MUST failed</li><li><b class=\"should\">✗</b>SHOULD "
         "failed</li>"
         "<li><b class=\"pass\">✓</b>passed</li><li><b>?</b>blocked</li>"
         "<li><b>–</b>not exercised, or does not apply</li></ul>");
    line("</section>");
  }

  static std::string mark(std::string const& level, std::string const& outcome) {
    auto const cell = [](char const* kind, char const* sign, std::string const& said) {
      return std::string("<td class=\"") + kind + "\"><span title=\"" + said + "\">" + sign +
             "<span class=\"aside\">: " + said + "</span></span></td>";
    };
    if (outcome == "fail") return cell(level == "MUST" ? "must" : "should", "✗", "failed");
    if (outcome == "pass") return cell("pass", "✓", "passed");
    if (outcome == "blocked" || outcome == "error") return cell("blocked", "?", outcome);
    return cell("none", "–", outcome.empty() ? "no check" : outcome);
  }

  std::string whole() {
    auto const title = "MCP conformance of " + plural(m.subjects.size(), "subject");
    out += page_head(title, {});
    line("<a class=\"skip\" href=\"#requirements\">To the requirements that failed</a>");
    line("<header>");
    line("<h1>" + title + "</h1>");
    line("<p class=\"verdict\">" + sentence() + "</p>");
    notes();
    line("</header>");
    line("<main>");
    verdicts();
    pages();
    requirements();
    line("</main>");
    line("<footer><p>Made by mcp-assay " + escaped(m.runs.front().head.suite) +
         " from the runs' records alone; the same records give the same page.</p></footer>");
    line("</body>");
    line("</html>");
    return std::move(out);
  }
};

} // namespace

std::string matrix(model const& m) {
  return page{m, {}}.whole();
}

} // namespace assay::reports
