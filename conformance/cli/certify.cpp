// mcp-assay certify: signs what a record came to, for others to check; docs/reports.md, "Certificates".
#include <CLI/CLI.hpp>

#include "conformance/cli/common.hpp"
#include "conformance/cli/records.hpp"
#include "conformance/cli/verbs.hpp"
#include "reports/digest.hpp"
#include "reports/jws.hpp"

#include <ctime>
#include <fstream>
#include <iostream>

namespace assay::cli {

namespace {

namespace json = boost::json;

struct certifying {
  std::string record, key, out = "-", jwks;
};

wire::result<std::string> read_bytes(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return wire::problem{file, "cannot be read", "is the path right?"};
  return wire::result<std::string>(boost::system::in_place_value,
                                   std::string((std::istreambuf_iterator<char>(in)), {}));
}

wire::result<int> certify(certifying const& options, context& c) {
  auto const bytes = read_bytes(options.record);
  if (bytes.has_error()) return bytes.error();
  auto const pem = read_bytes(options.key);
  if (pem.has_error()) return pem.error();
  auto const record = record::read(options.record, record::entries::evidence);
  if (record.has_error()) return record.error();
  auto const refuse = [&](std::string what, std::string hint) {
    return wire::problem{options.record, std::move(what), std::move(hint)};
  };
  if (!record->has_footer || !record->foot.complete)
    return refuse("is of a run that did not come to its end: there is nothing to certify", "run it again");
  if (record->head.partial())
    return refuse("is of a run that was asked for a part of the checks", "run it without --only and --skip");
  if (record->head.data != c.store->digest())
    return refuse("was made with other data (" + record->head.data.substr(0, 12) + ") than these (" +
                      c.store->digest().substr(0, 12) + ")",
                  "certify with the version, or the --data folder, that made the record");
  auto const key = reports::public_jwk(*pem);
  if (key.has_error()) return wire::problem{options.key, key.error().what, key.error().hint};

  json::object claims;
  claims.emplace("iat", static_cast<std::int64_t>(std::time(nullptr)));
  claims.emplace("sub", record->head.subject);
  claims.emplace("role", record->head.role);
  claims.emplace("suite", record->head.suite);
  claims.emplace("data", record->head.data);
  claims.emplace("record", reports::hex(reports::sha256(*bytes)));
  claims.emplace("started", record->head.started);
  claims.emplace("transports", json::value_from(record->head.transports));
  json::array judged;
  for (auto const& s : record->states)
    if (s.state == "judged") judged.push_back(json::value(s.revision));
  claims.emplace("revisions", std::move(judged));
  claims.emplace("verdict", record->foot.verdict.word);
  claims.emplace("sentence", record->foot.verdict.sentence);
  claims.emplace("key", *key);
  auto token = reports::sign(claims, *pem);
  if (token.has_error()) return wire::problem{options.key, token.error().what, token.error().hint};
  if (auto r = write_text(options.out, *token + "\n"); r.has_error()) return r.error();
  if (!options.jwks.empty()) {
    json::array keys;
    keys.push_back(*key);
    json::object set;
    set.emplace("keys", std::move(keys));
    if (auto r = write_text(options.jwks, wire::pretty(set) + "\n"); r.has_error()) return r.error();
  }
  return static_cast<int>(met);
}

} // namespace

void add_certify(CLI::App& app, context& c) {
  auto* verb = app.add_subcommand(
      "certify", "Signs what a run came to, so that others can check it\n\n"
                 "Any verdict can be signed; it says what it is. The key is a P-256 or RSA key in PEM.\n\n"
                 "Examples:\n"
                 "  openssl ecparam -name prime256v1 -genkey -noout -out key.pem\n"
                 "  mcp-assay certify out/record.jsonl --key key.pem --out certificate.jws --jwks keys.json\n"
                 "  mcp-assay verify certificate.jws out/record.jsonl --jwks keys.json");
  auto o = std::make_shared<certifying>();
  verb->add_option("record", o->record, "The record of a finished run")->type_name("RECORD")->required();
  verb->add_option("--key", o->key, "The private key")->type_name("PEM")->required();
  verb->add_option("--out", o->out, "Where the certificate goes; - is stdout")
      ->type_name("FILE")
      ->capture_default_str();
  verb->add_option("--jwks", o->jwks, "Writes the public key here too, as a JSON Web Key Set for those who verify")
      ->type_name("FILE");
  verb->callback([o, &c] {
    auto const done = certify(*o, c);
    c.exit_code = done.has_error() ? complain("certify", done.error()) : *done;
  });
}

} // namespace assay::cli
