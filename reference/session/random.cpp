#include "reference/session/random.hpp"

#include <stdexcept>
#include <unistd.h>
#include <vector>

namespace assay::session {

std::string random_hex(std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::vector<unsigned char> chosen(bytes);
  // Not OpenSSL's: its first byte costs a process that lives for one session more than all the rest of its start.
  if (getentropy(chosen.data(), bytes) != 0) throw std::runtime_error("no random bytes from the system");
  std::string out;
  for (auto const byte : chosen) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

} // namespace assay::session
