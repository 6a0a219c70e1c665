// What a server did not declare is not asked of it (basic/lifecycle, operation).
#include "reference/client/capabilities.hpp"
#include "reference/client/test/world.hpp"

using namespace assay::client;
namespace json = boost::json;

TEST_CASE("the capability that a method needs") {
  auto const& newest = *revisions().find(newest_legacy);
  auto const missing = [&](std::string_view declared, std::string_view method) {
    return missing_capability(newest, parsed(declared).as_object(), method);
  };
  CHECK(missing(R"({"tools":{}})", "tools/call").empty());
  CHECK(missing(R"({"tools":{}})", "resources/list") == "resources");
  CHECK(missing(R"({"resources":{}})", "resources/read").empty());
  CHECK(missing(R"({"resources":{}})", "resources/subscribe") == "resources.subscribe");
  CHECK(missing(R"({"resources":{"subscribe":false}})", "resources/unsubscribe") == "resources.subscribe");
  CHECK(missing(R"({"resources":{"subscribe":true}})", "resources/subscribe").empty());
  CHECK(missing(R"({"resources":true})", "resources/subscribe") == "resources.subscribe");
  CHECK(missing(R"({"resources":null})", "resources/subscribe") == "resources.subscribe");
  CHECK(missing("{}", "prompts/get") == "prompts");
  CHECK(missing("{}", "completion/complete") == "completions");
  CHECK(missing("{}", "logging/setLevel") == "logging");
  CHECK(missing("{}", "ping").empty());
  // The first revision has completions without a capability for them.
  CHECK(missing_capability(revisions().all().front(), {}, "completion/complete").empty());
}

TEST_CASE("a request without its capability is not sent, and the user hears why") {
  auto const [words, capability] = GENERATE(table<std::vector<std::string>, std::string>({
      {{"listen", "1", "a://b"}, "resources.subscribe"},
      {{"read", "a://b"}, "resources"},
      {{"get-prompt", "x"}, "prompts"},
      {{"complete", "x", "y", "z"}, "completions"},
  }));
  world w("stdio", newest_legacy);
  w.verbs(words);
  shake_hands(w, newest_legacy, capability == "resources.subscribe" ? R"({"resources":{}})" : R"({"tools":{}})");
  CHECK(w.line() == nullptr);
  CHECK(w.code() == 1);
  REQUIRE(w.warned.size() == 1);
  CHECK(w.warned.front().find("does not declare " + capability) != std::string::npos);
}
