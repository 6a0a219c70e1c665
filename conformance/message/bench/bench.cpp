// How fast messages are validated, and how fast the schemas of all revisions load. Not a test: run.py beside it runs
// it beside ajv, in a release build.
//   message-bench MIX SECONDS [formats]
//   message-bench MIX --passes N [formats]
// MIX: JSON lines {"revision","from","method"?,"message"}; method is of the request that an answer answers. Prints one
// JSON object with messages per second; "formats": a uri must be one, a byte base64. With --passes it validates all of
// them N times and prints nothing: what two numbers of passes differ by, counted by valgrind, is what validation takes
// whatever else runs.
#include "conformance/message/schemas.hpp"
#include "reference/revision/revision.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <new>

namespace {

std::size_t allocations = 0;

} // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (auto* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace json = boost::json;
using namespace assay;

namespace {

// CPU time of the process: what else runs on the machine counts less.
double now() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct sample {
  message::schemas* schemas;
  message::sender from;
  json::value request; ///< that it answers, or null
  std::string text;
  json::value value;

  bool valid(json::value const& message) const {
    return schemas->check_message(from, message, request.is_null() ? nullptr : &request).empty();
  }
};

/// Messages per second of a pass over all samples, repeated for some time.
template <class F>
double rate(std::vector<sample> const& samples, double time, F&& each) {
  std::size_t done = 0, good = 0;
  auto const start = now();
  double took = 0;
  do {
    for (int repeat = 0; repeat != 20; ++repeat)
      for (auto const& one : samples) {
        good += each(one) ? 1 : 0;
        ++done;
      }
    took = (now() - start);
  } while (took < time);
  if (good != done) std::cerr << "not all messages are valid\n";
  return static_cast<double>(done) / took;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> given(argv + 1, argv + argc);
  auto const formats = given.size() > 2 && given.back() == "formats";
  if (formats) given.pop_back();
  auto const mode = formats ? jsonschema::formats::checked : jsonschema::formats::ignored;
  auto const passes = given.size() == 3 && given[1] == "--passes" ? std::atoi(argv[3]) : 0;
  if (given.size() != 2 && passes == 0) {
    std::cerr << "usage: message-bench MIX SECONDS [formats] | MIX --passes N [formats]\n";
    return 2;
  }
  auto const store = data::store::embedded();
  auto const revisions = revision::table::load(store).value();

  // Parsed and indexed, all revisions; definitions are compiled when they are first asked for.
  std::vector<double> loads;
  for (int round = 0; round != 20; ++round) {
    auto const start = now();
    std::vector<message::schemas> all;
    for (auto const& revision : revisions.all())
      all.push_back(message::schemas::load(store, revision.name, {}, mode).value());
    loads.push_back((now() - start) * 1000);
  }
  std::map<std::string, message::schemas, std::less<>> schemas;
  for (auto const& revision : revisions.all())
    schemas.emplace(revision.name, message::schemas::load(store, revision.name, {}, mode).value());

  std::vector<sample> samples;
  std::ifstream in(argv[1]);
  std::size_t bytes = 0;
  for (std::string line; std::getline(in, line);) {
    auto const entry = wire::parse_value(line).value();
    sample made;
    made.schemas = &schemas.find(std::string_view(entry.at("revision").as_string()))->second;
    made.from = entry.at("from").as_string() == "client" ? message::sender::client : message::sender::server;
    if (auto const* method = entry.as_object().if_contains("method")) made.request = {{"method", *method}};
    made.text = wire::serialize(entry.at("message"));
    made.value = wire::parse_value(made.text).value();
    bytes += made.text.size();
    samples.push_back(std::move(made));
  }
  auto const compile_start = now();
  for (auto const& each : samples)
    for (auto const& found :
         each.schemas->check_message(each.from, each.value, each.request.is_null() ? nullptr : &each.request))
      std::cerr << each.text.substr(0, 80) << ": " << found.instance << " " << found.message << '\n';
  auto const compiling = (now() - compile_start) * 1000;

  if (passes != 0) {
    std::size_t good = 0;
    for (int pass = 0; pass != passes; ++pass)
      for (auto const& each : samples)
        good += each.valid(each.value) ? 1 : 0;
    return good % samples.size() == 0 ? 0 : 1;
  }
  double const time = std::atof(argv[2]);

  auto const before = allocations;
  for (auto const& each : samples)
    each.valid(each.value);
  auto const allocated = allocations - before;

  wire::parser parser;
  auto const validation = rate(samples, time, [](sample const& s) { return s.valid(s.value); });
  auto const both = rate(samples, time, [&](sample const& s) { return s.valid((*parser.parse(s.text))->root); });
  auto const parsing = rate(samples, time, [&](sample const& s) { return parser.parse(s.text).has_value(); });
  std::ranges::sort(loads);
  std::cout << wire::serialize(json::object{{"messages", samples.size()},
                                            {"mean_bytes", bytes / samples.size()},
                                            {"load_ms", loads[loads.size() / 2]},
                                            {"first_use_ms", compiling},
                                            {"allocations", allocated},
                                            {"validation", validation},
                                            {"parsing", parsing},
                                            {"parsing_and_validation", both}})
            << '\n';
}
