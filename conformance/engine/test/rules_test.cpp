// Each temporal pattern with traffic that it accepts and traffic that it rejects; docs/interpreting.md, "Rules".
#include "conformance/engine/rules.hpp"
#include "conformance/engine/test/world.hpp"

using namespace world;
using engine::outcome;

namespace {

/// A connection with one rule.
struct ruled : connection {
  explicit ruled(std::string_view rule, std::string const& transport = "stdio") : connection("2025-11-25", transport) {
    auto const value = parse(rule);
    data.rules.push_back(catalogue::read_struct<catalogue::rule>(value).value());
    data.rules.back().requirement = "x.y";
  }

  void in(std::string text) { traffic.absorb(engine::frame_received{0, std::move(text), false}, 0); }
  void out(std::string text) { traffic.note(engine::send_line{std::move(text)}, 0); }

  std::optional<engine::check_result> verdict() {
    auto const all = engine::judge_rules({&data.rules.back()}, env, traffic, names);
    if (all.empty()) return std::nullopt;
    return all.front().second;
  }
};

std::string notice(std::string const& method) {
  return R"({"jsonrpc":"2.0","method":")" + method + R"("})";
}

} // namespace

TEST_CASE("a rule that selects nothing is not exercised", "[rules]") {
  ruled c(
      R"({"over": "frames", "for_each": {"/kind": {"equals": "response"}}, "holds": {"/message/id": {"present": true}}})");
  c.in(notice("a"));
  CHECK(c.verdict()->result == outcome::not_exercised);
}

TEST_CASE("holds: every selected view", "[rules]") {
  ruled c(
      R"({"over": "frames", "for_each": {"/from": {"equals": "subject"}, "/kind": {"equals": "notification"}}, "holds": {"/message/method": {"matches": "^notifications/"}}})");
  c.in(notice("notifications/a"));
  c.out(notice("other"));
  CHECK(c.verdict()->result == outcome::pass);
  c.in(notice("other"));
  c.in(notice("another"));
  auto const r = *c.verdict();
  CHECK(r.result == outcome::fail);
  CHECK(r.frame == 3);
  CHECK(r.expected == "/method to match ^notifications/");
  CHECK(r.actual == "\"other\"");
}

TEST_CASE("preceded_by and not_preceded_by", "[rules]") {
  auto const text = [](std::string const& pattern) {
    return R"({"over": "frames", "for_each": {"/message/method": {"equals": "b"}}, ")" + pattern +
           R"(": {"/message/method": {"equals": "a"}}})";
  };
  SECTION("wanted") {
    ruled good(text("preceded_by")), bad(text("preceded_by"));
    good.in(notice("a"));
    good.in(notice("b"));
    CHECK(good.verdict()->result == outcome::pass);
    bad.in(notice("b"));
    bad.in(notice("a"));
    CHECK(bad.verdict()->result == outcome::fail);
  }
  SECTION("unwanted") {
    ruled good(text("not_preceded_by")), bad(text("not_preceded_by"));
    good.in(notice("b"));
    good.in(notice("a"));
    CHECK(good.verdict()->result == outcome::pass);
    bad.in(notice("a"));
    bad.in(notice("b"));
    CHECK(bad.verdict()->result == outcome::fail);
  }
}

TEST_CASE("followed_by and not_followed_by", "[rules]") {
  auto const text = [](std::string const& pattern) {
    return R"({"over": "frames", "for_each": {"/message/method": {"equals": "a"}}, ")" + pattern +
           R"(": {"/message/method": {"equals": "b"}}})";
  };
  SECTION("wanted") {
    ruled good(text("followed_by")), bad(text("followed_by"));
    good.in(notice("a"));
    good.in(notice("x"));
    good.in(notice("b"));
    CHECK(good.verdict()->result == outcome::pass);
    bad.in(notice("b"));
    bad.in(notice("a"));
    CHECK(bad.verdict()->result == outcome::fail);
  }
  SECTION("unwanted") {
    ruled good(text("not_followed_by")), bad(text("not_followed_by"));
    good.in(notice("b"));
    good.in(notice("a"));
    CHECK(good.verdict()->result == outcome::pass);
    bad.in(notice("a"));
    bad.in(notice("b"));
    CHECK(bad.verdict()->result == outcome::fail);
  }
}

TEST_CASE("this names the selected view in the other patterns", "[rules]") {
  // No message after the answer to a request that repeats its id.
  ruled c(
      R"({"over": "frames", "for_each": {"/kind": {"equals": "response"}}, "not_followed_by": {"/kind": {"equals": "response"}, "/message/id": {"equals": {"$": "this/message/id"}}}})");
  c.in(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  c.in(R"({"jsonrpc":"2.0","id":2,"result":{}})");
  CHECK(c.verdict()->result == outcome::pass);
  c.in(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  CHECK(c.verdict()->result == outcome::fail);
}

TEST_CASE("another view is one on the right side that meets all of its pattern", "[rules]") {
  // A cancellation names a request that the same side made before.
  ruled c(
      R"({"over": "frames", "for_each": {"/message/method": {"equals": "notifications/cancelled"}}, "preceded_by": {"/from": {"equals": "subject"}, "/kind": {"equals": "request"}, "/message/id": {"equals": {"$": "this/message/params/requestId"}}}})");
  auto const cancelled = [](std::string const& id) {
    return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id + "}}";
  };
  for (int id = 1; id <= 2000; ++id)
    c.in(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"a"})");
  c.out(R"({"jsonrpc":"2.0","id":3000,"method":"a"})");
  for (int id = 1; id <= 2000; ++id)
    c.in(cancelled(std::to_string(id)));
  CHECK(c.verdict()->result == outcome::pass);
  SECTION("another side's") {
    c.in(cancelled("3000"));
  }
  SECTION("a later one") {
    c.in(cancelled("4000"));
    c.in(R"({"jsonrpc":"2.0","id":4000,"method":"a"})");
  }
  SECTION("none") {
    c.in(cancelled("5000"));
  }
  CHECK(c.verdict()->result == outcome::fail);
  CHECK(c.verdict()->frame == 4002);
}

TEST_CASE("unique_by: the values together occur once", "[rules]") {
  ruled c(R"({"over": "frames", "for_each": {"/kind": {"equals": "request"}}, "unique_by": ["/from", "/message/id"]})");
  c.in(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
  c.out(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
  c.in(R"({"jsonrpc":"2.0","id":"1","method":"a"})");
  CHECK(c.verdict()->result == outcome::pass);
  c.in(R"({"jsonrpc":"2.0","id":1.0,"method":"b"})");
  auto const r = *c.verdict();
  CHECK(r.result == outcome::fail);
  CHECK(r.frame == 4);
  CHECK(r.actual.find("frame 1") != std::string::npos);
}

TEST_CASE("many unique values are no quadratic work", "[rules]") {
  ruled c(R"({"over": "frames", "for_each": {"/kind": {"equals": "request"}}, "unique_by": ["/message/id"]})");
  for (int i = 0; i < 4000; ++i)
    c.in(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"a"})");
  CHECK(c.verdict()->result == outcome::pass);
}

TEST_CASE("many views that look for the same other one are no quadratic work", "[rules]") {
  ruled c(
      R"({"over": "frames", "for_each": {"/message/method": {"equals": "b"}}, "not_preceded_by": {"/message/method": {"equals": "a"}}})");
  for (int i = 0; i < 4000; ++i)
    c.in(notice("b"));
  c.in(notice("a"));
  CHECK(c.verdict()->result == outcome::pass);
  c.in(notice("b"));
  CHECK(c.verdict()->result == outcome::fail);
  CHECK(c.verdict()->frame == 4002);
}

TEST_CASE("rules over exchanges and exits", "[rules]") {
  SECTION("exchanges") {
    ruled c(
        R"({"over": "exchanges", "for_each": {"/sent/kind": {"equals": "notification"}}, "holds": {"/status": {"equals": 202}}})",
        "streamable-http");
    int const id = c.traffic.next_exchange();
    c.traffic.note(engine::send_http{id, "POST", {}, {}, notice("a")}, 0);
    c.traffic.absorb(engine::head_received{id, 202, {}}, 0);
    CHECK(c.verdict()->result == outcome::pass);
    int const other = c.traffic.next_exchange();
    c.traffic.note(engine::send_http{other, "POST", {}, {}, notice("b")}, 0);
    c.traffic.absorb(engine::head_received{other, 204, {}}, 0);
    CHECK(c.verdict()->result == outcome::fail);
    CHECK(c.verdict()->exchange == other);
  }
  SECTION("exits") {
    ruled c(R"({"over": "exits", "for_each": {}, "holds": {"/signal": {"present": false}}})");
    CHECK(c.verdict()->result == outcome::not_exercised);
    c.traffic.absorb(engine::subject_exited{std::nullopt, 6}, 0);
    CHECK(c.verdict()->result == outcome::fail);
  }
}
