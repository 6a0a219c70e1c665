// Reading and checking on OpenSSL alone: what is checked is decided here, and not by what a header asks for.
#include "reports/jws.hpp"

#include "reference/wire/json.hpp"
#include "reports/digest.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

namespace assay::reports {

namespace {

namespace json = boost::json;

constexpr std::size_t longest = 1u << 20; // of a certificate
constexpr int least_rsa_bits = 2048;
constexpr std::size_t coordinate = 32; // of P-256

struct deleter {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
  void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};
template <class T>
using owned = std::unique_ptr<T, deleter>;

unsigned char const* bytes_of(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

/// Strict: no padding, no other characters, no bits that say nothing.
std::optional<std::string> base64url_decoded(std::string_view text) {
  std::string out;
  unsigned group = 0;
  int bits = 0;
  for (char c : text) {
    int const digit = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '-'             ? 62
                      : c == '_'             ? 63
                                             : -1;
    if (digit < 0) return std::nullopt;
    group = (group << 6 | static_cast<unsigned>(digit)) & 0xFFFFFF;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xFF);
    }
  }
  if (bits == 6 || (group & ((1u << bits) - 1u))) return std::nullopt;
  return out;
}

std::string text_member(json::object const& o, char const* name) {
  auto const* value = o.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::string bytes_of_number(EVP_PKEY* key, char const* name, std::size_t width) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  owned<BIGNUM> const number(raw);
  auto const length = std::max(width, static_cast<std::size_t>(BN_num_bytes(number.get())));
  std::string out(length, '\0');
  BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(length));
  return out;
}

int no_passphrase(char*, int, int, void*) {
  return -1;
}

owned<EVP_PKEY> key_of_pem(std::string const& pem) {
  owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min(pem.size(), longest))));
  owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    bio.reset(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min(pem.size(), longest))));
    key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  }
  ERR_clear_error();
  return key;
}

owned<EVP_PKEY> key_of_parameters(char const* type, OSSL_PARAM_BLD* builder) {
  owned<OSSL_PARAM> const parameters(OSSL_PARAM_BLD_to_param(builder));
  owned<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* out = nullptr;
  if (parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_PUBLIC_KEY, parameters.get());
  ERR_clear_error();
  return owned<EVP_PKEY>(out);
}

owned<EVP_PKEY> key_of_jwk(json::object const& jwk) {
  owned<OSSL_PARAM_BLD> const builder(OSSL_PARAM_BLD_new());
  auto const kty = text_member(jwk, "kty");
  if (kty == "EC" && text_member(jwk, "crv") == "P-256") {
    auto const x = base64url_decoded(text_member(jwk, "x")), y = base64url_decoded(text_member(jwk, "y"));
    if (!x || !y || x->size() != coordinate || y->size() != coordinate) return nullptr;
    auto const point = "\x04" + *x + *y;
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return key_of_parameters("EC", builder.get());
  }
  if (kty != "RSA") return nullptr;
  auto const n = base64url_decoded(text_member(jwk, "n")), e = base64url_decoded(text_member(jwk, "e"));
  if (!n || !e || n->empty() || n->size() > 1024 || e->empty() || e->size() > 8) return nullptr;
  owned<BIGNUM> const modulus(BN_bin2bn(bytes_of(*n), static_cast<int>(n->size()), nullptr));
  owned<BIGNUM> const exponent(BN_bin2bn(bytes_of(*e), static_cast<int>(e->size()), nullptr));
  if (BN_num_bits(modulus.get()) < least_rsa_bits) return nullptr;
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return key_of_parameters("RSA", builder.get());
}

/// The two numbers of an ES256 signature as OpenSSL wants them.
std::string der_of(std::string const& raw) {
  owned<ECDSA_SIG> const signature(ECDSA_SIG_new());
  auto* r = BN_bin2bn(bytes_of(raw), coordinate, nullptr);
  auto* s = BN_bin2bn(bytes_of(raw) + coordinate, coordinate, nullptr);
  ECDSA_SIG_set0(signature.get(), r, s);
  unsigned char* out = nullptr;
  int const length = i2d_ECDSA_SIG(signature.get(), &out);
  std::string der(reinterpret_cast<char*>(out), length > 0 ? static_cast<std::size_t>(length) : 0);
  OPENSSL_free(out);
  return der;
}

bool signature_holds(EVP_PKEY* key, std::string_view message, std::string const& signature) {
  owned<EVP_MD_CTX> const context(EVP_MD_CTX_new());
  bool const good =
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

struct parts {
  signed_claims said;
  std::string kid;
  std::string_view message;
  std::string signature;
};

wire::result<parts> split(std::string_view jws) {
  auto const refuse = [](std::string what) {
    return wire::problem{"certificate", std::move(what), "is this what mcp-assay certify wrote?"};
  };
  while (jws.ends_with('\n') || jws.ends_with('\r') || jws.ends_with(' '))
    jws.remove_suffix(1);
  if (jws.size() > longest) return refuse("is too long");
  auto const first = jws.find('.'), second = jws.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos || jws.find('.', second + 1) != std::string_view::npos)
    return refuse("is no compact JWS: it has not three parts");
  auto const header_text = base64url_decoded(jws.substr(0, first));
  auto const claims_text = base64url_decoded(jws.substr(first + 1, second - first - 1));
  auto signature = base64url_decoded(jws.substr(second + 1));
  if (!header_text || !claims_text || !signature) return refuse("is no compact JWS: a part is no base64url");
  auto const header = wire::parse(*header_text), claims = wire::parse(*claims_text);
  if (header.has_error() || !header->root.is_object()) return refuse("has a header that is no JSON object");
  if (claims.has_error() || !claims->root.is_object()) return refuse("has claims that are no JSON object");
  if (!header->duplicate_names.empty() || !claims->duplicate_names.empty()) return refuse("names a member twice");
  parts out;
  auto const& h = header->root.get_object();
  out.said.algorithm = text_member(h, "alg");
  if (out.said.algorithm == "none") return refuse("has the algorithm none: it is not signed");
  if (out.said.algorithm != "ES256" && out.said.algorithm != "RS256")
    return refuse("has the algorithm \"" + out.said.algorithm + "\", and only ES256 and RS256 are accepted");
  if (h.contains("crit")) return refuse("demands extensions (crit) that are not known here");
  out.kid = text_member(h, "kid");
  if (out.kid.empty()) return refuse("names no key (kid)");
  out.said.key = out.kid;
  out.said.claims = claims->root.get_object();
  out.message = jws.substr(0, second);
  out.signature = std::move(*signature);
  return out;
}

} // namespace

wire::result<std::string> thumbprint(json::object const& jwk) {
  json::object required;
  bool const ec = text_member(jwk, "kty") == "EC";
  auto const names = ec ? std::vector<char const*>{"crv", "kty", "x", "y"} : std::vector<char const*>{"e", "kty", "n"};
  for (auto const* name : names) {
    auto const value = text_member(jwk, name);
    if (value.empty()) return wire::problem{"key", "is no JWK of a P-256 or RSA key", "give keys as RFC 7517 has them"};
    required.emplace(name, value);
  }
  return wire::result<std::string>(boost::system::in_place_value, base64(sha256(wire::serialize(required)), true));
}

wire::result<json::object> public_jwk(std::string const& pem) {
  auto const refuse = [] {
    return wire::problem{"key", "is no P-256 or RSA key (at least 2048 bits) in PEM without a passphrase",
                         "openssl ecparam -name prime256v1 -genkey -noout -out key.pem makes one"};
  };
  auto const key = key_of_pem(pem);
  if (!key) return refuse();
  json::object jwk;
  if (EVP_PKEY_is_a(key.get(), "EC")) {
    char group[80] = {};
    std::size_t length = 0;
    if (EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length) != 1 ||
        std::string_view(group) != "prime256v1")
      return refuse();
    jwk.emplace("kty", "EC");
    jwk.emplace("crv", "P-256");
    jwk.emplace("x", base64(bytes_of_number(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, coordinate), true));
    jwk.emplace("y", base64(bytes_of_number(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, coordinate), true));
    jwk.emplace("alg", "ES256");
  } else if (EVP_PKEY_is_a(key.get(), "RSA") && EVP_PKEY_get_bits(key.get()) >= least_rsa_bits) {
    jwk.emplace("kty", "RSA");
    jwk.emplace("n", base64(bytes_of_number(key.get(), OSSL_PKEY_PARAM_RSA_N, 0), true));
    jwk.emplace("e", base64(bytes_of_number(key.get(), OSSL_PKEY_PARAM_RSA_E, 0), true));
    jwk.emplace("alg", "RS256");
  } else {
    return refuse();
  }
  jwk.emplace("use", "sig");
  auto const print = thumbprint(jwk);
  if (print.has_error()) return print.error();
  jwk.emplace("kid", *print);
  return jwk;
}

wire::result<signed_claims> read_unverified(std::string_view jws) {
  auto found = split(jws);
  if (found.has_error()) return found.error();
  return std::move(found->said);
}

wire::result<signed_claims> verify(std::string_view jws, std::vector<json::object> const& keys) {
  auto const refuse = [](std::string what, std::string hint) {
    return wire::problem{"certificate", std::move(what), std::move(hint)};
  };
  auto found = split(jws);
  if (found.has_error()) return found.error();
  for (auto const& jwk : keys) {
    auto const print = thumbprint(jwk);
    // A key is known by what it is; a name of its own may be used beside that.
    if (print.has_error() || (*print != found->kid && text_member(jwk, "kid") != found->kid)) continue;
    auto const key = key_of_jwk(jwk);
    if (!key)
      return refuse("names a key that is no P-256 or RSA key of at least 2048 bits",
                    "give the signer's public keys with --jwks");
    bool const ec = EVP_PKEY_is_a(key.get(), "EC") == 1;
    if (ec != (found->said.algorithm == "ES256"))
      return refuse("has the algorithm " + found->said.algorithm + ", which does not fit its key",
                    "it was not made by mcp-assay certify");
    if (auto const wanted = text_member(jwk, "alg"); !wanted.empty() && wanted != found->said.algorithm)
      return refuse("has the algorithm " + found->said.algorithm + ", and its key is for " + wanted,
                    "it was not made by mcp-assay certify");
    if (ec && found->signature.size() != 2 * coordinate)
      return refuse("has a signature of the wrong length", "it was changed");
    if (!signature_holds(key.get(), found->message, ec ? der_of(found->signature) : found->signature))
      return refuse("has a signature that does not fit what it says", "it was changed, or another key signed it");
    found->said.key = *print;
    return std::move(found->said);
  }
  return refuse("was signed with the key " + found->kid + ", which is not among the given keys",
                "give the signer's public keys with --jwks");
}

} // namespace assay::reports
