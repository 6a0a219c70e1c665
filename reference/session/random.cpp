#include "reference/session/random.hpp"

#include <openssl/rand.h>
#include <stdexcept>
#include <vector>

namespace assay::session {

std::string random_hex(std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::vector<unsigned char> chosen(bytes);
  if (RAND_bytes(chosen.data(), static_cast<int>(bytes)) != 1)
    throw std::runtime_error("no random bytes from the system");
  std::string out;
  for (auto const byte : chosen) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

} // namespace assay::session
