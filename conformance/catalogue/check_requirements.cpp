// Requirements against the table of statements, the revisions and each other.
#include "conformance/catalogue/check_parts.hpp"

#include <algorithm>
#include <boost/url/grammar/ci_string.hpp>

namespace assay::catalogue::checking {

namespace {

/// Position of a revision in the table, or -1.
int order_of(parts const& p, std::string_view name) {
  auto const all = p.all.revisions.all();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return static_cast<int>(i);
  return -1;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (char c : text) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter)
      out.back() += c;
    else if (!out.back().empty())
      out.emplace_back();
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

/// The keyword is the level's; the sentence says what a conforming implementation does.
void check_wording(parts& p, requirement const& r, place const& at) {
  place const here{at.file, at.pointer + "/says"};
  auto const words = words_of(r.says);
  if (words.empty()) return p.problem(here, "says nothing");
  static std::set<std::string, std::less<>> const adverbs{"never", "still", "only", "always", "also", "no", "not"};
  std::size_t first = 0;
  while (first + 1 < words.size() && adverbs.contains(words[first]))
    ++first;
  if (!words[first].ends_with('s'))
    p.problem(here, "does not begin with a verb in the third person: \"" + words[first] + "\"",
              "it completes \"A conforming " + (r.subject == "both" ? std::string("server") : r.subject) + " ...\"");
  for (auto const& word : words) {
    std::string lower;
    for (char c : word)
      lower += boost::urls::grammar::to_lower(c);
    static std::set<std::string, std::less<>> const keywords{"must", "should", "shall", "required", "recommended"};
    if (keywords.contains(lower) || word == "MAY" || word == "OPTIONAL")
      p.problem(here, "has the keyword " + word, "say what a conforming one does; the level says how strongly");
  }
}

void check_range(parts& p, std::string const& since, std::string const& removed_in, place const& at) {
  for (auto const& [member, name] : {std::pair("/since", &since), std::pair("/removed_in", &removed_in)})
    if (!name->empty() && order_of(p, *name) < 0)
      p.problem({at.file, at.pointer + member}, *name + " is no revision of fixtures/revisions.json");
  if (!since.empty() && !removed_in.empty() && order_of(p, removed_in) >= 0 &&
      order_of(p, removed_in) <= order_of(p, since))
    p.problem({at.file, at.pointer + "/removed_in"}, "is not after since");
}

/// A statement that also stands elsewhere (in words that two pages share) says little about where it belongs.
bool fits(std::string_view page, std::string_view statement_page) {
  auto const top = [](std::string_view name) { return name.substr(0, name.find('/')); };
  return top(page) == top(statement_page) || statement_page.find('/') == std::string_view::npos ||
         prefix_of(page) == prefix_of(statement_page);
}

/// Digest -> its places in the specification.
std::map<std::string, std::vector<statement const*>, std::less<>> by_digest(parts const& p) {
  std::map<std::string, std::vector<statement const*>, std::less<>> out;
  for (auto const& s : p.statements)
    out[s.digest].push_back(&s);
  return out;
}

int strength(std::string_view level) {
  return level == "MUST" ? 2 : level == "SHOULD" ? 1 : 0;
}

} // namespace

void check_requirements(parts& p) {
  std::map<std::string, place> seen;
  for (auto const& [r, at] : p.requirements) {
    if (auto const [other, fresh] = seen.emplace(r.id, at); !fresh)
      p.problem({at.file, at.pointer + "/id"}, r.id + " is the id of another requirement too",
                "the other is at " + other->second.file + "#" + other->second.pointer);
    auto const prefix = prefix_of(r.page) + ".";
    if (!r.id.starts_with(prefix))
      p.problem({at.file, at.pointer + "/id"}, r.id + " does not begin with " + prefix,
                "the last segment of the page's name begins the ids of its requirements");
    check_wording(p, r, at);
    if (p.has_revisions) check_range(p, r.since, r.removed_in, at);
    if (r.statements.empty() && r.source.empty())
      p.problem(at, r.id + " cites no statement and names no source",
                "add statements, or say in source where it stands");
    if ((r.observable == "outside") != !r.unseen.empty())
      p.problem({at.file, at.pointer + "/unseen"},
                r.observable == "outside" ? "nobody outside can see " + r.id + ", but it does not say why"
                                          : r.id + " can be seen from outside, but says why not",
                "unseen goes with observable \"outside\", and only with that");
    bool applies = false;
    for (auto const& revision : p.all.revisions.all())
      for (auto const& transport : revision.transports)
        applies = applies || p.all.applies(r, revision, transport);
    if (p.has_revisions && !applies)
      p.problem(at, r.id + " applies in no revision over no transport",
                "since, removed_in, transports and features leave nothing");
  }
  for (auto const& [s, at] : p.scenarios)
    if (p.has_revisions) check_range(p, s.since, s.removed_in, at);
}

void check_statements(parts& p) {
  if (p.statements.empty()) return;
  auto const known = by_digest(p);
  std::set<std::string, std::less<>> cited, finished, exempt;
  for (auto const& [r, at] : p.requirements) {
    int strongest = r.statements.empty() ? 2 : 0;
    for (std::size_t i = 0; i < r.statements.size(); ++i) {
      place const here{at.file, at.pointer + "/statements/" + std::to_string(i)};
      auto const found = known.find(r.statements[i]);
      if (found == known.end()) {
        p.problem(here, "fixtures/statements.json has no statement " + r.statements[i],
                  "the specification changed it, or it is misspelt");
        continue;
      }
      cited.insert(r.statements[i]);
      std::set<std::string> pages;
      bool near = false, binding = false;
      for (auto const* s : found->second) {
        pages.insert(s->page);
        near = near || fits(r.page, s->page);
        binding = binding || p.all.revisions.within(s->revision, r.since, r.removed_in);
        strongest = std::max(strongest, strength(s->level));
      }
      if (!near)
        p.problem(here, r.statements[i] + " stands on " + *pages.begin() + ", which has nothing to do with " + r.page);
      if (p.has_revisions && !binding)
        p.problem(here, r.statements[i] + " stands in no revision in which " + r.id + " binds",
                  "it is of " + found->second.front()->revision);
      for (auto const& page : pages)
        if (page == r.page || pages.size() == 1) finished.insert(page);
    }
    if (strength(r.level) > strongest && r.source.empty())
      p.problem({at.file, at.pointer + "/level"}, r.id + " is a " + r.level + ", but no statement that it cites is",
                "weaken the level, cite the statement, or say in source where it stands");
  }
  std::map<std::string, place> exempted;
  for (auto const& [e, at] : p.exemptions)
    for (std::size_t i = 0; i < e.statements.size(); ++i) {
      auto const& digest = e.statements[i];
      place const here{at.file, at.pointer + "/statements/" + std::to_string(i)};
      if (!known.contains(digest))
        p.problem(here, "fixtures/statements.json has no statement " + digest,
                  "the specification changed it, or it is misspelt");
      else if (cited.contains(digest))
        p.problem(here, digest + " is exempt, and cited by a requirement too", "keep one of the two");
      if (auto const [other, fresh] = exempted.emplace(digest, here); !fresh)
        p.problem(here, digest + " is exempt twice", "the other is at " + other->second.pointer);
      exempt.insert(digest);
    }
  std::set<std::string> pages, reported;
  for (auto const& s : p.statements) {
    pages.insert(s.page);
    if (finished.contains(s.page) && !cited.contains(s.digest) && !exempt.contains(s.digest) &&
        reported.insert(s.digest).second)
      p.problem({"fixtures/statements.json", ""},
                s.digest + " (" + s.level + ", " + s.page + (s.anchor.empty() ? "" : "#" + s.anchor) + " of " +
                    s.revision + ") is neither cited nor exempt, though the page is finished",
                "cite it in a requirement, or exempt it with a reason");
  }
  p.report.counts.statements = static_cast<int>(known.size());
  p.report.counts.cited = static_cast<int>(cited.size());
  p.report.counts.exempt = static_cast<int>(exempt.size());
  p.report.counts.pages = static_cast<int>(pages.size());
  p.report.counts.finished_pages = static_cast<int>(finished.size());
}

void check_interpretations(parts& p) {
  std::set<std::string, std::less<>> names, used;
  for (auto const& [i, at] : p.interpretations) {
    if (!names.insert(i.name).second)
      p.problem({at.file, at.pointer + "/name"}, i.name + " is the name of another interpretation too");
    for (auto const& revision : i.revisions)
      if (p.has_revisions && order_of(p, revision) < 0)
        p.problem({at.file, at.pointer + "/revisions"}, revision + " is no revision of fixtures/revisions.json");
  }
  for (auto const& [r, at] : p.requirements) {
    if (r.interpretation.empty()) continue;
    used.insert(r.interpretation);
    if (!names.contains(r.interpretation))
      p.problem({at.file, at.pointer + "/interpretation"}, "fixtures/interpretations.json has no " + r.interpretation);
  }
  for (auto const& [d, at] : p.differences) {
    if (!d.page.empty() && !d.revision.empty() &&
        std::ranges::none_of(p.statements, [&](auto const& s) { return s.revision == d.revision && s.page == d.page; }))
      p.problem({at.file, at.pointer + "/page"}, d.revision + " has no statement on a page " + d.page);
    if (d.interpretation.empty()) continue;
    used.insert(d.interpretation);
    place const here{at.file, at.pointer + "/interpretation"};
    auto const found =
        std::ranges::find_if(p.interpretations, [&](auto const& each) { return each.value.name == d.interpretation; });
    if (found == p.interpretations.end())
      p.problem(here, "fixtures/interpretations.json has no " + d.interpretation);
    else if (!d.revision.empty() &&
             std::ranges::find(found->value.revisions, d.revision) == found->value.revisions.end())
      p.problem(here, "the interpretation " + d.interpretation + " is not for " + d.revision,
                "name the revision in fixtures/interpretations.json when its text leaves the same open");
  }
  for (auto const& [i, at] : p.interpretations)
    if (!used.contains(i.name))
      p.problem(at, "no requirement rests on the interpretation " + i.name + ", and no difference of schemas/mcp",
                "name it in a requirement, or remove it");
}

void check_features(parts& p) {
  if (!p.has_revisions) return;
  std::set<std::string, std::less<>> used;
  auto use = [&](std::vector<std::string> const& features, place const& at) {
    for (auto const& feature : features) {
      used.insert(feature);
      if (!p.features.contains(feature))
        p.problem({at.file, at.pointer + "/features"}, "no revision has the feature " + feature,
                  "fixtures/revisions.json names them");
    }
  };
  for (auto const& [r, at] : p.requirements)
    use(r.features, at);
  for (auto const& [s, at] : p.scenarios)
    use(s.features, at);
  for (auto const& [r, at] : p.rules)
    use(r.features, at);
  for (auto const& [e, at] : p.eras) {
    for (std::size_t i = 0; i < e.headers.size(); ++i)
      use(e.headers[i].features, {at.file, "/headers/" + std::to_string(i)});
    for (auto const& [name, capability] : e.capabilities)
      use(capability.features, {at.file, "/capabilities/" + name});
  }
  for (auto const& feature : p.features)
    if (!used.contains(feature))
      p.warning({"fixtures/revisions.json", ""},
                "no requirement, scenario, rule or era asks for the feature " + feature);
}

} // namespace assay::catalogue::checking
