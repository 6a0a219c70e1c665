#include "reference/client/mrtr.hpp"

#include "reference/client/server_requests.hpp"
#include "reference/client/url_elicitation.hpp"

namespace assay::client {
namespace {

constexpr int round_limit = 20;

} // namespace

std::string result_type(json::object const& result) {
  auto const* const type = result.if_contains("resultType");
  if (!type) return "complete"; // [basic.absent-result-type-complete]
  return type->is_string() ? std::string(type->get_string()) : std::string();
}

// [mrtr.answers-for-their-request]
task<wire::result<json::object>> input_responses(state& c, json::object requests) {
  json::object responses;
  for (auto const& [key, value] : requests) {
    auto const* const asked = value.if_object();
    auto const* const method = asked ? asked->if_contains("method") : nullptr;
    if (!method || !method->is_string()) co_return wire::problem{"inputRequests", "an entry names no method", {}};
    auto const* const inner = asked->if_contains("params");
    auto const* const object = inner ? inner->if_object() : nullptr;
    std::string name(method->get_string());
    json::object given = object ? *object : json::object();
    reply made = co_await provide_input(c, std::move(name), std::move(given));
    if (auto const* const failed = std::get_if<session::failure>(&made))
      co_return wire::problem{std::string(key), failed->message, {}};
    responses[key] = std::move(std::get<json::object>(made));
  }
  co_return responses;
}

// [mrtr.inputs-before-retry]
task<wire::result<json::object>> retry_params(state& c, json::object params, json::object result) {
  // Nothing of the round before this one stays: each result says alone what its retry carries.
  params.erase("inputResponses");
  params.erase("requestState");
  if (auto const* const wanted = result.if_contains("inputRequests")) {
    if (!wanted->is_object()) co_return wire::problem{"inputRequests", "is no object", {}};
    json::object requests = wanted->get_object();
    auto responses = co_await input_responses(c, std::move(requests));
    if (!responses) co_return responses.error();
    params["inputResponses"] = std::move(*responses);
  }
  // [mrtr.state-echoed] [mrtr.no-state-invented]
  // Opaque: back exactly as it came, and absent where it was absent.
  if (auto const* const opaque = result.if_contains("requestState")) params["requestState"] = *opaque;
  co_return params;
}

task<answer> request_in_rounds(state& c, std::string method, json::object params, transport::http_headers headers) {
  for (int round = 1;; ++round) {
    json::object copy = params;
    transport::http_headers fields = headers;
    answer got = co_await request(c, method, std::move(copy), std::move(fields)); // [tools.retry-has-new-id]
    auto const* const data = got.error_data();
    bool const needs_visit = data && got.code() == session::code::url_elicitation_required &&
                             may_visit_pages(c.options, *c.revision) && round < round_limit;
    if (needs_visit) {
      json::object wanted = *data;
      bool const again = co_await visit_required_pages(c, std::move(wanted));
      if (again) continue;
    }
    auto const* const result = got.result();
    if (!result || !speaks(c, "result-type")) co_return got;
    std::string const type = result_type(*result);
    if (type == "complete") co_return got;
    if (type == "task" && method == "tools/call") co_return got; // only a call may be one
    if (type != "input_required") // [basic.unknown-result-type-refused] [tasks-extension.unexpected-task-invalid]
      co_return answer::none("the result has a type that this client does not know: \"" + type + "\"");
    if (round == round_limit)
      co_return answer::none("the server still wants input after " + std::to_string(round) + " rounds");
    json::object asked = *result;
    auto next = co_await retry_params(c, params, std::move(asked));
    if (!next)
      co_return answer::none("the server wants what this client cannot give: " + wire::to_string(next.error()));
    params = std::move(*next);
  }
}

} // namespace assay::client
