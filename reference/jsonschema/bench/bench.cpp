// How fast schemas load and messages validate. Not a test: run it on a quiet machine, in a release build.
//   jsonschema-bench SCHEMA.json EXAMPLES [SCHEMA.json ...]
// EXAMPLES holds <Definition>/*.json: messages that are valid under $defs/<Definition> of the first schema. All schemas
// are loaded for the load time. Prints one line a figure.
#include "reference/jsonschema/schema.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace assay;
using steady = std::chrono::steady_clock;

namespace {

json::value read(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  return wire::parse_value(text).value();
}

double milliseconds(steady::time_point since) {
  return std::chrono::duration<double, std::milli>(steady::now() - since).count();
}

std::string_view definitions(json::value const& schema) {
  return schema.get_object().contains("$defs") ? "$defs" : "definitions";
}

struct sample {
  jsonschema::validator judge;
  json::value message;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: jsonschema-bench SCHEMA.json EXAMPLES [SCHEMA.json ...]\n";
    return 2;
  }
  std::vector<json::value> schemas{read(argv[1])};
  for (int i = 3; i < argc; ++i)
    schemas.push_back(read(argv[i]));

  // The first round pays for the meta-schemas; the rest show what one more registry costs.
  for (int round = 0; round != 5; ++round) {
    auto copies = schemas;
    std::size_t compiled = 0;
    auto const start = steady::now();
    for (auto& schema : copies) {
      jsonschema::registry registry;
      std::vector<std::string> entries;
      auto const key = definitions(schema);
      for (auto const& member : schema.at(key).as_object())
        entries.push_back("schema.json#/" + std::string(key) + '/' + std::string(member.key()));
      registry.add("schema.json", std::move(schema)).value();
      for (auto const& entry : entries) {
        (void)registry.compile(entry).value();
        ++compiled;
      }
    }
    std::cout << "load round " << round << ": " << copies.size() << " documents, " << compiled << " entry points, "
              << milliseconds(start) << " ms\n";
  }

  jsonschema::registry registry;
  registry.add("schema.json", schemas.front()).value();
  std::vector<sample> samples;
  std::size_t bytes = 0;
  for (auto const& folder : fs::directory_iterator(argv[2])) {
    auto const name = folder.path().filename().string();
    auto const judge = registry.compile("schema.json#/" + std::string(definitions(schemas.front())) + '/' + name);
    if (!judge) continue;
    for (auto const& file : fs::directory_iterator(folder.path())) {
      samples.push_back({*judge, read(file.path())});
      bytes += wire::serialize(samples.back().message).size();
      for (auto const& found : judge->explain(samples.back().message))
        std::cout << file.path().string() << ": " << found.instance << ' ' << found.message << " (" << found.schema
                  << ")\n";
    }
  }
  std::cout << samples.size() << " messages, mean " << bytes / samples.size() << " bytes\n";
  for (int round = 0; round != 5; ++round) {
    std::size_t done = 0, valid = 0;
    auto const start = steady::now();
    while (milliseconds(start) < 400)
      for (int repeat = 0; repeat != 50; ++repeat)
        for (auto const& each : samples) {
          valid += each.judge.accepts(each.message) ? 1 : 0;
          ++done;
        }
    auto const took = milliseconds(start);
    std::cout << "validation round " << round << ": "
              << static_cast<std::size_t>(static_cast<double>(done) / took * 1000) << " messages/s, "
              << (valid == done ? "all" : "not all") << " valid\n";
  }
}
