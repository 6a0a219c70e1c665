// What a run is about: the subject, and which checks over which revisions and transports.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::run {

/// How the subject is reached. Exactly one of stdio, url, sse_url or http_command, client, sse_client, stdio_client is
/// set.
struct subject_options {
  std::string stdio;        ///< shell command of a server that speaks on stdin and stdout
  std::string url;          ///< of a server that runs; with http_command, of the one that it starts
  std::string sse_url;      ///< of the event stream of a server that speaks HTTP with SSE; like url with http_command
  std::string http_command; ///< shell command of a server that listens; {port} becomes a free port
  std::string client;       ///< shell command of a client; the URL is appended
  std::string sse_client;   ///< shell command of a client that speaks HTTP with SSE; the stream's URL is appended
  std::string stdio_client; ///< shell command of a client that speaks on its stdout and stdin
  std::vector<std::pair<std::string, std::string>> environment;
  std::string directory;
  boost::json::object sample; ///< {"tool": {"name", "arguments"}} from the subject file

  bool is_client() const { return !client.empty() || !sse_client.empty() || !stdio_client.empty(); }
  bool over_http() const {
    return !url.empty() || !sse_url.empty() || !http_command.empty() || !client.empty() || !sse_client.empty();
  }
  /// As fixtures/revisions.json names it.
  std::string transport() const {
    return !sse_url.empty() || !sse_client.empty() ? "http+sse" : over_http() ? "streamable-http" : "stdio";
  }
  /// What the record names it.
  std::string const& name() const {
    return !stdio.empty()          ? stdio
           : !http_command.empty() ? http_command
           : !url.empty()          ? url
           : !sse_url.empty()      ? sse_url
           : !client.empty()       ? client
           : !sse_client.empty()   ? sse_client
                                   : stdio_client;
  }
};

struct run_options {
  subject_options subject;
  std::vector<std::string> revisions; ///< empty: all that the subject speaks
  std::vector<std::string> only;      ///< patterns over check ids; empty: all
  std::vector<std::string> skip;
  int jobs = 6; ///< connections at a time
  std::map<std::string, std::chrono::milliseconds, std::less<>> deadlines{
      {"answer", std::chrono::seconds(5)}, {"exit", std::chrono::seconds(5)}, {"start", std::chrono::seconds(20)}};
  /// Called as scenarios end: how many of how many, and which.
  std::function<void(int done, int all, std::string_view what)> progress;
};

} // namespace assay::run
