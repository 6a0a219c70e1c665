// Streamable HTTP without I/O, in both eras.
#include "reference/server/streamable_http.hpp"
#include "reference/server/test/play.hpp"

using namespace assay::server;
using namespace assay::server::test;
using assay::transport::find_header;
using assay::transport::http_headers;
using assay::transport::http_request;

namespace {

/// Plays HTTP clients against the endpoint; keeps what each exchange got.
struct http_client {
  core server;
  streamable_http endpoint;
  exchange_id last = 0;
  std::vector<timer> timers;

  struct exchange {
    int status = 0;
    http_headers headers;
    std::vector<json::value> messages;
    std::vector<std::string> ids;
    bool stream = false;
    bool ended = false;
    bool primed = false;
    std::optional<long> retry;
  };
  std::map<exchange_id, exchange> got;

  explicit http_client(settings told = speak(), http_settings with = {})
      : server(std::move(told)), endpoint(server, [&] {
          with.port = 8000;
          return with;
        }()) {}

  void take(http_effects done) {
    for (auto const& action : done.actions) {
      if (auto const* const answer = std::get_if<http_answer>(&action)) {
        auto& to = got[answer->to];
        to.status = answer->status;
        to.headers = answer->headers;
        if (answer->message) to.messages.push_back(*answer->message);
        to.ended = true;
      } else if (auto const* const start = std::get_if<stream_start>(&action)) {
        got[start->to].status = 200;
        got[start->to].headers = start->headers;
        got[start->to].stream = true;
      } else if (auto const* const event = std::get_if<stream_event>(&action)) {
        auto& to = got[event->to];
        if (event->id) to.ids.push_back(*event->id);
        if (event->retry) to.retry = event->retry;
        if (event->message)
          to.messages.push_back(*event->message);
        else if (!event->retry)
          to.primed = to.messages.empty();
      } else {
        got[std::get<stream_end>(action).to].ended = true;
      }
    }
    for (auto const& one : done.timers)
      timers.push_back(one);
  }

  exchange& send(http_request request) {
    auto const id = ++last;
    got[id]; // an exchange that gets nothing is there too
    take(endpoint.request(id, request));
    return got[id];
  }

  exchange& post(std::string body, http_headers headers = {}) {
    http_request request{"POST", "/mcp", std::move(headers), std::move(body)};
    if (!find_header(request.headers, "Accept"))
      request.headers.push_back({"Accept", "application/json, text/event-stream"});
    return send(std::move(request));
  }

  /// A legacy session; its id.
  std::string open(std::string const& revision, std::string const& capabilities = "{}") {
    auto const& answer =
        post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + revision +
             R"(","capabilities":)" + capabilities + R"(,"clientInfo":{"name":"t","version":"1"}}})");
    REQUIRE(answer.status == 200);
    auto const* const id = find_header(answer.headers, "Mcp-Session-Id");
    REQUIRE(id);
    auto const session = *id;
    auto const& ready =
        post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", {{"Mcp-Session-Id", session}});
    CHECK(ready.status == 202);
    CHECK(ready.messages.empty());
    return session;
  }

  exchange& get(std::string const& session, http_headers more = {}) {
    more.push_back({"Mcp-Session-Id", session});
    return send({"GET", "/mcp", std::move(more), ""});
  }

  exchange& call(std::string const& session, int id, std::string const& tool, std::string const& more = "") {
    return post(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"tools/call","params":{"name":")" +
                    tool + "\"" + more + "}}",
                {{"Mcp-Session-Id", session}});
  }

  /// A modern request with all its headers.
  exchange& modern(std::string const& method, std::string const& params = "", http_headers headers = {}) {
    std::string body = R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params +
                       (params.empty() ? "" : ",") +
                       R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                       R"("io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}}})";
    for (auto const& [name, value] : http_headers{{"mcp-protocol-version", "2026-07-28"}, {"mcp-method", method}})
      if (!find_header(headers, name)) headers.push_back({name, value});
    return post(std::move(body), std::move(headers));
  }
};

json::value code_of(http_client::exchange const& of) {
  REQUIRE(of.messages.size() == 1);
  return at(of.messages[0], "/error/code");
}

std::vector<std::string> const http_revisions{"2025-03-26", "2025-06-18", "2025-11-25"};

} // namespace

TEST_CASE("Origin and Host are looked at first") {
  http_client c(speak(), {.allowed_origins = {"https://app.example.com"}});
  for (auto const& [name, value] : http_headers{{"Origin", "http://evil.example.com"},
                                                {"Origin", "null"},
                                                {"Origin", "http://localhost:9"},
                                                {"Origin", "http://localhost.evil.example.com:8000"},
                                                {"Host", "evil.example.com"},
                                                {"Host", "evil.example.com:8000"},
                                                {"Host", ""}}) {
    INFO(name << " " << value);
    auto const& answer = c.post("{}", {{name, value}});
    CHECK(answer.status == 403);
    REQUIRE(answer.messages.size() == 1);
    CHECK_FALSE(answer.messages[0].as_object().contains("id"));
    CHECK(c.send({"GET", "/mcp", {{name, value}}, ""}).status == 403);
  }
  for (auto const& [name, value] : http_headers{{"Origin", "http://localhost:8000"},
                                                {"Origin", "http://127.0.0.1:8000"},
                                                {"Origin", "http://[::1]:8000"},
                                                {"Origin", "https://app.example.com"},
                                                {"Host", "localhost:8000"},
                                                {"Host", "127.0.0.1"},
                                                {"Host", "app.example.com"}})
    CHECK(c.modern("server/discover", "", {{name, value}}).status == 200);
}

TEST_CASE("what is no MCP endpoint or method") {
  http_client c;
  CHECK(c.send({"POST", "/", {}, "{}"}).status == 404);
  auto const& put = c.send({"PUT", "/mcp", {}, "{}"});
  CHECK(put.status == 405);
  CHECK(*find_header(put.headers, "Allow") == "POST, GET, DELETE");
  http_client modern(speak({"2026-07-28"}));
  for (auto const* method : {"GET", "DELETE", "PUT"}) {
    auto const& answer = modern.send({method, "/mcp", {}, ""});
    CHECK(answer.status == 405);
    CHECK(*find_header(answer.headers, "Allow") == "POST");
  }
  CHECK(c.send({"GET", "/mcp", {{"MCP-Protocol-Version", "2026-07-28"}}, ""}).status == 405);
}

TEST_CASE("a legacy session lives from initialize to DELETE") {
  for (auto const& revision : http_revisions) {
    http_client c;
    auto const session = c.open(revision);
    CHECK(session.size() >= 16);
    CHECK(session != c.open(revision));
    auto const& list = c.post(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", {{"mcp-session-id", session}});
    CHECK(list.status == 200);
    CHECK(*find_header(list.headers, "Content-Type") == "application/json");
    CHECK(at(list.messages.at(0), "/result/tools").is_array());

    auto const body = R"({"jsonrpc":"2.0","id":2,"method":"ping"})";
    auto const& missing = c.post(body);
    CHECK(missing.status == 400);
    CHECK(at(missing.messages.at(0), "/id") == json::value(2));
    CHECK(c.send({"GET", "/mcp", {}, ""}).status == 400);
    CHECK(c.send({"DELETE", "/mcp", {}, ""}).status == 400);
    CHECK(c.post(body, {{"Mcp-Session-Id", "no-such"}}).status == 404);

    CHECK(c.send({"DELETE", "/mcp", {{"Mcp-Session-Id", session}}, ""}).status == 200);
    CHECK(c.post(body, {{"Mcp-Session-Id", session}}).status == 404);
    CHECK(c.get(session).status == 404);
    CHECK(c.send({"DELETE", "/mcp", {{"Mcp-Session-Id", session}}, ""}).status == 404);
  }
}

TEST_CASE("a failed initialize opens no session") {
  http_client c;
  auto const& answer = c.post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{}})");
  CHECK(code_of(answer) == json::value(-32602));
  CHECK_FALSE(find_header(answer.headers, "Mcp-Session-Id"));
  CHECK(c.endpoint.sessions() == 0);
}

TEST_CASE("sessions are limited, and the idlest one goes") {
  http_client c(speak(), {.sessions = 2});
  auto const first = c.open("2025-11-25");
  auto const second = c.open("2025-11-25");
  auto const ping = R"({"jsonrpc":"2.0","id":2,"method":"ping"})";
  CHECK(c.post(ping, {{"Mcp-Session-Id", first}}).status == 200);
  auto const third = c.open("2025-11-25");
  CHECK(c.endpoint.sessions() == 2);
  CHECK(c.post(ping, {{"Mcp-Session-Id", first}}).status == 200);
  CHECK(c.post(ping, {{"Mcp-Session-Id", second}}).status == 404);
  CHECK(c.post(ping, {{"Mcp-Session-Id", third}}).status == 200);
}

TEST_CASE("the version header is checked where the revision has it") {
  auto const ping = R"({"jsonrpc":"2.0","id":2,"method":"ping"})";
  for (auto const& revision : http_revisions) {
    http_client c;
    auto const session = c.open(revision);
    auto const status = [&](std::string value) {
      return c.post(ping, {{"Mcp-Session-Id", session}, {"MCP-Protocol-Version", std::move(value)}}).status;
    };
    bool const checked = revision != "2025-03-26";
    CHECK(status(revision) == 200);
    CHECK(status("1999-01-01") == (checked ? 400 : 200));
    CHECK(status("") == (checked ? 400 : 200));
    CHECK(c.get(session, {{"MCP-Protocol-Version", "bogus"}}).status == (checked ? 400 : 200));
  }
}

TEST_CASE("malformed bodies are refused, and the session goes on") {
  for (auto const& revision : http_revisions) {
    http_client c;
    auto const session = c.open(revision);
    for (auto const& [body, code] :
         std::vector<std::pair<std::string, int>>{{"{half", -32700},
                                                  {"", -32700},
                                                  {"7", -32600},
                                                  {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", -32600},
                                                  {R"({"jsonrpc":"2.0","method":7})", -32600},
                                                  {"[]", -32600}}) {
      auto const& answer = c.post(body, {{"Mcp-Session-Id", session}});
      INFO(body);
      CHECK(answer.status == 400);
      CHECK(code_of(answer) == json::value(code));
    }
    auto const& batch = c.post(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}])",
                               {{"Mcp-Session-Id", session}});
    CHECK(batch.status == (revision == "2025-03-26" ? 200 : 400));
    CHECK(batch.messages.at(0).is_array() == (revision == "2025-03-26"));
    CHECK(c.post(R"({"jsonrpc":"2.0","method":"notifications/x"})", {{"Mcp-Session-Id", session}}).status == 202);
    CHECK(c.post(R"({"jsonrpc":"2.0","id":77,"result":{}})", {{"Mcp-Session-Id", session}}).status == 202);
    CHECK(c.post(R"({"jsonrpc":"2.0","id":1,"method":"ping"})", {{"Mcp-Session-Id", session}}).status == 200);
  }
}

TEST_CASE("Accept decides on JSON or events") {
  http_client c;
  auto const session = c.open("2025-11-25");
  auto const ask = [&](std::string accept) -> http_client::exchange& {
    return c.post(R"({"jsonrpc":"2.0","id":2,"method":"ping"})",
                  {{"Mcp-Session-Id", session}, {"Accept", std::move(accept)}});
  };
  CHECK_FALSE(ask("*/*").stream);
  CHECK_FALSE(ask("Application/JSON; q=0.5, text/event-stream").stream);
  CHECK(ask("text/event-stream").stream);
  CHECK(ask("text/event-stream, application/json;q=0").stream);
  CHECK(ask("text/html").status == 406);
  CHECK(c.get(session, {{"Accept", "application/json"}}).status == 406);
}

TEST_CASE("notifications and requests of the server make a stream") {
  for (auto const& revision : http_revisions) {
    http_client c;
    auto const session = c.open(revision, R"({"sampling":{}})");
    auto const& progress = c.call(session, 1, "test_tool_with_progress", R"(,"_meta":{"progressToken":1})");
    CHECK(progress.stream);
    CHECK(progress.ended);
    CHECK(progress.messages.size() == 4);
    CHECK(progress.primed == (revision == "2025-11-25"));
    CHECK(std::set<std::string>(progress.ids.begin(), progress.ids.end()).size() == progress.ids.size());
    CHECK(progress.ids.size() >= 4);

    auto& asked = c.call(session, 2, "test_sampling", R"(,"arguments":{"prompt":"p"})");
    REQUIRE(asked.messages.size() == 1);
    CHECK_FALSE(asked.ended);
    auto const id = assay::wire::serialize(at(asked.messages[0], "/id"));
    auto const& taken =
        c.post(R"({"jsonrpc":"2.0","id":)" + id +
                   R"(,"result":{"role":"assistant","content":{"type":"text","text":"t"},"model":"m"}})",
               {{"Mcp-Session-Id", session}});
    CHECK(taken.status == 202);
    CHECK(asked.ended);
    CHECK(at(asked.messages.back(), "/id") == json::value(2));
  }
}

TEST_CASE("what belongs to no request goes to one GET stream, or waits for one") {
  http_client c;
  auto const session = c.open("2025-11-25");
  CHECK(c.call(session, 1, "test_trigger_tool_change").messages.size() == 1);
  auto& stream = c.get(session);
  CHECK(stream.stream);
  CHECK(stream.primed);
  CHECK(stream.messages.size() == 1); // it waited
  auto const first = c.last;
  auto& second = c.get(session);
  CHECK(c.call(session, 2, "test_trigger_prompt_change").messages.size() == 1);
  CHECK(stream.messages.size() + second.messages.size() == 2);
  c.take(c.endpoint.gone(first));
  c.take(c.endpoint.gone(first + 1));
  CHECK(c.call(session, 3, "test_trigger_prompt_change").messages.size() == 1);
  CHECK(c.get(session).messages.size() == 1);
  CHECK(c.send({"DELETE", "/mcp", {{"Mcp-Session-Id", session}}, ""}).status == 200);
  CHECK(c.got[c.last - 1].ended);
}

TEST_CASE("a stream is resumed where it broke") {
  http_client c;
  auto const session = c.open("2025-11-25");
  auto const other = c.open("2025-11-25");
  auto const& broken = c.call(session, 1, "test_reconnection");
  CHECK(broken.stream);
  CHECK(broken.ended);
  CHECK(broken.messages.empty());
  CHECK(broken.retry);
  REQUIRE(c.timers.size() == 1);
  auto const id = broken.ids.at(0);

  SECTION("the answer came while nobody listened") {
    c.take(c.endpoint.woken(c.timers[0].number));
    auto const& resumed = c.get(session, {{"Last-Event-ID", id}});
    REQUIRE(resumed.messages.size() == 1);
    CHECK(at(resumed.messages[0], "/id") == json::value(1));
    CHECK(resumed.ended);
    auto const& again = c.get(session, {{"Last-Event-ID", resumed.ids.at(0)}});
    CHECK(again.messages.empty());
  }
  SECTION("the client came back before the answer") {
    auto& resumed = c.get(session, {{"Last-Event-ID", id}});
    CHECK_FALSE(resumed.ended);
    c.take(c.endpoint.woken(c.timers[0].number));
    CHECK(resumed.messages.size() == 1);
    CHECK(resumed.ended);
  }
  SECTION("nobody else can have it") {
    c.take(c.endpoint.woken(c.timers[0].number));
    for (auto const* strange : {"x", "1-", "-1", "999-1", "", "1-1x"})
      CHECK(c.get(session, {{"Last-Event-ID", strange}}).messages.empty());
    CHECK(c.get(other, {{"Last-Event-ID", id}}).messages.empty());
  }
}

TEST_CASE("a legacy client that goes away cancels nothing") {
  http_client c;
  auto const session = c.open("2025-06-18");
  auto const& open = c.call(session, 1, "test_tool_with_waiting", R"(,"_meta":{"progressToken":1})");
  REQUIRE(open.ids.size() == 1);
  auto const id = open.ids[0];
  c.take(c.endpoint.gone(c.last));
  c.take(c.endpoint.woken(c.timers.at(0).number));
  CHECK(c.get(session, {{"Last-Event-ID", id}}).messages.size() == 1);
}

TEST_CASE("a cancelled legacy request ends its stream without an answer") {
  http_client c;
  auto const session = c.open("2025-11-25", R"({"roots":{}})");
  auto const& open = c.call(session, 1, "test_roots");
  CHECK_FALSE(open.ended);
  CHECK(c.post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})",
               {{"Mcp-Session-Id", session}})
            .status == 202);
  CHECK(open.ended);
  REQUIRE(open.messages.size() == 2);
  CHECK(at(open.messages[1], "/method") == json::value("notifications/cancelled"));
}

TEST_CASE("modern requests repeat themselves in headers") {
  http_client c;
  auto const& discover = c.modern("server/discover");
  CHECK(discover.status == 200);
  CHECK_FALSE(find_header(discover.headers, "Mcp-Session-Id"));
  CHECK(c.modern("server/discover", "", {{"Mcp-Session-Id", "whatever"}, {"Last-Event-ID", "7"}}).status == 200);

  auto const refused = [&](http_client::exchange const& answer) {
    CHECK(answer.status == 400);
    CHECK(code_of(answer) == json::value(-32020));
    CHECK(at(answer.messages[0], "/id") == json::value(1));
  };
  refused(c.modern("server/discover", "", {{"Mcp-Method", "tools/list"}}));
  refused(c.modern("server/discover", "", {{"Mcp-Method", "SERVER/DISCOVER"}}));
  refused(c.modern("server/discover", "", {{"MCP-Protocol-Version", "v999.0.0"}}));
  refused(c.modern("server/discover", "", {{"Mcp-Method", "server/discover"}, {"mcp-method", "server/discover"}}));
  CHECK(c.modern("server/discover", "", {{"MCP-METHOD", " server/discover "}}).status == 200);

  auto const text = std::string(R"("name":"test_simple_text")");
  refused(c.modern("tools/call", text));
  refused(c.modern("tools/call", text, {{"Mcp-Name", "other"}}));
  refused(c.modern("tools/call", text, {{"Mcp-Name", "=?base64?%%%?="}}));
  CHECK(c.modern("tools/call", text, {{"Mcp-Name", "test_simple_text"}}).status == 200);
  CHECK(c.modern("tools/call", text, {{"Mcp-Name", "=?base64?dGVzdF9zaW1wbGVfdGV4dA==?="}}).status == 200);
  refused(c.modern("resources/read", R"("uri":"test://static-text")"));
  CHECK(c.modern("resources/read", R"("uri":"test://static-text")", {{"Mcp-Name", "test://static-text"}}).status ==
        200);

  auto const tool = std::string(R"("name":"test_header_parameter","arguments":)");
  auto const call = [&](std::string const& arguments, http_headers headers) -> http_client::exchange& {
    headers.push_back({"Mcp-Name", "test_header_parameter"});
    return c.modern("tools/call", tool + arguments, std::move(headers));
  };
  CHECK(call("{}", {}).status == 200);
  CHECK(call(R"({"region":"Hello"})", {{"Mcp-Param-Region", "Hello"}}).status == 200);
  CHECK(call(R"({"region":"Hello"})", {{"mcp-param-region", "=?base64?SGVsbG8=?="}}).status == 200);
  CHECK(call(R"({"region":"SGVsbG8="})", {{"Mcp-Param-Region", "SGVsbG8="}}).status == 200);
  CHECK(call(R"({"priority":42,"verbose":false})", {{"Mcp-Param-Priority", "42.0"}, {"Mcp-Param-Verbose", "false"}})
            .status == 200);
  refused(call(R"({"region":"Hello"})", {}));
  refused(call(R"({"region":"Hello"})", {{"Mcp-Param-Region", "Other"}}));
  refused(call(R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8?="}}));
  refused(call(R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVs!!!bG8=?="}}));
  refused(call(R"({"priority":42})", {{"Mcp-Param-Priority", "43"}}));
  refused(call(R"({"verbose":true})", {{"Mcp-Param-Verbose", "True"}}));
}

TEST_CASE("modern status codes") {
  http_client c;
  auto const& unknown = c.modern("no/such");
  CHECK(unknown.status == 404);
  CHECK(code_of(unknown) == json::value(-32601));
  auto const& no_meta = c.post(R"({"jsonrpc":"2.0","id":1,"method":"server/discover"})",
                               {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "server/discover"}});
  CHECK(no_meta.status == 400);
  CHECK(code_of(no_meta) == json::value(-32602));
  auto const& version = c.post(
      R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}}}})",
      {{"MCP-Protocol-Version", "v999.0.0"}, {"Mcp-Method", "server/discover"}});
  CHECK(version.status == 400);
  CHECK(code_of(version) == json::value(-32022));
  auto const& capability =
      c.modern("tools/call", R"("name":"test_missing_capability")", {{"Mcp-Name", "test_missing_capability"}});
  CHECK(capability.status == 400);
  CHECK(code_of(capability) == json::value(-32021));
  CHECK(c.modern("resources/read", R"("uri":"test://no")", {{"Mcp-Name", "test://no"}}).status == 200);
  http_client only(speak({"2026-07-28"}));
  CHECK(only.post(R"({"jsonrpc":"2.0","id":9,"result":{}})").status == 400);
  CHECK(only.post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})").status == 202);
  CHECK(only.post("[]").status == 400);
  CHECK(only.post("{").status == 400);
  CHECK(
      code_of(only.post(
          R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})")) ==
      json::value(-32022));
}

TEST_CASE("a modern listener is a stream, and closing it is the end") {
  http_client c;
  auto& stream = c.modern("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
  auto const id = c.last;
  CHECK(stream.stream);
  CHECK(stream.ids.empty());
  CHECK_FALSE(stream.primed);
  CHECK(*find_header(stream.headers, "X-Accel-Buffering") == "no");
  REQUIRE(stream.messages.size() == 1);
  auto const trigger = [&] {
    return c.modern("tools/call", R"("name":"test_trigger_tool_change")", {{"Mcp-Name", "test_trigger_tool_change"}})
        .messages.size();
  };
  CHECK(trigger() == 1);
  CHECK(stream.messages.size() == 2);
  c.take(c.endpoint.gone(id));
  CHECK(trigger() == 1);
  CHECK(stream.messages.size() == 2);

  auto& another = c.modern("subscriptions/listen", R"("notifications":{})");
  c.take(c.endpoint.stop());
  CHECK(another.ended);
  CHECK(at(another.messages.back(), "/result/resultType") == json::value("complete"));
}

TEST_CASE("modern progress comes before the answer on the same stream") {
  http_client c;
  auto const body =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_tool_with_progress","_meta":{"progressToken":"p","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})";
  http_headers const headers{
      {"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "test_tool_with_progress"}};
  auto const& stream = c.post(body, headers);
  CHECK(stream.stream);
  CHECK(stream.ended);
  CHECK(stream.messages.size() == 4);
  auto with = headers;
  with.push_back({"Accept", "application/json"});
  auto const& plain = c.post(body, with);
  CHECK_FALSE(plain.stream);
  CHECK(plain.messages.size() == 1);
}
