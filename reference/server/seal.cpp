#include "reference/server/seal.hpp"

#include "reference/wire/header_value.hpp"

#include <algorithm>
#include <array>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>
#include <vector>

namespace assay::server {
namespace {

constexpr std::size_t code_size = 32;

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<unsigned char const*>(text.data()),
            text.size(), out.data(), &size) ||
      size != code_size)
    throw std::runtime_error("HMAC-SHA256 is not available");
  return std::string(reinterpret_cast<char const*>(out.data()), size);
}

std::string hex(unsigned char const* bytes, std::size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

} // namespace

std::string seal(std::string_view key, std::string_view text) {
  auto out = wire::base64_encode(hmac(key, text) + std::string(text));
  while (out.ends_with('='))
    out.pop_back();
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

std::optional<std::string> unseal(std::string_view key, std::string_view sealed) {
  std::string text(sealed);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  auto const bytes = wire::base64_decode(text);
  if (!bytes || bytes->size() < code_size) return std::nullopt;
  auto plain = bytes->substr(code_size);
  auto const expected = hmac(key, plain);
  if (CRYPTO_memcmp(expected.data(), bytes->data(), code_size) != 0) return std::nullopt;
  // Base64 leaves room for several spellings of the same bytes; only ours is ours.
  if (seal(key, plain) != sealed) return std::nullopt;
  return plain;
}

std::string digest(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (!EVP_Digest(text.data(), text.size(), out.data(), &size, EVP_sha256(), nullptr))
    throw std::runtime_error("SHA-256 is not available");
  return hex(out.data(), size);
}

} // namespace assay::server
