// Certificates: what is signed holds, and nothing else does.
#include "reports/digest.hpp"
#include "reports/jws.hpp"

#include "cmake/catch.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

using namespace assay;

namespace {

std::string pem_of(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  auto const length = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(length));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return out;
}

std::string ec_key(char const* curve = "P-256") {
  return pem_of(EVP_EC_gen(curve));
}
std::string rsa_key(std::size_t bits = 2048) {
  return pem_of(EVP_RSA_gen(bits));
}

boost::json::object claims() {
  boost::json::object out;
  out.emplace("sub", "a server");
  out.emplace("record", std::string(64, 'a'));
  out.emplace("iat", 1);
  out.emplace("revisions", boost::json::array{"one", "two"});
  return out;
}

std::string refusal(std::string const& token, std::vector<boost::json::object> const& keys) {
  auto const r = reports::verify(token, keys);
  return r.has_error() ? r.error().what : std::string{};
}

/// The token with another header.
std::string with_header(std::string const& token, std::string const& header) {
  return reports::base64(header, true) + token.substr(token.find('.'));
}

} // namespace

TEST_CASE("what is signed can be read and checked", "[jws]") {
  for (auto const& pem : {ec_key(), rsa_key()}) {
    auto const jwk = reports::public_jwk(pem);
    REQUIRE(jwk.has_value());
    CHECK_FALSE(jwk->contains("d"));
    auto const token = reports::sign(claims(), pem);
    REQUIRE(token.has_value());
    auto const read = reports::verify(*token + "\n", {*jwk});
    REQUIRE(read.has_value());
    CHECK(read->claims.at("sub").as_string() == "a server");
    CHECK(read->claims.at("revisions").as_array().size() == 2);
    CHECK(read->key == std::string(jwk->at("kid").as_string()));
    CHECK(read->algorithm == std::string(jwk->at("alg").as_string()));
  }
}

TEST_CASE("what was changed is refused", "[jws]") {
  auto const pem = ec_key();
  auto const jwk = *reports::public_jwk(pem);
  auto const token = *reports::sign(claims(), pem);
  auto const kid = std::string(jwk.at("kid").as_string());
  REQUIRE(refusal(token, {jwk}).empty());

  SECTION("another key") {
    CHECK(refusal(token, {*reports::public_jwk(ec_key())}).find("not among the given keys") != std::string::npos);
    CHECK(refusal(token, {}).find("not among") != std::string::npos);
  }
  SECTION("another key under its name") {
    auto other = *reports::public_jwk(ec_key());
    other.at("kid") = kid;
    CHECK(refusal(token, {other}).find("does not fit") != std::string::npos);
  }
  SECTION("other claims") {
    auto changed = claims();
    changed.at("sub") = "another server";
    auto const other = *reports::sign(changed, pem);
    auto const first = token.find('.'), last = token.rfind('.');
    auto const spliced = other.substr(0, other.rfind('.')) + token.substr(last);
    CHECK(first != last);
    CHECK(refusal(spliced, {jwk}).find("does not fit") != std::string::npos);
  }
  SECTION("no algorithm") {
    auto const none = with_header(token, R"({"alg":"none","kid":")" + kid + "\"}");
    CHECK(refusal(none, {jwk}).find("algorithm none") != std::string::npos);
    CHECK(refusal(none.substr(0, none.rfind('.') + 1), {jwk}).find("algorithm none") != std::string::npos);
  }
  SECTION("an algorithm that does not fit, or is not known") {
    CHECK(refusal(with_header(token, R"({"alg":"RS256","kid":")" + kid + "\"}"), {jwk}).find("does not fit its key") !=
          std::string::npos);
    CHECK(refusal(with_header(token, R"({"alg":"HS256","kid":")" + kid + "\"}"), {jwk}).find("only ES256 and RS256") !=
          std::string::npos);
    CHECK(refusal(with_header(token, R"({"alg":7,"kid":")" + kid + "\"}"), {jwk}).find("only ES256 and RS256") !=
          std::string::npos);
    CHECK(refusal(with_header(token, R"({"alg":"ES256","crit":["x"],"kid":")" + kid + "\"}"), {jwk}).find("crit") !=
          std::string::npos);
    CHECK(refusal(with_header(token, R"({"alg":"none","alg":"ES256","kid":")" + kid + "\"}"), {jwk}).find("twice") !=
          std::string::npos);
  }
  SECTION("no token") {
    for (auto const* text :
         {"", "a", "a.b", "a.b.c", "....", "e30.e30.", "e30.e30.e30.e30", "W10.e30.AA", "e30=.e30.AA"})
      CHECK_FALSE(refusal(text, {jwk}).empty());
    CHECK_FALSE(refusal(std::string(3u << 20, 'A'), {jwk}).empty());
    CHECK_FALSE(refusal(token.substr(0, token.size() - 4), {jwk}).empty());
  }
}

TEST_CASE("keys that are too weak or of another kind do not sign", "[jws]") {
  CHECK(reports::public_jwk(ec_key("P-384")).has_error());
  CHECK(reports::public_jwk(rsa_key(1024)).has_error());
  CHECK(reports::public_jwk("no key").has_error());
  CHECK(reports::public_jwk("").has_error());
}

TEST_CASE("a key's name is the thumbprint of RFC 7638", "[jws]") {
  // The key and the thumbprint of RFC 7638, section 3.1.
  boost::json::object key;
  key.emplace("kty", "RSA");
  key.emplace("n",
              "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
              "BJECPebWKRXjBZCiFV4n3oknjhMs"
              "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
              "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI"
              "SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw");
  key.emplace("e", "AQAB");
  key.emplace("alg", "RS256");
  key.emplace("kid", "2011-04-29");
  REQUIRE(reports::thumbprint(key).has_value());
  CHECK(*reports::thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST_CASE("digests and base64 are those of the standards", "[digest]") {
  CHECK(reports::hex(reports::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(reports::base64("") == "");
  CHECK(reports::base64("f") == "Zg==");
  CHECK(reports::base64("fo") == "Zm8=");
  CHECK(reports::base64("foobar") == "Zm9vYmFy");
  CHECK(reports::base64("\xfb\xff", true) == "-_8");
}
