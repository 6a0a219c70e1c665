// server/tools: structured content is held to the output schema.
#include "reference/client/test/world.hpp"

using namespace assay::client;

namespace {

std::optional<int> code_for(std::string const& revision, std::string const& schema, std::string const& result) {
  world w("stdio", revision);
  w.scenario("tools_call");
  shake_hands(w, revision);
  w.tell(world::with_id(w.line(),
                        R"({"result":{"tools":[{"name":"add_numbers","inputSchema":{"type":"object"},"outputSchema":)" +
                            schema + "}]}}"));
  w.tell(world::with_id(w.line(), R"({"result":)" + result + "}"));
  return w.code();
}

constexpr auto sum = R"({"type":"object","properties":{"sum":{"type":"number"}},"required":["sum"]})";

} // namespace

TEST_CASE("structured content is validated where the revision has it") {
  CHECK(code_for(newest_legacy, sum, R"({"content":[],"structuredContent":{"sum":5}})") == 0);
  CHECK(code_for(newest_legacy, sum, R"({"content":[],"structuredContent":{"sum":"5"}})") == 1);
  CHECK(code_for(newest_legacy, sum, R"({"content":[]})") == 1);
  CHECK(code_for(newest_legacy, sum, R"({"content":[],"isError":true})") == 0);
  CHECK(code_for("2025-03-26", sum, R"({"content":[]})") == 0);
}

TEST_CASE("an output schema that cannot be used is no permission") {
  CHECK(code_for(newest_legacy, R"({"$ref":"http://127.0.0.1:9/x.json"})",
                 R"({"content":[],"structuredContent":{}})") == 1);
  CHECK(code_for(newest_legacy, R"({"$schema":"urn:unknown"})", R"({"content":[],"structuredContent":{}})") == 1);
  CHECK(code_for(newest_legacy, R"({"type":7})", R"({"content":[],"structuredContent":{}})") == 1);
}
