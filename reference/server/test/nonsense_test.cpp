// Nonsense never crashes the server, and what it says to it is JSON-RPC.
#include "reference/server/stdio.hpp"
#include "reference/server/streamable_http.hpp"
#include "reference/server/test/play.hpp"
#include "reference/server/tools.hpp"
#include "reference/wire/message.hpp"

#include <random>

using namespace assay::server;
using namespace assay::server::test;

namespace {

/// Values that handlers may stumble over.
json::value strange(std::mt19937& chance) {
  static auto const values =
      read(R"([null,true,0,-1,1.5,1e300,"","x","test_simple_text","test://static-text","ref/prompt",
    "2025-11-25","2026-07-28","input_required",[],{},[[]],[{}],{"":null},{"name":7},{"text":[]},{"action":"accept"},
    {"io.modelcontextprotocol/protocolVersion":7}])");
  auto const& all = values.as_array();
  return all[chance() % all.size()];
}

/// Changes some value somewhere in the message.
void disturb(json::value& at, std::mt19937& chance) {
  if (chance() % 4 == 0 || (!at.is_object() && !at.is_array())) {
    at = strange(chance);
    return;
  }
  if (at.is_array()) {
    auto& list = at.get_array();
    if (list.empty() || chance() % 5 == 0)
      list.push_back(strange(chance));
    else
      disturb(list[chance() % list.size()], chance);
    return;
  }
  auto& object = at.get_object();
  if (object.empty() || chance() % 5 == 0) {
    static char const* const names[] = {"id",        "method", "params",         "_meta",
                                        "cursor",    "task",   "inputResponses", "requestState",
                                        "arguments", "result", "error"};
    object[names[chance() % std::size(names)]] = strange(chance);
    return;
  }
  auto one = object.begin() + static_cast<std::ptrdiff_t>(chance() % object.size());
  if (chance() % 6 == 0)
    object.erase(one);
  else
    disturb(one->value(), chance);
}

std::vector<json::value> const& sensible() {
  static auto const all = [] {
    std::vector<json::value> made;
    auto const meta = std::string(
        R"("_meta":{"progressToken":"t","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"n","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"sampling":{},"elicitation":{},"roots":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}})");
    auto const add = [&](std::string const& method, std::string const& params) {
      made.push_back(read(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params + "}}"));
      made.push_back(read(R"({"jsonrpc":"2.0","id":2,"method":")" + method + R"(","params":{)" + params +
                          (params.empty() ? "" : ",") + meta + "}}"));
    };
    add("initialize",
        R"("protocolVersion":"2025-11-25","capabilities":{"sampling":{},"elicitation":{},"roots":{}},"clientInfo":{"name":"n","version":"1"})");
    for (auto const* method : {"ping", "server/discover", "tools/list", "resources/list", "prompts/list", "tasks/list"})
      add(method, R"("cursor":"x")");
    for (auto const& tool : all_tools())
      add("tools/call",
          R"("name":")" + std::string(tool.name()) +
              R"(","arguments":{"a":1,"b":2,"prompt":"p","message":"m","name":"n","seconds":1,"filename":"f"},"inputResponses":{"user_name":{"action":"accept","content":{"name":"n"}}})");
    add("resources/read", R"("uri":"test://template/1/data")");
    add("resources/subscribe", R"("uri":"test://watched-resource")");
    add("prompts/get", R"("name":"test_prompt_with_arguments","arguments":{"arg1":"a","arg2":"b"})");
    add("completion/complete",
        R"("ref":{"type":"ref/resource","uri":"test://template/{id}/data"},"argument":{"name":"id","value":"1"},"context":{"arguments":{}})");
    add("logging/setLevel", R"("level":"debug")");
    add("subscriptions/listen",
        R"("notifications":{"toolsListChanged":true,"resourceSubscriptions":["x"],"taskIds":["y"]})");
    add("tasks/update", R"("taskId":"x","inputResponses":{})");
    add("notifications/cancelled", R"("requestId":1)");
    made.push_back(read(
        R"({"jsonrpc":"2.0","id":1,"result":{"role":"assistant","content":{"type":"text","text":"t"},"model":"m","roots":[],"action":"accept","content":{}}})"));
    made.push_back(read(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"));
    return made;
  }();
  return all;
}

void check_message(json::value const& message) {
  if (auto const* const batch = message.if_array()) {
    for (auto const& one : *batch)
      check_message(one);
    return;
  }
  REQUIRE(message.is_object());
  REQUIRE(at(message, "/jsonrpc") == json::value("2.0"));
  auto const kind = assay::wire::classify(message);
  REQUIRE(kind != assay::wire::message_kind::invalid);
}

} // namespace

TEST_CASE("disturbed messages on stdio") {
  std::mt19937 chance(20);
  for (auto const& name : all_revisions()) {
    auto told = speak({name, "2026-07-28"});
    told.limits.pending = 20;
    core server(told);
    stdio_channel channel(server);
    for (int round = 0; round < 3000; ++round) {
      json::value message = sensible()[chance() % sensible().size()];
      for (auto times = chance() % 3; times > 0; --times)
        disturb(message, chance);
      if (chance() % 20 == 0) message = json::array{message, strange(chance)};
      auto text = assay::wire::serialize(message);
      if (chance() % 20 == 0) text.resize(chance() % (text.size() + 1));
      auto const out = channel.receive({text, chance() % 50 == 0, true});
      for (auto const& one : out.messages)
        check_message(one.message);
      for (auto const& one : out.timers)
        if (chance() % 2)
          for (auto const& later : server.woken(one.number).messages)
            check_message(later.message);
    }
    server.stop(true);
  }
}

TEST_CASE("disturbed messages over HTTP") {
  std::mt19937 chance(26);
  core server(speak());
  streamable_http endpoint(server, {});
  exchange_id exchange = 0;
  std::vector<std::string> sessions;
  for (int round = 0; round < 10000; ++round) {
    json::value message = sensible()[chance() % sensible().size()];
    assay::transport::http_headers headers;
    if (chance() % 3) headers.push_back({"MCP-Protocol-Version", chance() % 2 ? "2026-07-28" : "2025-11-25"});
    if (chance() % 3) headers.push_back({"Mcp-Method", std::string(assay::wire::method_of(message))});
    if (chance() % 3) headers.push_back({"Mcp-Name", "test_header_parameter"});
    if (chance() % 5 == 0) headers.push_back({"Mcp-Param-Region", "=?base64?x?="});
    if (chance() % 5 == 0) headers.push_back({"Accept", chance() % 2 ? "application/json" : "text/event-stream;q=0.1"});
    if (chance() % 5 == 0)
      headers.push_back({"Last-Event-ID", std::to_string(chance() % 50) + "-" + std::to_string(chance() % 5)});
    if (!sessions.empty() && chance() % 2) headers.push_back({"Mcp-Session-Id", sessions[chance() % sessions.size()]});
    for (auto times = chance() % 3; times > 0; --times)
      disturb(message, chance);
    char const* const method = chance() % 10 == 0 ? "GET" : chance() % 40 == 0 ? "DELETE" : "POST";
    auto const take = [&](http_effects const& done) {
      for (auto const& action : done.actions) {
        if (auto const* const answer = std::get_if<http_answer>(&action)) {
          if (answer->message) check_message(*answer->message);
          if (auto const* const id = assay::transport::find_header(answer->headers, "Mcp-Session-Id"))
            sessions.push_back(*id);
        } else if (auto const* const event = std::get_if<stream_event>(&action)) {
          if (event->message) check_message(*event->message);
        }
      }
    };
    auto const done = endpoint.request(++exchange, {method, "/mcp", headers, assay::wire::serialize(message)});
    take(done);
    for (auto const& one : done.timers)
      if (chance() % 2) take(endpoint.woken(one.number));
    if (chance() % 3 == 0) take(endpoint.gone(exchange - chance() % 5));
  }
  endpoint.stop();
}
