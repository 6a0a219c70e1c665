// Any bytes as lines, cut anywhere: the same lines come out as from one piece, none is longer than the limit, and
// together they are the bytes when nothing was truncated. The first byte says where the cuts are, and the limit.
#include "reference/wire/lines.hpp"
#include "cmake/fuzz.hpp"

#include <algorithm>

using namespace assay;

namespace {

std::vector<wire::line_splitter::line> lines_of(std::string_view bytes, std::size_t piece, std::size_t limit) {
  wire::line_splitter splitter(limit);
  std::vector<wire::line_splitter::line> out;
  while (!bytes.empty()) {
    auto const now = bytes.substr(0, piece);
    std::ranges::move(splitter.feed(now), std::back_inserter(out));
    bytes.remove_prefix(now.size());
  }
  std::ranges::move(splitter.finish(), std::back_inserter(out));
  return out;
}

} // namespace

void fuzz(std::string_view input) {
  if (input.empty()) return;
  auto const choice = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  std::size_t const limit = choice < 128 ? 1 << 20 : choice - 127;
  auto const whole = lines_of(input, input.size(), limit);
  auto const cut = lines_of(input, 1 + choice % 7, limit);
  must(whole.size() == cut.size());
  std::string together;
  auto truncated = false;
  for (std::size_t i = 0; i != whole.size(); ++i) {
    must(whole[i].text == cut[i].text && whole[i].truncated == cut[i].truncated && whole[i].ended == cut[i].ended);
    must(whole[i].text.size() <= limit);
    must(whole[i].ended || i + 1 == whole.size());
    together += whole[i].text;
    if (whole[i].ended) together += '\n';
    truncated = truncated || whole[i].truncated;
  }
  if (!truncated) must(together == input);
}

std::vector<std::string> fuzz_seeds() {
  return {"\x01{\"a\":1}\n{\"b\":2}\r\n\n", "\x85twelve bytes\nand more than ten of them\nx", "\x02no end",
          std::string("\x03\0\n\xff\n", 5)};
}
