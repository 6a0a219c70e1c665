// Plays a client against the core without I/O.
#pragma once

#include "cmake/catch.hpp"
#include "reference/server/core.hpp"
#include "reference/session/random.hpp"

namespace assay::server::test {

inline revision::table const& revisions() {
  static revision::table const table = revision::table::load(data::store::folder(ASSAY_SOURCE_DIR).value()).value();
  return table;
}

/// Settings that speak these revisions (all when there are none), with a clock that stands still.
inline settings speak(std::vector<std::string> names = {}) {
  settings made;
  for (auto const& one : revisions().all())
    if (names.empty() || std::find(names.begin(), names.end(), one.name) != names.end()) made.revisions.push_back(&one);
  made.secret = "a secret of the tests";
  made.now = [] { return std::int64_t{1'000'000}; };
  made.unguessable = [] { return session::random_hex(16); };
  return made;
}

inline json::value read(std::string_view text) {
  auto parsed = wire::parse_value(text);
  INFO(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

/// What is at the pointer; null when there is nothing.
inline json::value at(json::value const& in, std::string_view pointer) {
  auto const* const found = wire::find(in, pointer);
  return found ? *found : json::value(nullptr);
}

/// A client on one channel.
struct client {
  core& server;
  peer_id peer;
  std::string revision;
  std::string capabilities = "{}";
  effects last = {};

  client(core& with, std::string name, std::string principal = {})
      : server(with), peer(with.connect(std::move(principal))), revision(std::move(name)) {}

  bool modern() const { return revisions().find(revision)->era == "modern"; }

  /// Sends a text as it is; the messages that come back.
  std::vector<json::value> send(std::string_view text) {
    last = server.receive(peer, read(text));
    return sent();
  }

  std::vector<json::value> sent() const {
    std::vector<json::value> out;
    for (auto const& one : last.messages)
      out.push_back(one.message);
    return out;
  }

  void initialize() {
    auto const answers =
        send(R"({"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":")" + revision +
             R"(","capabilities":)" + capabilities + R"(,"clientInfo":{"name":"test","version":"1"}}})");
    REQUIRE(answers.size() == 1);
    REQUIRE(at(answers[0], "/result/protocolVersion") == json::value(revision));
    REQUIRE(send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").empty());
  }

  /// A request with the era's metadata. `params` is an object without _meta, `meta` more members of it.
  std::vector<json::value> call(std::string_view method, std::string_view params = "{}", std::string_view meta = "{}") {
    json::object all = read(params).as_object();
    json::object with = read(meta).as_object();
    if (modern()) {
      with["io.modelcontextprotocol/protocolVersion"] = revision;
      with["io.modelcontextprotocol/clientCapabilities"] = read(capabilities);
    }
    if (!with.empty()) all["_meta"] = with;
    last = server.receive(peer, json::object{{"jsonrpc", "2.0"}, {"id", next++}, {"method", method}, {"params", all}});
    return sent();
  }

  /// The one answer to a request.
  json::value ask(std::string_view method, std::string_view params = "{}", std::string_view meta = "{}") {
    auto const answers = call(method, params, meta);
    REQUIRE(answers.size() == 1);
    REQUIRE(at(answers[0], "/id") == json::value(next - 1));
    return answers[0];
  }

  json::value tool(std::string_view name, std::string_view arguments = "{}") {
    return ask("tools/call", R"({"name":")" + std::string(name) + R"(","arguments":)" + std::string(arguments) + "}");
  }

  int next = 1;
};

/// A client that is ready to ask.
inline client open(core& server, std::string revision, std::string capabilities = "{}") {
  client made(server, std::move(revision));
  made.capabilities = std::move(capabilities);
  if (!made.modern()) made.initialize();
  return made;
}

inline std::vector<std::string> all_revisions() {
  std::vector<std::string> names;
  for (auto const& one : revisions().all())
    names.push_back(one.name);
  return names;
}

} // namespace assay::server::test
