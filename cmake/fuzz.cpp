// The program around a fuzz target. With clang and -fsanitize=fuzzer it is libFuzzer's, and writes its seeds into the
// folder that ASSAY_FUZZ_SEEDS names instead when that is set. Otherwise it replays the seeds and some variations of
// each, always the same ones:  NAME-fuzz [VARIATIONS]   or   NAME-fuzz FILE... for inputs that a fuzzer found.
#include "cmake/fuzz.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#ifdef ASSAY_LIBFUZZER

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz({reinterpret_cast<char const*>(data), size});
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  auto const* folder = std::getenv("ASSAY_FUZZ_SEEDS");
  if (!folder) return 0;
  int number = 0;
  for (auto const& seed : fuzz_seeds())
    std::ofstream(std::filesystem::path(folder) / ("seed-" + std::to_string(number++)), std::ios::binary) << seed;
  std::exit(0);
}

#else

namespace {

/// One to four small changes: a byte changed, a piece removed, repeated, or taken from another seed.
std::string varied(std::string text, std::vector<std::string> const& seeds, std::mt19937& random) {
  auto const below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (auto changes = 1 + below(4); changes != 0; --changes) {
    auto const at = below(text.size() + 1);
    switch (below(5)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(random());
      break;
    case 1: text.erase(at, below(20)); break;
    case 2: text.insert(at, text.substr(below(text.size()), below(40))); break;
    case 3: text.insert(at, 1, R"({}[]",:\/^$*+?.()|-0 )"[below(21)]); break;
    default: {
      auto const& other = seeds[below(seeds.size())];
      text.insert(at, other.substr(below(other.size()), below(200)));
    }
    }
  }
  return text;
}

} // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::filesystem::exists(argv[1])) {
    for (int i = 1; i != argc; ++i) {
      std::ifstream in(argv[i], std::ios::binary);
      fuzz(std::string(std::istreambuf_iterator<char>(in), {}));
    }
    return 0;
  }
  auto const variations = argc > 1 ? std::atol(argv[1]) : 10'000;
  auto const seeds = fuzz_seeds();
  for (auto const& seed : seeds)
    fuzz(seed);
  std::mt19937 random(1); // the same variations everywhere
  for (long i = 0; i < variations; ++i)
    fuzz(varied(seeds[random() % seeds.size()], seeds, random));
  std::cout << seeds.size() << " seeds and " << variations << " variations\n";
}

#endif
