#include "reference/session/random.hpp"

#include "cmake/catch.hpp"

#include <stdexcept>

using namespace assay;

TEST_CASE("random bytes are written in hex, and differ", "[random]") {
  auto const one = session::random_hex(16);
  CHECK(one.size() == 32);
  CHECK(one.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(one != session::random_hex(16));
  CHECK(session::random_hex(0).empty());
  CHECK(session::random_hex(256).size() == 512);
  CHECK_THROWS_AS(session::random_hex(257), std::runtime_error);
}
