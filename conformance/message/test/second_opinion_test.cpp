// valijson, written by others, judges the message fixtures by our schemas: every definition in a child process, since
// it can die. Its draft-07 reads them after what that draft writes otherwise is rewritten. Disagreements are in the
// table.
#include "cmake/catch.hpp"
#include "conformance/message/schemas.hpp"
#include "conformance/message/test/corpus.hpp"

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

using namespace assay;
using namespace assay::message::testing;

namespace {

json::value parsed(std::string_view text) {
  return wire::parse_value(text).value();
}

/// All definitions in one document: "../basic/index.json#/$defs/X" becomes "#/definitions/X", and what stands beside a
/// reference, which draft-07 does not see, goes into allOf with it.
json::value for_draft7(json::value const& from) {
  if (auto const* array = from.if_array()) {
    json::array out;
    for (auto const& item : *array)
      out.push_back(for_draft7(item));
    return out;
  }
  auto const* object = from.if_object();
  if (!object) return from;
  json::object out;
  json::value reference;
  for (auto const& [name, value] : *object) {
    if (name == "$ref") {
      std::string_view const to = value.as_string();
      reference = json::object{{"$ref", "#/definitions/" + std::string(to.substr(to.rfind('/') + 1))}};
    } else if (name == "const" || name == "enum") {
      out.emplace(name, value);
    } else {
      out.emplace(name, for_draft7(value));
    }
  }
  if (reference.is_null()) return out;
  if (out.empty()) return reference;
  return json::object{{"allOf", json::array{std::move(reference), std::move(out)}}};
}

/// For each instance '1' valid, '0' invalid, 'x' an exception; shorter when the process died.
std::string second_opinion(json::value const& schema, std::vector<json::value const*> const& instances) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  auto const child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (auto const signal : {SIGSEGV, SIGABRT, SIGBUS})
      std::signal(signal, SIG_DFL); // it may die quietly
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    alarm(60);
    std::string verdicts;
    try {
      valijson::Schema compiled;
      valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
      valijson::adapters::BoostJsonAdapter const adapted(schema);
      parser.populateSchema(adapted, compiled);
      for (auto const* each : instances) {
        char verdict = 'x';
        try {
          valijson::Validator validator;
          valijson::adapters::BoostJsonAdapter const target(*each);
          verdict = validator.validate(compiled, target, nullptr) ? '1' : '0';
        } catch (...) {
        }
        verdicts += verdict;
      }
    } catch (...) {
      verdicts.assign(instances.size(), 'x');
    }
    [[maybe_unused]] auto const written = write(ends[1], verdicts.data(), verdicts.size());
    _exit(0);
  }
  close(ends[1]);
  std::string verdicts;
  char buffer[4096];
  for (ssize_t n = read(ends[0], buffer, sizeof buffer); n > 0; n = read(ends[0], buffer, sizeof buffer))
    verdicts.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return verdicts;
}

} // namespace

TEST_CASE("valijson says the same of the message fixtures", "[second-opinion]") {
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();
  std::size_t asked = 0;
  auto judge = [&](std::string const& title, std::vector<std::string> const& folders,
                   std::vector<fixture> const& fixtures) {
    json::object definitions;
    for (auto const& folder : folders)
      for (auto const& file : store.list(folder)) {
        auto const document = parsed(*store.read(file));
        if (!document.is_object() || !document.get_object().contains("$defs")) continue;
        for (auto const& [name, schema] : document.at("$defs").as_object())
          definitions.insert_or_assign(name, for_draft7(schema));
      }
    std::map<std::string, std::vector<fixture const*>> by_definition;
    for (auto const& each : fixtures)
      by_definition[each.definition].push_back(&each);
    for (auto const& [definition, of] : by_definition) {
      json::value const schema = json::object{
          {"allOf", json::array{json::object{{"$ref", "#/definitions/" + definition}}}}, {"definitions", definitions}};
      std::vector<json::value const*> instances;
      for (auto const* each : of)
        instances.push_back(&each->value);
      auto const verdicts = second_opinion(schema, instances);
      for (std::size_t i = 0; i != of.size(); ++i) {
        ++asked;
        char const verdict = i < verdicts.size() ? verdicts[i] : '!';
        INFO(definition << " " << of[i]->name << " of " << title << ": "
                        << wire::serialize(of[i]->value).substr(0, 200));
        CHECK(verdict == (of[i]->valid ? '1' : '0'));
      }
    }
  };
  for (auto const& revision : revisions.all())
    judge(revision.name, {"schemas/mcp/" + revision.name + "/"},
          fixtures_of(store, revisions, revision.name, "fixtures/messages/"));
  auto const& newest = revisions.all().back().name;
  judge("tasks", {"schemas/mcp/" + newest + "/", "schemas/mcp/extensions/tasks/"},
        fixtures_of(store, revisions, newest, "fixtures/messages/extensions/tasks/"));
  std::cout << "second opinion: " << asked << " message fixtures judged by valijson too\n";
  CHECK(asked > 5000);
}
