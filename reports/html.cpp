// Sections in the order in which a reader asks: what came out, where, why, and what it does not say.
#include "reports/html.hpp"

#include "reports/markup.hpp"
#include "reports/templates.hpp"
#include "reports/text.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace assay::reports {

namespace {

std::string column_ids(std::vector<std::size_t> const& columns) {
  std::string out;
  for (auto const c : columns)
    out += (out.empty() ? "" : " ") + std::to_string(c);
  return out;
}

std::string fixed(double value, char const* format) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

struct page {
  model const& m;
  std::string out;

  void line(std::string const& text) { out += text + "\n"; }

  void head() {
    auto const title = (m.verdict.word.empty() ? std::string("No verdict") : m.verdict.word) + ": " + subject_of(m);
    out += page_head(title, script);
    line("<a class=\"skip\" href=\"#failures\">To the failures</a>");
  }

  void verdict() {
    auto const role = m.runs.front().head.role;
    auto word = m.verdict.word;
    std::replace(word.begin(), word.end(), ' ', '-');
    line("<header>");
    line("<h1>MCP conformance of the " + escaped(role) + " " + code(subject_of(m)) + "</h1>");
    line("<p class=\"verdict " + escaped(word) + "\">" + escaped(m.verdict.sentence) + "</p>");
    if (m.partial)
      line("<p class=\"note\">This run was asked for a part of the checks only, so it says nothing of the others.</p>");
    for (auto const& reason : m.gate)
      line("<p class=\"note\"><span class=\"dim\">Gate:</span> " + escaped(reason) + "</p>");
    strip();
    line("<nav aria-label=\"Sections\"><ul>");
    auto const entry = [&](char const* id, std::string const& name, std::size_t n) {
      if (n)
        line(std::string("<li><a href=\"#") + id + "\">" + name + "</a> <small>" + std::to_string(n) + "</small></li>");
    };
    entry("failures", "Failures", m.failures.size());
    entry("blocked", "Blocked", m.blocked.size());
    entry("not-exercised", "Not exercised", m.not_exercised.size());
    entry("inapplicable", "Inapplicable", m.inapplicable.size());
    entry("untested", "Not tested", m.untested.size());
    entry("exempt", "Exempt", m.exemptions.size());
    entry("readings", "Our readings", m.interpretations.size());
    line("</ul></nav>");
    line("</header>");
  }

  void strip() {
    auto const& head = m.runs.front().head;
    std::vector<std::string> transports, revisions;
    double seconds = 0;
    for (auto const& r : m.runs)
      seconds += r.foot.seconds;
    for (auto const& c : m.columns) {
      if (std::find(transports.begin(), transports.end(), c.transport) == transports.end())
        transports.push_back(c.transport);
      if (c.state == "judged" && std::find(revisions.begin(), revisions.end(), c.revision) == revisions.end())
        revisions.push_back(c.revision);
    }
    line("<dl class=\"strip\">");
    auto const fact = [&](char const* name, std::string const& value) {
      line(std::string("<div><dt>") + name + "</dt><dd>" + value + "</dd></div>");
    };
    auto started = head.started;
    if (started.size() >= 16) started = started.substr(0, 10) + " " + started.substr(11, 5) + " UTC";
    fact("started", escaped(started));
    fact("took", fixed(seconds, "%.1f s"));
    fact("transport", unbroken(transports));
    fact("revisions judged", revisions.empty() ? "none" : unbroken(revisions));
    fact("checks", std::to_string(m.checks.size()));
    if (m.runs.size() > 1) fact("records", std::to_string(m.runs.size()));
    fact("suite", "mcp-assay " + escaped(head.suite));
    fact("data", "<code title=\"" + escaped(head.data) + "\">" + escaped(head.data.substr(0, 12)) + "</code>");
    line("</dl>");
  }

  /// The first failure of a page in a column, to jump to.
  std::string target(std::string const& of_page, std::size_t column) const {
    for (auto const& r : m.failures)
      if (r.about.page == of_page)
        for (auto const& f : r.failures)
          if (std::find(f.columns.begin(), f.columns.end(), column) != f.columns.end()) return "#" + slug(r.about.id);
    return "#failures";
  }

  void matrix() {
    line("<section aria-labelledby=\"matrix-title\">");
    line("<h2 id=\"matrix-title\">Where it is wrong</h2>");
    line("<div class=\"scroll\" role=\"region\" aria-label=\"Pages and revisions\" tabindex=\"0\">");
    line("<table class=\"matrix\">");
    line("<caption>Requirements that failed, by page of the specification and revision</caption>");
    out += "<thead><tr><th scope=\"col\">page</th>";
    for (auto const& c : m.columns)
      out += "<th scope=\"col\">" + escaped(c.revision) + "<small>" + escaped(c.name.substr(c.revision.size() + 1)) +
             (c.state == "judged" ? "" : " <br>" + std::string(c.state == "unspoken" ? "not spoken" : "not judged")) +
             "</small></th>";
    line("</tr></thead>");
    line("<tbody>");
    for (auto const& r : m.rows) {
      out += "<tr><th scope=\"row\">" + escaped(r.page) + "</th>";
      for (std::size_t i = 0; i < r.cells.size(); ++i)
        out += matrix_cell(r.cells[i], r.cells[i].wrong() ? target(r.page, i) : std::string{});
      line("</tr>");
    }
    line("</tbody></table></div>");
    line(legend());
    line("</section>");
  }

  void tools() {
    line("<div class=\"tools\" id=\"tools\" hidden>");
    line("<label>Search <input type=\"search\" id=\"search\" autocomplete=\"off\"></label>");
    line("<label>Level <select id=\"level\"><option "
         "value=\"\">all</option><option>MUST</option><option>SHOULD</option></select></label>");
    out += "<label>Revision <select id=\"column\"><option value=\"\">all</option>";
    for (std::size_t i = 0; i < m.columns.size(); ++i)
      out += "<option value=\"" + std::to_string(i) + "\">" + escaped(m.columns[i].name) + "</option>";
    line("</select></label>");
    line("<button type=\"button\" id=\"expand\">Close all</button>");
    line("<output id=\"shown\" for=\"search level column\"></output>");
    line("</div>");
  }

  void failures() {
    line("<section aria-labelledby=\"failures\">");
    line("<h2 id=\"failures\">Failures</h2>");
    if (m.failures.empty()) {
      line("<p>" + std::string(m.finished ? "None of the checks that ran failed." : "None was recorded.") + "</p>");
    } else {
      tools();
      for (auto const& r : m.failures)
        requirement(r);
    }
    line("</section>");
  }

  void requirement(failed_requirement const& r) {
    auto const id = slug(r.about.id);
    line("<article class=\"requirement\" id=\"" + id + "\" data-level=\"" + escaped(r.about.level) +
         "\" aria-labelledby=\"" + id + "-title\">");
    line("<header>");
    line("<h3 id=\"" + id + "-title\">" + level_badge(r.about.level) +
         (r.known() ? " <span class=\"level known\">known</span>" : "") + " " + code(r.about.id) + "</h3>");
    if (!r.about.says.empty())
      line("<p>A conforming " + escaped(r.role) + " " + escaped(r.about.says) +
           (r.about.says.ends_with('.') ? "" : ".") + "</p>");
    std::string more;
    if (!r.place.empty()) more += linked(record::address(r.place), r.place);
    if (!r.reading.empty())
      more += (more.empty() ? "" : " · ") + ("rests on <a href=\"#reading-" + slug(r.reading) + "\">our reading</a> ") +
              code(r.reading);
    if (!more.empty()) line("<p><small>" + more + "</small></p>");
    if (!r.about.mutants.empty()) {
      std::vector<std::string> names;
      for (auto const& name : r.about.mutants)
        names.push_back(code(name));
      line("<p><small>Proved on the reference by " + std::string(names.size() == 1 ? "the mutant " : "the mutants ") +
           joined(names) + "</small></p>");
    }
    line("</header>");
    for (auto const& f : r.failures)
      one(f);
    line("</article>");
  }

  void one(failure const& f) {
    line("<details open data-columns=\"" + column_ids(f.columns) + "\">");
    line("<summary>" + code(f.by) + " <small>" + escaped(where(m, f.columns)) + (f.known ? " · known" : "") +
         "</small></summary>");
    line("<div class=\"body\">");
    line("<dl class=\"facts\"><dt>expected</dt><dd>" + escaped(f.expected) + "</dd><dt>actual</dt><dd>" +
         escaped(f.actual) + "</dd></dl>");
    transcript_line const* marked = nullptr;
    if (!f.transcript.empty()) {
      out += "<pre class=\"wire\" tabindex=\"0\" aria-label=\"Transcript\">";
      for (auto const& l : f.transcript) {
        if (l.here) marked = &l;
        out += "<span" + std::string(l.here ? " class=\"here\"" : "") + ">" + escaped(arrow(l.from)) +
               escaped(fixed(l.at, "%9.1f ms  ")) + escaped(l.text) + (l.here ? "   &lt;- here" : "") + "</span>";
      }
      line("</pre>");
    }
    if (marked && !marked->raw.empty()) {
      line("<details class=\"frame\"><summary>The marked message" +
           (f.pointer.empty() ? std::string{} : ", at " + code(f.pointer)) + "</summary>");
      line("<pre tabindex=\"0\" aria-label=\"Message\">" +
           laid_out(marked->raw, f.pointer, "<mark>", "</mark>", escaped, 40) + "</pre></details>");
    }
    line("<div class=\"again\"><pre tabindex=\"0\" aria-label=\"How to run it again\">" + escaped(f.again) +
         "</pre><button type=\"button\" data-copy hidden>Copy</button></div>");
    line("</div></details>");
  }

  void group_list(char const* id, char const* title, char const* intro, std::vector<reason_group> const& groups,
                  bool open) {
    if (groups.empty()) return;
    line(std::string("<section aria-labelledby=\"") + id + "\">");
    line(std::string("<h2 id=\"") + id + "\">" + title + "</h2>");
    line(std::string("<p>") + intro + "</p>");
    for (auto const& g : groups) {
      line("<details" + std::string(open ? " open" : "") + "><summary>" +
           escaped(g.reason.empty() ? "no reason was recorded" : g.reason) + " <small>" +
           plural(g.checks.size(), "check") + ", " + escaped(where(m, g.columns)) + "</small></summary>");
      line("<ul class=\"plain\">");
      for (auto const& check : g.checks)
        line("<li>" + code(check) + "</li>");
      line("</ul></details>");
    }
    line("</section>");
  }

  /// One item a requirement, grouped by page.
  void requirement_list(char const* id, char const* title, char const* intro, std::vector<unjudged> const& list,
                        bool reasons) {
    if (list.empty()) return;
    line(std::string("<section aria-labelledby=\"") + id + "\">");
    line(std::string("<h2 id=\"") + id + "\">" + title + "</h2>");
    line(std::string("<p>") + intro + "</p>");
    std::vector<std::pair<std::string, std::vector<unjudged const*>>> groups;
    for (auto const& u : list) {
      auto const key = reasons ? untested_reason(u.about) : u.about.page;
      auto found = std::find_if(groups.begin(), groups.end(), [&](auto const& g) { return g.first == key; });
      if (found == groups.end()) found = groups.insert(groups.end(), {key, {}});
      found->second.push_back(&u);
    }
    for (auto const& [name, members] : groups) {
      line("<details><summary>" + escaped(name) + " <small>" + plural(members.size(), "requirement") +
           "</small></summary>");
      line("<ul class=\"plain\">");
      for (auto const* u : members)
        line("<li>" + level_badge(u->about.level) + " " + code(u->about.id) + " " + escaped(u->about.says) +
             " <small>" + escaped(where(m, u->columns)) + "</small></li>");
      line("</ul></details>");
    }
    line("</section>");
  }

  void exemptions() {
    if (m.exemptions.empty()) return;
    line("<section aria-labelledby=\"exempt\">");
    line("<h2 id=\"exempt\">What no check can stand for</h2>");
    line("<p>Normative statements of these revisions that are not tested, with the reason.</p>");
    std::map<std::string, std::vector<record::exemption const*>> classes;
    for (auto const& e : m.exemptions)
      classes[e.reason].push_back(&e);
    for (auto const& [reason, members] : classes) {
      int n = 0;
      for (auto const* e : members)
        n += e->statements;
      line("<details><summary>" + escaped(exemption_class(reason)) + " <small>" +
           plural(static_cast<std::size_t>(n), "statement") + "</small></summary>");
      line("<ul class=\"plain\">");
      for (auto const* e : members) {
        out += "<li>" + escaped(e->note);
        // The newest place of each page says it; the older ones are the same sentence.
        std::map<std::string, std::string> newest;
        for (auto const& place : e->places)
          if (auto const slash = place.find('/'); slash != std::string::npos) newest[place.substr(slash + 1)] = place;
        out += " <small>";
        char const* separator = "";
        for (auto const& [name, place] : newest) {
          out += separator + linked(record::address(place), name);
          separator = ", ";
        }
        line("</small></li>");
      }
      line("</ul></details>");
    }
    line("</section>");
  }

  void readings() {
    if (m.interpretations.empty()) return;
    line("<section aria-labelledby=\"readings\">");
    line("<h2 id=\"readings\">Our readings</h2>");
    line("<p>Where the text can be read in more than one way, checks rest on one of these.</p>");
    for (auto const& i : m.interpretations) {
      line("<details id=\"reading-" + slug(i.name) + "\"><summary>" + code(i.name) + " " + escaped(i.question) +
           "</summary>");
      line("<dl class=\"facts\"><dt>reading</dt><dd>" + escaped(i.reading) + "</dd><dt>because</dt><dd>" +
           escaped(i.because) + "</dd><dt>page</dt><dd>" + escaped(i.page) + "</dd></dl></details>");
    }
    line("</section>");
  }

  std::string whole() {
    head();
    verdict();
    line("<main>");
    matrix();
    failures();
    group_list("blocked", "Blocked", "The evidence for these checks never came, so they neither passed nor failed.",
               m.blocked, true);
    requirement_list("not-exercised", "Not exercised",
                     "No traffic of this run showed anything about these requirements.", m.not_exercised, false);
    group_list("inapplicable", "Inapplicable", "These checks do not apply to this subject.", m.inapplicable, false);
    requirement_list("untested", "Not tested",
                     "These requirements bind the subject, and this run says nothing about them.", m.untested, true);
    exemptions();
    readings();
    line("</main>");
    line("<footer><p>Made by mcp-assay " + escaped(m.runs.front().head.suite) +
         " from the run's record alone; the same record gives the same page.</p></footer>");
    line("<script>\n" + std::string(script) + "</script>");
    line("</body>");
    line("</html>");
    return std::move(out);
  }
};

} // namespace

std::string html(model const& m) {
  return page{m, {}}.whole();
}

} // namespace assay::reports
