// Any text as JSON: the parser that is used once and the one that is reused agree, and what they read is written so
// that it reads the same.
#include "reference/wire/json.hpp"
#include "cmake/fuzz.hpp"

using namespace assay;

void fuzz(std::string_view input) {
  static wire::parser reused;
  auto const once = wire::parse(input);
  auto const again = reused.parse(input);
  must(once.has_value() == again.has_value());
  if (!once) {
    must(!once.error().where.empty() && !once.error().what.empty());
    return;
  }
  must(wire::equal(once->root, (*again)->root));
  must(once->duplicate_names == (*again)->duplicate_names);
  for (auto const& name : once->duplicate_names)
    must(wire::find(once->root, name) != nullptr);
  for (auto const& number : once->inexact_numbers)
    (void)wire::find(once->root, number.pointer); // absent when a later member of the same name took its place
  auto const written = wire::serialize(once->root);
  auto const read = wire::parse_value(written);
  must(read.has_value() && wire::serialize(*read) == written);
  auto const laid_out = wire::parse_value(wire::pretty(once->root));
  must(laid_out.has_value() && wire::equal(*laid_out, *read));
}

std::vector<std::string> fuzz_seeds() {
  return {R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"b":[1,2.5,-0,1e400]}}})",
          R"([null,true,false,"\u00e9\ud83d\ude00\n\"\\",{"":{"a~b/c":[]}},12345678901234567890,1e-400,0.1])",
          R"( {"a":1,"a":{"a":2,"b":3},"b":[{"c":1,"c":2}]} )",
          "\"\xc3\xa9\xf0\x9f\x98\x80\"",
          std::string(300, '['),
          std::string(90, '[') + std::string(90, ']')};
}
