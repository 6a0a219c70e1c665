// mcp-assay verify: checks a certificate, its record, and that the verdict follows; docs/reports.md, "Certificates".
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/judging.hpp"
#include "conformance/cli/records.hpp"
#include "conformance/cli/replay.hpp"
#include "conformance/cli/verbs.hpp"
#include "reports/digest.hpp"
#include "reports/jws.hpp"
#include "reports/text.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

namespace assay::cli {

namespace {

namespace json = boost::json;

struct verifying {
  std::string certificate, record, jwks;
};

wire::result<std::string> read_bytes(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return wire::problem{file, "cannot be read", "is the path right?"};
  return wire::result<std::string>(boost::system::in_place_value,
                                   std::string((std::istreambuf_iterator<char>(in)), {}));
}

std::string text_of(json::object const& o, char const* name) {
  auto const* value = o.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string{};
}

wire::result<std::vector<json::object>> read_keys(std::string const& file) {
  auto const text = read_bytes(file);
  if (text.has_error()) return text.error();
  auto const parsed = wire::parse_value(*text);
  auto const wrong = wire::problem{file, "is no JSON Web Key Set", "it has a member keys with an array (RFC 7517)"};
  if (parsed.has_error() || !parsed->is_object()) return wrong;
  auto const* list = parsed->get_object().if_contains("keys");
  if (!list || !list->is_array()) return wrong;
  std::vector<json::object> keys;
  for (auto const& key : list->get_array())
    if (key.is_object()) keys.push_back(key.get_object());
  return wire::result<std::vector<json::object>>(boost::system::in_place_value, std::move(keys));
}

int refuse(std::string const& what) {
  std::cout << "REFUSED  " << what << '\n';
  return not_met;
}

/// The claims that the record itself has to bear out.
std::string mismatch(json::object const& claims, record::record const& r) {
  auto const differs = [&](char const* name, std::string const& is) {
    return text_of(claims, name) == is ? std::string{}
                                       : std::string("the certificate says ") + name + " \"" + text_of(claims, name) +
                                             "\", and the record \"" + is + "\"";
  };
  for (auto const& found :
       {differs("sub", r.head.subject), differs("role", r.head.role), differs("suite", r.head.suite),
        differs("data", r.head.data), differs("started", r.head.started), differs("verdict", r.foot.verdict.word),
        differs("sentence", r.foot.verdict.sentence)})
    if (!found.empty()) return found;
  json::array judged;
  for (auto const& s : r.states)
    if (s.state == "judged") judged.push_back(json::value(s.revision));
  auto const* revisions = claims.if_contains("revisions");
  auto const* transports = claims.if_contains("transports");
  if (!revisions || !wire::equal(*revisions, judged)) return "the certificate names other revisions than the record";
  if (!transports || !wire::equal(*transports, json::value_from(r.head.transports)))
    return "the certificate names other transports than the record";
  return {};
}

/// What the record says of requirements, readings and exemptions, as lines.
std::string lines_of(record::basis const& basis) {
  auto text = std::make_unique<std::ostringstream>();
  auto* out = text.get();
  record::writer writer(std::move(text));
  writer.write(basis);
  return out->str();
}

/// Empty when the record says of requirements, readings and exemptions what these data say.
std::string other_requirements(catalogue::catalogue const& data, record::record const& r) {
  auto const is = lines_of(r);
  auto const wanted = lines_of(basis_of(data, r.head));
  if (is == wanted) return {};
  auto const at = std::mismatch(is.begin(), is.end(), wanted.begin(), wanted.end()).first - is.begin();
  auto const from = at ? is.rfind('\n', static_cast<std::size_t>(at) - 1) + 1 : 0; // npos + 1 is 0
  auto const line = is.substr(from, is.find('\n', from) - from);
  return "the record says other things of the requirements than its data" +
         (line.empty() ? std::string{} : ": " + reports::shortened(line, 200));
}

wire::result<int> verify(verifying const& options, context& c) {
  auto const token = read_bytes(options.certificate);
  if (token.has_error()) return token.error();
  auto const bytes = read_bytes(options.record);
  if (bytes.has_error()) return bytes.error();

  auto claims = reports::read_unverified(*token);
  if (claims.has_error()) return refuse("the certificate " + claims.error().what);
  std::vector<json::object> keys;
  if (!options.jwks.empty()) {
    auto read = read_keys(options.jwks);
    if (read.has_error()) return read.error();
    keys = std::move(*read);
  } else if (auto const* own = claims->claims.if_contains("key"); own && own->is_object()) {
    keys.push_back(own->get_object());
  }
  claims = reports::verify(*token, keys);
  if (claims.has_error()) return refuse("the certificate " + claims.error().what);
  auto const& said = claims->claims;
  auto const digest = reports::hex(reports::sha256(*bytes));
  if (text_of(said, "record") != digest)
    return refuse("the record is not the one that was certified: its SHA-256 is " + digest +
                  ", and the certificate says " + text_of(said, "record"));
  auto const record = record::read(options.record, record::entries::all);
  if (record.has_error()) return refuse("the record " + wire::to_string(record.error()));
  if (auto const why = mismatch(said, *record); !why.empty()) return refuse(why);
  if (record->head.partial()) return refuse("the record is of a run that was asked for a part of the checks");
  if (record->head.data != c.store->digest())
    return refuse("the run used other data (" + record->head.data.substr(0, 12) + ") than these (" +
                  c.store->digest().substr(0, 12) + "); verify with mcp-assay " + record->head.suite +
                  ", or with its data in --data");
  if (record->head.suite != ASSAY_VERSION)
    return refuse("the run was made by mcp-assay " + record->head.suite +
                  "; verify with that version, this is " ASSAY_VERSION);

  auto const data = catalogue::load(c.store);
  if (data.has_error()) return data.error();
  if (auto const why = other_requirements(*data, *record); !why.empty()) return refuse(why);
  auto const again = replay(*data, *record);
  if (again.has_error()) return refuse("the " + wire::to_string(again.error()));

  std::cout << "signature  holds, " << claims->algorithm << ", key " << claims->key
            << (options.jwks.empty() ? "; whose key that is, only --jwks can say"
                                     : "; the key is among those in " + options.jwks)
            << '\n';
  std::cout << "record     is the one that was certified\n";
  std::cout << "subject    " << record->head.role << ' ' << record->head.subject << '\n';
  std::cout << "replay     " << again->followed << " of " << again->checks.size()
            << " checks follow from the traffic\n";
  std::size_t open = 0;
  for (auto const& [reason, ids] : again->not_replayable) {
    open += ids.size();
    std::cout << "           " << reports::plural(ids.size(), "check") << " cannot be replayed: " << reason << '\n';
    for (auto const& id : ids)
      std::cout << "             " << id << '\n';
  }
  for (auto const& what : again->contradictions)
    std::cout << "           " << what << '\n';
  if (!again->follows()) return refuse("the verdict does not follow from the record");
  std::cout << (open ? "FOLLOWS IN PART  " : "VERIFIED  ") << record->foot.verdict.sentence << '\n';
  return static_cast<int>(open ? incomplete : met);
}

} // namespace

void add_verify(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand(
      "verify", "Checks a certificate: the signature, the record, and that the verdict follows from it\n\n"
                "The record is judged again, message by message. Exit code 0: all of it follows; 1: refused, with the\n"
                "reason; 3: a part of it cannot be replayed, and is named.\n\n"
                "Examples:\n"
                "  mcp-assay verify certificate.jws out/record.jsonl --jwks keys.json");
  auto o = std::make_shared<verifying>();
  verb->add_option("certificate", o->certificate, "What certify wrote")->type_name("CERT")->required();
  verb->add_option("record", o->record, "The record that it is about")->type_name("RECORD")->required();
  verb->add_option("--jwks", o->jwks,
                   "The keys that you trust, as a JSON Web Key Set; without it the key inside the certificate is used, "
                   "which shows only that nothing was changed since")
      ->type_name("FILE");
  verb->callback([o, &c] {
    auto const done = verify(*o, c);
    c.exit_code = done.has_error() ? complain("verify", done.error()) : *done;
  });
}

} // namespace assay::cli
