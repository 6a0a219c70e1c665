#include "reference/session/trace_context.hpp"

#include "cmake/catch.hpp"

#include <string>

using namespace assay::session;

TEST_CASE("traceparent is version, trace, parent and flags") {
  CHECK(is_traceparent("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"));
  CHECK(is_traceparent("01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-later"));
  for (auto const* const bad : {"", "00", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7",
                                "00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01",
                                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
                                "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more",
                                "01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01more",
                                "00-0af7651916cd43dd8448eb211c80319c_00f067aa0ba902b7-01"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_traceparent(bad));
  }
}

TEST_CASE("tracestate and baggage are lists") {
  CHECK(is_tracestate("rojo=00f067aa0ba902b7, congo=t61rcWkgMzE"));
  CHECK(is_tracestate("fw529a3039@dt=FfAAAAAAAAAAAA"));
  std::string many = "a=1";
  for (int i = 0; i < 32; ++i)
    many += ",a=1";
  for (auto const& bad : {std::string(), std::string("A=1"), std::string("a"), std::string("a="), std::string("=1"),
                          std::string("a=1,,b=2"), std::string("a=b=c"), many})
    CHECK_FALSE(is_tracestate(bad));
  CHECK(is_baggage("userId=alice,serverNode=DF%2028;property;p=1 , isProduction=false"));
  for (auto const* const bad : {"", "a", "=b", "a b=c", "a=\"b\"", "a=b,"})
    CHECK_FALSE(is_baggage(bad));
}
