// Fuzz target: a schema and an instance, as a peer sends them. Needs clang:
//   cmake -B build/fuzz -DCMAKE_CXX_COMPILER=clang++-19 -DASSAY_SANITIZE=address,undefined,fuzzer-no-link
//   ninja -C build/fuzz jsonschema-fuzz && build/fuzz/bin/jsonschema-fuzz -max_len=4096
// The input is the dialect (one byte), a schema and, after a NUL, an instance. Whatever they are, compiling ends with a
// validator or a problem, and the quick walk and the reporting one agree.
#include "reference/jsonschema/evaluate.hpp"

#include <cstdint>
#include <cstdlib>

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return -1;
  std::string_view const text(reinterpret_cast<char const*>(data + 1), size - 1);
  auto const cut = text.find('\0');
  if (cut == std::string_view::npos) return -1;
  auto const schema = wire::parse_value(text.substr(0, cut));
  auto const instance = wire::parse_value(text.substr(cut + 1));
  if (!schema || !instance) return -1;
  auto const validator =
      jsonschema::compile_schema(*schema, data[0] % 2 ? jsonschema::dialect::draft7 : jsonschema::dialect::draft2020_12,
                                 data[0] % 4 < 2 ? jsonschema::formats::ignored : jsonschema::formats::checked);
  if (!validator) return 0;
  auto const accepted = validator->accepts(*instance);
  if (accepted != validator->explain(*instance).empty()) std::abort();
  if (accepted != jsonschema::accepts_the_long_way(validator->root(), *instance)) std::abort();
  return 0;
}
