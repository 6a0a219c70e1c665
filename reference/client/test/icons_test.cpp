// basic/index, icons.
#include "reference/client/icons.hpp"
#include "reference/client/test/world.hpp"

using namespace assay::client;

TEST_CASE("an icon is data, or at the server's own origin over https") {
  world w("streamable-http");
  w.c.options.origin = "https://mcp.example.com";
  for (auto const* const good :
       {"data:image/png;base64,AAAA", "DATA:image/png;base64,AAAA", "https://mcp.example.com/icon.png"})
    CHECK(is_safe_icon(w.c, good));
  for (auto const* const bad :
       {"", "data:", "javascript:alert(1)", "file:///etc/passwd", "ftp://mcp.example.com/a", "ws://mcp.example.com/a",
        "my-app://open", "http://mcp.example.com/icon.png", "https://other.example.com/icon.png",
        "https://mcp.example.com:444/icon.png", "https://mcp.example.com@other.example/icon.png"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_safe_icon(w.c, bad));
  }
  world over_stdio("stdio");
  CHECK(is_safe_icon(over_stdio.c, "data:image/png;base64,AAAA"));
  CHECK_FALSE(is_safe_icon(over_stdio.c, "https://mcp.example.com/icon.png"));
}

TEST_CASE("unsafe icons are not printed") {
  world w("stdio", newest_legacy);
  w.c.options.as_json = true;
  w.verbs({"list"});
  shake_hands(w, newest_legacy);
  w.tell(world::with_id(w.line(), R"({"result":{"tools":[
    {"name":"a","icons":[{"src":"javascript:void"},{"src":"data:image/png;base64,AAAA"},{},7]},
    {"name":"b","icons":[{"src":"file:///etc/passwd"}]},{"name":"c","icons":"none"}]}})"));
  REQUIRE(w.printed.size() == 1);
  auto const shown = parsed(w.printed[0]);
  CHECK(member_text(shown, "/tools/0/icons") == R"([{"src":"data:image/png;base64,AAAA"}])");
  CHECK(member_text(shown, "/tools/1/icons") == "(absent)");
  CHECK(member_text(shown, "/tools/2/icons") == "(absent)");
  CHECK(w.warned.size() == 4);
  CHECK(w.code() == 0);
}
