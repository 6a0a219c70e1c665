// JSON Web Signatures for certificates: RFC 7515 in its compact form, ES256 and RS256 alone, keys as RFC 7517 has them.
#pragma once

#include "reference/wire/problem.hpp"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

/// A public key as a JWK with `kid` (its RFC 7638 thumbprint) and `alg`, from a PEM with the private or the public key.
/// Problem: it is no P-256 or RSA key of at least 2048 bits.
wire::result<boost::json::object> public_jwk(std::string const& pem);

/// The claims, signed. Problem: the key does not fit.
wire::result<std::string> sign(boost::json::object const& claims, std::string const& private_pem);

struct signed_claims {
  boost::json::object claims;
  std::string algorithm;
  std::string key; ///< thumbprint of the key that signed it
};

/// What the text says, without believing it: for the key that it names. Problem: it is no JWS of these algorithms.
wire::result<signed_claims> read_unverified(std::string_view jws);

/// Checks the signature with the key of that `kid`. Problem: why it is refused.
wire::result<signed_claims> verify(std::string_view jws, std::vector<boost::json::object> const& keys);

/// RFC 7638, over a P-256 or RSA key. Problem: it is neither.
wire::result<std::string> thumbprint(boost::json::object const& jwk);

} // namespace assay::reports
