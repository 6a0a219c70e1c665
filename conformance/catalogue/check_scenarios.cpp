// Scenarios, eras and rules: steps that a runner can take, names that are known when they are used, controls.
#include "conformance/catalogue/check_parts.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/pointer.hpp"

#include <algorithm>

namespace assay::catalogue::checking {

namespace {

place below(place const& at, std::string_view more) {
  return {at.file, at.pointer + std::string(more)};
}

/// What the runner itself puts into the profile, beside what the era takes from the opening and the introspection.
constexpr std::string_view from_the_runner[] = {"sample", "contract"};

/// What the profile of such a subject may have: "server", "client" or "both".
std::set<std::string, std::less<>> profile_names(parts const& p, std::string_view subject) {
  std::set<std::string, std::less<>> out(std::begin(from_the_runner), std::end(from_the_runner));
  for (auto const& e : p.eras) {
    if (subject != "client")
      for (auto const& [name, value] : e.value.profile)
        out.emplace(name);
    if (subject != "server")
      for (auto const& [name, value] : e.value.client_profile)
        out.emplace(name);
  }
  return out;
}

bool narrows(std::vector<std::string> const& to, std::string const& one) {
  return to.empty() || std::find(to.begin(), to.end(), one) != to.end();
}

/// Walks the steps of one scenario (or of an era's opening) and keeps what is known so far.
class walk {
public:
  walk(parts& p, scope known, std::set<std::string> revisions)
      : p_(p), known_(std::move(known)), revisions_(std::move(revisions)) {}

  scope const& known() const { return known_; }

  void take(step const& s, place const& at) {
    auto const verb = std::string(s.verb());
    modifiers(s, verb, at);
    if (verb == "open") {
      value(s.open, below(at, "/open"));
      known_.names.insert("opened");

    } else if (verb == "send") {
      send(s.send.as_object(), below(at, "/send"));
      value(s.patch, below(at, "/patch"));
      headers(s.headers, below(at, "/headers"));
      sent_.insert(s.as);
      bool const bytes = s.send.as_object().contains("bytes");
      if (!s.as.empty() && !bytes) known_.names.insert(s.as);
      if (bytes && !s.patch.is_null())
        p_.problem(below(at, "/patch"), "raw bytes cannot be patched", "write the bytes as they shall be");
    } else if (verb == "http") {
      auto const& http = s.http.as_object();
      if (auto const* body = http.if_contains("body")) value(*body, below(at, "/http/body"));
      if (auto const* own = http.if_contains("headers")) headers(*own, below(at, "/http/headers"));
      sent_.insert(s.as);
    } else if (verb == "expect") {
      selector(s.expect.as_object(), below(at, "/expect"));
      if (!s.fence.empty()) was_sent(s.fence, below(at, "/fence"));
      // The name is given before the checks look: they may compare a view with itself.
      if (!s.as.empty()) known_.names.insert(s.as);
      came_.insert(s.as);
      patterns(s, at);
    } else if (verb == "forbid") {
      selector(s.forbid.as_object(), below(at, "/forbid"));
      if (!s.since.empty() && !sent_.contains(s.since) && !came_.contains(s.since))
        p_.problem(below(at, "/since"), "no step before this one sends or gets anything named " + s.since);
      if (!s.fence.empty()) was_sent(s.fence, below(at, "/fence"));
    } else if (verb == "cut" && s.cut != "input") {
      was_sent(s.cut, below(at, "/cut"));
    }
  }

private:
  void modifiers(step const& s, std::string const& verb, place const& at) {
    auto only_in = [&](bool used, char const* member, std::initializer_list<std::string_view> verbs) {
      if (!used || std::find(verbs.begin(), verbs.end(), verb) != verbs.end()) return;
      std::string list;
      for (auto v : verbs)
        list += (list.empty() ? "" : ", ") + std::string(v);
      p_.problem(below(at, std::string("/") + member),
                 std::string(member) + " means nothing in a step that does " + verb, "it belongs to " + list);
    };
    only_in(!s.as.empty(), "as", {"send", "http", "expect"});
    only_in(!s.patch.is_null(), "patch", {"send"});
    only_in(!s.headers.is_null(), "headers", {"send"});
    only_in(!s.since.empty(), "since", {"forbid"});
    only_in(!s.fence.empty(), "fence", {"expect", "forbid"});
    only_in(!s.within.empty(), "within", {"expect", "forbid"});
    only_in(!s.holds.is_null(), "holds", {"expect"});
    only_in(s.control, "control", {"expect"});
    only_in(!s.checks.is_null(), "checks", {"expect", "forbid"});
    if (verb == "forbid" && s.since.empty()) p_.problem(at, "forbid does not say since which step");
    if (verb == "forbid" && s.checks.is_object())
      p_.problem(below(at, "/checks"), "forbid takes a list of requirements",
                 "there is nothing to compare with a pattern");
    if (verb == "expect" && s.checks.is_array())
      p_.problem(below(at, "/checks"), "expect takes {requirement: pattern}");
    if (s.control && s.holds.is_null()) p_.problem(at, "a control does not say what working means", "add holds");
    static std::set<std::string, std::less<>> const reserved{"run",     "profile", "opened", "message",
                                                             "request", "this",    "input"};
    // The era's opening is what gives `opened` its meaning.
    if (reserved.contains(s.as) && !(s.as == "opened" && !known_.names.contains("opened")))
      p_.problem(below(at, "/as"), s.as + " has a meaning of its own", "choose another name");
    if (s.as.empty() && verb == "send" &&
        (s.send.as_object().contains("request") || s.send.as_object().contains("fence")) &&
        !at.pointer.starts_with("/introspection"))
      p_.problem(at, "a request without a name can never be answered", "add as");
  }

  void value(json::value const& v, place const& at) { check_value(p_, v, at, known_); }

  void headers(json::value const& v, place const& at) {
    auto with_message = known_;
    with_message.names.insert("message");
    check_value(p_, v, at, with_message);
  }

  void was_sent(std::string_view name, place const& at) {
    if (!name.empty() && !sent_.contains(std::string(name)))
      p_.problem(at, "no step before this one sends anything named " + std::string(name));
  }

  void send(json::object const& what, place const& at) {
    for (auto const* member : {"request", "fence", "notification", "message", "bytes"})
      if (auto const* v = what.if_contains(member)) value(*v, below(at, std::string("/") + member));
    if (auto const* response = what.if_contains("response")) {
      auto const to = std::string(response->at("to").as_string());
      if (!known_.names.contains(to))
        p_.problem(below(at, "/response/to"), "nothing is named " + to + " here",
                   "name a request that a step before expects");
      value(*response, below(at, "/response"));
    }
    if (auto const* batch = what.if_contains("batch"))
      for (std::size_t i = 0; i < batch->as_array().size(); ++i)
        send(batch->as_array()[i].as_object(), below(at, "/batch/" + std::to_string(i)));
  }

  void selector(json::object const& what, place const& at) {
    for (auto const* member : {"answer_to", "exchange", "head"})
      if (auto const* name = what.if_contains(member))
        was_sent(name->as_string(), below(at, std::string("/") + member));
    if (auto const* again = what.if_contains("again"); again && !came_.contains(std::string(again->as_string())))
      p_.problem(below(at, "/again"),
                 "no step before this one expects anything named " + std::string(again->as_string()));
    if (auto const* where = what.if_contains("where"))
      check_pattern(p_, where->as_object(), below(at, "/where"), known_, revisions_);
  }

  void patterns(step const& s, place const& at) {
    if (auto const* holds = s.holds.if_object()) check_pattern(p_, *holds, below(at, "/holds"), known_, revisions_);
    if (auto const* checks = s.checks.if_object())
      for (auto const& [id, pattern] : *checks)
        if (pattern.is_object())
          check_pattern(p_, pattern.get_object(), below(at, "/checks/" + wire::pointer_token(id)), known_,
                        revisions_of(id));
  }

  /// Definitions must exist where both the scenario and the requirement apply.
  std::set<std::string> revisions_of(std::string_view id) const {
    auto const* r = p_.all.find_requirement(id);
    std::set<std::string> out;
    for (auto const& revision : p_.all.revisions.all())
      if (revisions_.contains(revision.name) && r)
        for (auto const& transport : revision.transports)
          if (p_.all.applies(*r, revision, transport)) out.insert(revision.name);
    return out;
  }

  parts& p_;
  scope known_;
  std::set<std::string> revisions_;
  std::set<std::string, std::less<>> sent_;
  std::set<std::string, std::less<>> came_;
};

/// Replies of the server that we play.
void check_serves(parts& p, json::object const& serves, place const& at, scope known) {
  known.names.insert("request");
  for (auto const& [method, reply] : serves)
    check_value(p, reply, {at.file, at.pointer + "/" + wire::pointer_token(method)}, known);
}

scope base(parts const& p, std::string_view subject) {
  return {{"run"}, profile_names(p, subject)};
}

void check_needs(parts& p, json::object const& needs, place const& at, scope const& known) {
  check_pattern(p, needs, at, known, {});
  for (auto const& [pointer, matcher] : needs) {
    auto const tokens = wire::pointer_tokens(pointer);
    if (tokens && !tokens->empty() && !known.profile.contains((*tokens)[0]))
      p.problem({at.file, at.pointer + "/" + wire::pointer_token(pointer)}, "the profile has no " + (*tokens)[0],
                "fixtures/eras/ says what it has");
  }
}

bool has_refusals(step const& s) {
  if (s.verb() == "forbid") return !s.requirements().empty();
  if (auto const* checks = s.checks.if_object())
    for (auto const& [id, pattern] : *checks)
      if (pattern.is_object() && wants_refusal(pattern.get_object())) return true;
  return false;
}

} // namespace

void check_scenarios(parts& p) {
  for (auto const& [s, at] : p.scenarios) {
    std::string_view const subject = s.plays == "client" ? "server" : "client";
    std::set<std::string> revisions;
    for (auto const& revision : p.all.revisions.all())
      for (auto const& transport : revision.transports)
        if (p.all.applies(s, revision, transport)) revisions.insert(revision.name);
    if (p.has_revisions && revisions.empty())
      p.problem(at, "applies in no revision over no transport", "its transports, features and revisions leave nothing");

    auto known = base(p, subject);
    known.names.insert("profile");
    check_needs(p, s.needs, below(at, "/needs"), known);
    if (s.connection == "shared" || s.plays == "server") known.names.insert("opened");
    check_serves(p, s.serves, below(at, "/serves"), known);
    walk steps(p, known, revisions);
    bool control = false, refusals = false, opens = false;
    for (std::size_t i = 0; i < s.steps.size(); ++i) {
      steps.take(s.steps[i], below(at, "/steps/" + std::to_string(i)));
      control = control || s.steps[i].control;
      refusals = refusals || has_refusals(s.steps[i]);
      opens = opens || s.steps[i].verb() == "open";
      if (s.steps[i].verb() == "goal" && s.plays == "client")
        p.problem(below(at, "/steps/" + std::to_string(i) + "/goal"), "only a client under test has a goal",
                  "plays is client");
    }
    if (opens && s.connection == "shared")
      p.problem(at, "opens a session that is open", "say \"connection\": \"own\", or leave the step out");
    if (refusals && !control)
      p.problem(at, "wants an error or silence, and has no control",
                "add a step that shows that the right request works: \"control\": true");

    for (auto const& id : s.requirements()) {
      auto const* r = p.all.find_requirement(id);
      if (!r) {
        p.problem(at, "there is no requirement " + id);
        continue;
      }
      if (r->subject != subject && r->subject != "both")
        p.problem(at, id + " binds the " + r->subject + ", and this scenario tests a " + std::string(subject));
      if (r->observable == "outside")
        p.problem(at, id + " is said to be seen by nobody outside, and this scenario checks it",
                  "make it wire or contract");
      bool together = false;
      for (auto const& revision : p.all.revisions.all())
        for (auto const& transport : revision.transports)
          together = together || (p.all.applies(s, revision, transport) && p.all.applies(*r, revision, transport));
      if (p.has_revisions && !together)
        p.problem(at, id + " applies in no permutation of this scenario",
                  "compare their revisions, transports and features");
    }
    if (s.requirements().empty()) p.problem(at, "checks no requirement", "add checks to a step");
  }
}

void check_eras(parts& p) {
  for (auto const& [e, at] : p.eras) {
    auto known = base(p, "server");
    check_value(p, e.request, below(at, "/request"), known);
    {
      walk opening(p, known, {});
      for (std::size_t i = 0; i < e.opening.size(); ++i)
        opening.take(e.opening[i], below(at, "/opening/" + std::to_string(i)));
      if (!opening.known().names.contains("opened"))
        p.problem(below(at, "/opening"), "names no answer opened", "the profile and the headers are made from it");
      known = opening.known();
    }
    for (std::size_t i = 0; i < e.unspoken.size(); ++i)
      check_pattern(p, e.unspoken[i], below(at, "/unspoken/" + std::to_string(i)), known, {});
    {
      walk probe(p, known, {});
      for (std::size_t i = 0; i < e.probe.size(); ++i)
        probe.take(e.probe[i], below(at, "/probe/" + std::to_string(i)));
      known = probe.known();
    }
    for (std::size_t i = 0; i < e.introspection.size(); ++i) {
      auto const here = below(at, "/introspection/" + std::to_string(i));
      check_needs(p, e.introspection[i].needs, below(here, "/needs"), known);
      walk steps(p, known, {});
      for (std::size_t k = 0; k < e.introspection[i].steps.size(); ++k)
        steps.take(e.introspection[i].steps[k], below(here, "/steps/" + std::to_string(k)));
      known = steps.known();
    }
    check_value(p, e.profile, below(at, "/profile"), known);
    {
      walk opening(p, base(p, "client"), {});
      for (std::size_t i = 0; i < e.client_opening.size(); ++i)
        opening.take(e.client_opening[i], below(at, "/client_opening/" + std::to_string(i)));
      if (!opening.known().names.contains("opened"))
        p.problem(below(at, "/client_opening"), "names nothing opened", "it shows that the client opened the session");
      check_value(p, e.client_profile, below(at, "/client_profile"), opening.known());
    }
    auto in_headers = known;
    in_headers.names.insert("message");
    for (std::size_t i = 0; i < e.headers.size(); ++i)
      check_value(p, e.headers[i].value, below(at, "/headers/" + std::to_string(i) + "/value"), in_headers);
    check_serves(p, e.serves, below(at, "/serves"), known);
  }
  std::set<std::string> known;
  for (auto const& e : p.eras)
    known.insert(e.value.era);
  for (auto const& revision : p.all.revisions.all())
    if (!known.contains(revision.era))
      p.problem({"fixtures/revisions.json", ""},
                revision.name + " is of the era " + revision.era + ", which no file in fixtures/eras describes");
}

void check_rules(parts& p) {
  std::set<std::string> names;
  for (auto const& [r, at] : p.rules) {
    if (!names.insert(r.page + "/" + r.name).second)
      p.problem(below(at, "/name"), r.name + " is the name of another rule of this page too");
    auto known = base(p, "both");
    known.names.insert({"profile", "opened"});
    auto const* requirement = p.all.find_requirement(r.requirement);
    if (!requirement)
      p.problem(below(at, "/requirement"), "there is no requirement " + r.requirement);
    else if (requirement->observable == "outside")
      p.problem(below(at, "/requirement"),
                r.requirement + " is said to be seen by nobody outside, and this rule checks it",
                "make it wire or contract");
    std::set<std::string> revisions;
    for (auto const& revision : p.all.revisions.all())
      for (auto const& transport : revision.transports)
        if (narrows(r.transports, transport) && p.all.applies(r, revision, transport)) revisions.insert(revision.name);
    if (p.has_revisions && requirement && revisions.empty())
      p.problem(at, "applies in no revision over no transport", "compare it with " + r.requirement);
    check_pattern(p, r.for_each, below(at, "/for_each"), known, revisions);
    known.names.insert("this");
    for (auto const& [member, pattern] :
         {std::pair("/holds", &r.holds), std::pair("/preceded_by", &r.preceded_by),
          std::pair("/not_preceded_by", &r.not_preceded_by), std::pair("/followed_by", &r.followed_by),
          std::pair("/not_followed_by", &r.not_followed_by)})
      if (auto const* object = pattern->if_object()) check_pattern(p, *object, below(at, member), known, revisions);
  }
}

} // namespace assay::catalogue::checking
