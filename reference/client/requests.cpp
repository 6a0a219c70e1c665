// A request as its era wants it: the modern era's version retry (basic/versioning), the legacy era's lost session
// (basic/transports, session management).
#include "reference/client/caching.hpp"
#include "reference/client/capabilities.hpp"
#include "reference/client/lifecycle.hpp"
#include "reference/client/progress.hpp"
#include "reference/client/state.hpp"
#include "reference/client/versioning.hpp"

namespace assay::client {
namespace {

constexpr int attempts = 3;

task<answer> modern_request(state& c, std::string method, json::object params, transport::http_headers headers) {
  if (auto known = fresh_answer(c, method, params)) {
    answer again = std::move(*known);
    co_return again;
  }
  for (int attempt = 1;; ++attempt) {
    json::object complete = params;
    complete = with_progress_token(c, std::move(complete));
    complete = with_metadata(c, std::move(complete));
    transport::http_headers copy = headers;
    auto const limit = c.options.answer_time;
    answer got = co_await send_request(c, method, std::move(complete), std::move(copy), limit, true);
    auto const* const supported = supported_versions(got);
    // A call may have had its effect before the process ended; everything else is asked again. A stream that broke has
    // cancelled its request, whatever it was. [streamable-http.reissues-lost-requests]
    bool const again = got.is_lost() && !c.stopped && (over_http(c) || method != "tools/call");
    keep_answer(c, method, params, got);
    if ((!supported && !again) || attempt == attempts) co_return got;
    if (again) continue;
    auto const* const chosen = choose_revision(c, *supported);
    // A legacy revision has no such requests: changing the era amid a conversation is not a retry.
    if (!chosen || chosen->era != "modern") co_return got;
    c.revision = chosen; // [versioning.retries-with-supported]
  }
}

task<answer> legacy_request(state& c, std::string method, json::object params, transport::http_headers headers) {
  for (int attempt = 1;; ++attempt) {
    std::string const session = c.session_id;
    json::object copy = params;
    copy = with_progress_token(c, std::move(copy));
    transport::http_headers fields = headers;
    // tasks/result is answered when the task has ended.
    auto const limit = method == "tasks/result" ? c.options.longest_time : c.options.answer_time;
    answer got = co_await send_request(c, method, std::move(copy), std::move(fields), limit, true);
    bool const lost = got.http_status() == 404 && !session.empty();
    if (!lost || attempt == attempts) co_return got;
    if (c.session_id == session) { // else another request has begun a new one already
      warn(c, "the server ended the session; beginning a new one");
      std::string const version = c.revision->name;
      std::string const failed = co_await initialize(c, version); // [streamable-http.restarts-after-404]
      if (!failed.empty()) co_return answer::none(failed);
    }
  }
}

task<answer> unsent(std::string why) {
  co_return answer::none(std::move(why));
}

} // namespace

task<answer> request(state& c, std::string method, json::object params) {
  transport::http_headers none;
  return request(c, std::move(method), std::move(params), std::move(none));
}

task<answer> request(state& c, std::string method, json::object params, transport::http_headers headers) {
  if (c.capabilities_known && c.revision) {
    std::string const missing = missing_capability(*c.revision, c.server_capabilities, method);
    if (!missing.empty()) return unsent("the server does not declare " + missing + ", so " + method + " is not sent");
  }
  if (is_modern(c)) return modern_request(c, std::move(method), std::move(params), std::move(headers));
  return legacy_request(c, std::move(method), std::move(params), std::move(headers));
}

} // namespace assay::client
