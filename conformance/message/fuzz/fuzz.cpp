// Fuzz target: a message, as a peer sends it, judged in every revision from either side. Needs clang:
//   cmake -B build/fuzz -DCMAKE_CXX_COMPILER=clang++-19 -DASSAY_SANITIZE=address,undefined,fuzzer-no-link
//   ninja -C build/fuzz message-fuzz && build/fuzz/bin/message-fuzz -max_len=4096
// The input is a message and, after a NUL, the request that it answers, or nothing. Every verdict ends within its
// bounds.
#include "conformance/message/schemas.hpp"
#include "reference/revision/revision.hpp"

#include <cstdint>
#include <cstdlib>

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto all = [] {
    auto const store = data::store::embedded();
    std::vector<message::schemas> out;
    auto const revisions = revision::table::load(store).value();
    for (auto const& revision : revisions.all())
      out.push_back(message::schemas::load(store, revision.name).value());
    return out;
  }();
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const cut = std::min(text.find('\0'), text.size());
  auto const message = wire::parse_value(text.substr(0, cut));
  if (!message) return -1;
  auto const request = wire::parse_value(cut == text.size() ? std::string_view("null") : text.substr(cut + 1));
  if (!request) return -1;
  for (auto& schemas : all)
    for (auto const from : {message::sender::client, message::sender::server}) {
      auto const found = schemas.check_message(from, *message, request->is_object() ? &*request : nullptr);
      if (found.size() > 130) std::abort();
      for (auto const& each : found)
        if (each.message.size() > 4096 || each.keyword.empty()) std::abort();
    }
  return 0;
}
