// Tools and pagination in every revision.
#include "reference/server/pagination.hpp"
#include "reference/server/test/play.hpp"
#include "reference/server/tools.hpp"

#include <set>

using namespace assay::server;
using namespace assay::server::test;

namespace {

/// All entries of a list, page by page.
std::vector<json::value> all_of(client& c, std::string_view method, std::string_view member) {
  std::vector<json::value> out;
  std::string params = "{}";
  for (int pages = 0; pages < 100; ++pages) {
    auto const answer = c.ask(method, params);
    auto const& list = at(answer, "/result/" + std::string(member));
    REQUIRE(list.is_array());
    for (auto const& one : list.as_array())
      out.push_back(one);
    auto const cursor = at(answer, "/result/nextCursor");
    if (cursor.is_null()) return out;
    params = R"({"cursor":)" + assay::wire::serialize(cursor) + "}";
  }
  FAIL("no end of pages");
  return out;
}

} // namespace

TEST_CASE("the pages of tools/list are disjoint, complete and the same each time") {
  for (auto const& name : all_revisions()) {
    for (std::size_t const size : {1u, 3u, 5u, 1000u}) {
      auto told = speak();
      told.page_size = size;
      core server(told);
      auto c = open(server, name);
      auto const once = all_of(c, "tools/list", "tools");
      std::set<std::string> names;
      for (auto const& tool : once) {
        names.insert(at(tool, "/name").as_string().c_str());
        CHECK(at(tool, "/description").is_string());
        CHECK(at(tool, "/inputSchema/type") == json::value("object"));
        CHECK(tool.as_object().contains("title") <= (name >= "2025-06-18"));
        CHECK(tool.as_object().contains("outputSchema") <= (name >= "2025-06-18"));
        CHECK(tool.as_object().contains("annotations") <= (name >= "2025-03-26"));
      }
      CHECK(names.size() == once.size());
      CHECK(names.size() > 15);
      CHECK(all_of(c, "tools/list", "tools") == once);
      CHECK(names.contains("test_audio_content") == (name >= "2025-03-26"));
      CHECK(names.contains("json_schema_2020_12_tool") == (name >= "2025-11-25"));
      CHECK(names.contains("test_header_parameter") == (name >= "2026-07-28"));
      CHECK(names.contains("test_elicitation") == (name >= "2025-06-18"));
    }
  }
}

TEST_CASE("the other lists have pages too") {
  for (auto const& name : all_revisions()) {
    auto told = speak();
    told.page_size = 2;
    core server(told);
    auto c = open(server, name);
    CHECK(all_of(c, "resources/list", "resources").size() == 9);
    CHECK(all_of(c, "resources/templates/list", "resourceTemplates").size() == 1);
    CHECK(all_of(c, "prompts/list", "prompts").size() == (name >= "2026-07-28" ? 5 : 4));
  }
}

TEST_CASE("a cursor is ours or it is invalid") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const cursor = std::string(at(c.ask("tools/list"), "/result/nextCursor").as_string());
    auto const code = [&](std::string_view method, std::string const& value) {
      return at(c.ask(method, R"({"cursor":)" + value + "}"), "/error/code");
    };
    CHECK(code("tools/list", R"("never-issued")") == json::value(-32602));
    CHECK(code("tools/list", R"("")") == json::value(-32602));
    CHECK(code("tools/list", "7") == json::value(-32602));
    CHECK(code("tools/list", "null") == json::value(-32602));
    CHECK(code("tools/list", "\"" + cursor + "A\"") == json::value(-32602));
    CHECK(code("resources/list", "\"" + cursor + "\"") == json::value(-32602));
    CHECK(code("tools/list", "\"" + make_cursor("tools/list", 100000) + "\"") == json::value(-32602));
    CHECK(code("tools/list", "\"" + cursor + "\"").is_null());
  }
}

TEST_CASE("unknown tools and malformed calls are protocol errors") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    for (auto const* params : {R"({"name":"no_such_tool"})", R"({"name":7})", "{}",
                               R"({"name":"test_simple_text","arguments":7})", R"({"name":"TEST_SIMPLE_TEXT"})"})
      CHECK(at(c.ask("tools/call", params), "/error/code") == json::value(-32602));
  }
}

TEST_CASE("invalid arguments are an error the model sees, where the revision says so") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    for (auto const* arguments : {"{}", R"({"a":1})", R"({"a":1,"b":"2"})"}) {
      auto const answer = c.tool("add_numbers", arguments);
      if (name >= "2025-11-25")
        CHECK(at(answer, "/result/isError") == json::value(true));
      else
        CHECK(at(answer, "/error/code") == json::value(-32602));
    }
    CHECK(at(c.tool("add_numbers", R"({"a":1,"b":2.5})"), "/result/content/0/text") == json::value("3.5"));
  }
}

TEST_CASE("a schema with the keywords of 2020-12 is applied") {
  core server(speak());
  auto c = open(server, "2025-11-25");
  CHECK(
      at(c.tool("json_schema_2020_12_tool", R"({"contactMethod":"phone","phone":"1"})"), "/result/isError").is_null());
  CHECK(at(c.tool("json_schema_2020_12_tool", R"({"contactMethod":"phone","email":"e"})"), "/result/isError") ==
        json::value(true));
  CHECK(at(c.tool("json_schema_2020_12_tool", R"({"email":"e","other":1})"), "/result/isError") == json::value(true));
}

TEST_CASE("the tools of the contract do what they are named for") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    CHECK(at(c.ask("tools/call", R"({"name":"test_simple_text"})"), "/result/content/0/type") == json::value("text"));
    CHECK(at(c.tool("test_image_content"), "/result/content/0/mimeType") == json::value("image/png"));
    CHECK(at(c.tool("test_embedded_resource"), "/result/content/0/resource/text").is_string());
    CHECK(at(c.tool("test_multiple_content_types"), "/result/content").as_array().size() == 3);
    CHECK(at(c.tool("test_error_handling"), "/result/isError") == json::value(true));
    if (name >= "2025-03-26")
      CHECK(at(c.tool("test_audio_content"), "/result/content/0/mimeType") == json::value("audio/wav"));
    else
      CHECK(at(c.tool("test_audio_content"), "/error/code") == json::value(-32602));
    auto const structured = c.tool("test_structured_content");
    CHECK(at(structured, "/result/structuredContent").is_object() == (name >= "2025-06-18"));
    CHECK(at(structured, "/result/content/0/text").is_string());
  }
}

TEST_CASE("progress is reported for a token, and only then") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    CHECK(c.call("tools/call", R"({"name":"test_tool_with_progress"})").size() == 1);
    for (auto const* token : {"\"t\"", "0"}) {
      auto const messages = c.call("tools/call", R"({"name":"test_tool_with_progress"})",
                                   R"({"progressToken":)" + std::string(token) + "}");
      REQUIRE(messages.size() == 4);
      double last = -1;
      for (int i = 0; i < 3; ++i) {
        CHECK(at(messages[i], "/method") == json::value("notifications/progress"));
        CHECK(at(messages[i], "/params/progressToken") == read(token));
        auto const progress = at(messages[i], "/params/progress").to_number<double>();
        CHECK(progress > last);
        last = progress;
        CHECK(at(messages[i], "/params/message").is_string() == (name >= "2025-03-26"));
      }
      CHECK(at(messages[3], "/result").is_object());
    }
    CHECK(at(c.ask("tools/call", R"({"name":"test_tool_with_progress"})", R"({"progressToken":1.5})"), "/error/code") ==
          json::value(-32602));
  }
}

TEST_CASE("log messages come at the level that is wanted") {
  for (auto const& name : all_revisions()) {
    core server(speak());
    auto c = open(server, name);
    auto const count = [&](std::string_view meta) {
      return c.call("tools/call", R"({"name":"test_tool_with_logging"})", meta).size() - 1;
    };
    if (c.modern()) {
      CHECK(count("{}") == 0);
      CHECK(count(R"({"io.modelcontextprotocol/logLevel":"debug"})") == 3);
      CHECK(count(R"({"io.modelcontextprotocol/logLevel":"error"})") == 0);
      continue;
    }
    CHECK(count("{}") == 3);
    CHECK(at(c.ask("logging/setLevel", R"({"level":"warning"})"), "/result") == json::value(json::object()));
    CHECK(count("{}") == 0);
    CHECK(at(c.ask("logging/setLevel", R"({"level":"loud"})"), "/error/code") == json::value(-32602));
    CHECK(at(c.ask("logging/setLevel", "{}"), "/error/code") == json::value(-32602));
  }
}
