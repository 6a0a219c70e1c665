// Signing with cpp-jwt. Its headers stay in this file: they bring another JSON library, and take long to compile.
#include "reports/jws.hpp"

#include "reference/wire/json.hpp"

#include <jwt/jwt.hpp>

namespace assay::reports {

wire::result<std::string> sign(boost::json::object const& claims, std::string const& private_pem) {
  auto const jwk = public_jwk(private_pem);
  if (jwk.has_error()) return jwk.error();
  auto const algorithm = std::string(jwk->at("alg").as_string());
  auto const kid = std::string(jwk->at("kid").as_string());
  using namespace jwt::params;
  jwt::jwt_object token{jwt::params::algorithm(algorithm), secret(private_pem)};
  token.header().add_header("kid", kid);
  auto const members = nlohmann::json::parse(wire::serialize(claims));
  for (auto const& [name, value] : members.items())
    token.add_claim(name, value);
  std::error_code failed;
  auto out = token.signature(failed);
  if (failed || out.empty()) return wire::problem{"key", "cannot sign: " + failed.message(), "is it a private key?"};
  return wire::result<std::string>(boost::system::in_place_value, std::move(out));
}

} // namespace assay::reports
