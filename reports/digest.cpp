// Over OpenSSL's one-shot digest.
#include "reports/digest.hpp"

#include <openssl/evp.h>
#include <stdexcept>

namespace assay::reports {

std::string sha256(std::string_view text) {
  std::string out(32, '\0');
  std::size_t length = out.size();
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()),
                   &length) != 1)
    throw std::logic_error("OpenSSL offers no SHA-256");
  return out;
}

std::string hex(std::string_view bytes) {
  static char const* digits = "0123456789abcdef";
  std::string out;
  for (unsigned char c : bytes) {
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

std::string base64(std::string_view bytes, bool url) {
  std::string_view const alphabet = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                                        : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto const byte = [&](std::size_t k) {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u;
    };
    auto const group = byte(0) << 16 | byte(1) << 8 | byte(2);
    out += alphabet[group >> 18 & 63];
    out += alphabet[group >> 12 & 63];
    if (i + 1 < bytes.size()) out += alphabet[group >> 6 & 63];
    if (i + 2 < bytes.size()) out += alphabet[group & 63];
  }
  if (!url)
    while (out.size() % 4)
      out += '=';
  return out;
}

} // namespace assay::reports
