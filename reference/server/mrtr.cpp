#include "reference/server/mrtr.hpp"

#include "reference/server/input_requests.hpp"
#include "reference/server/seal.hpp"

namespace assay::server {
namespace {

constexpr std::int64_t lifetime = 10 * 60 * 1000;

/// What a retry must have in common with the request that it repeats: all but the answers and what differs per request.
std::string same_request(std::string_view method, json::object const& params) {
  auto rest = params;
  for (auto const* name : {"_meta", "inputResponses", "requestState"})
    rest.erase(name);
  // Members may come back in another order, so the digest is over sorted ones.
  std::vector<std::string> members;
  for (auto const& [name, value] : rest)
    members.push_back(std::string(name) + "=" + wire::serialize(value));
  std::sort(members.begin(), members.end());
  std::string text(method);
  for (auto const& member : members)
    text += "\n" + member;
  return digest(text);
}

failure invalid_state(std::string why) {
  return {code::invalid_params, "requestState " + std::move(why)};
}

} // namespace

// [mrtr.supported-methods-only]
bool may_ask_for_input(std::string_view method) {
  return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

std::variant<retry, failure> read_retry(settings const& with, std::string_view method, json::object const& params,
                                        std::string_view principal) {
  retry found;
  if (auto const* const responses = params.if_contains("inputResponses")) {
    // [mrtr.malformed-answers-refused] [mrtr.no-retry-needed]
    // null is no answer; the handler will ask again. Anything else but an object cannot be one.
    if (responses->is_object())
      found.inputs = responses->get_object();
    else if (!responses->is_null())
      return invalid_params("inputResponses have to be an object");
  }
  auto const* const sealed = params.if_contains("requestState");
  if (!sealed) return found;
  if (!sealed->is_string()) return invalid_state("has to be a string");
  auto const text = unseal(with.secret, sealed->get_string());
  // [mrtr.state-verified]
  if (!text) return invalid_state("is not what was given out");
  auto const content = wire::parse_value(*text);
  if (!content || !content->is_object()) return invalid_state("cannot be read");
  auto const& state = content->get_object();
  if (state.at("by").as_string() != principal) return invalid_state("belongs to somebody else");
  if (state.at("until").to_number<std::int64_t>() < with.now()) return invalid_state("has lapsed");
  // [mrtr.state-bound]
  if (state.at("of").as_string() != same_request(method, params)) return invalid_state("belongs to another request");
  found.state = state.at("state");
  return found;
}

// [mrtr.result-shape] [mrtr.requests-or-state] [caching.interim-without-hints]
json::object input_required_result(settings const& with, std::string_view method, json::object const& params,
                                   std::string_view principal, input_required const& wanted) {
  json::object result{{"resultType", "input_required"}};
  if (!wanted.requests.empty()) result["inputRequests"] = wanted.requests;
  // An interim result has requests or state; with neither there would be nothing to do for the client.
  if (!wanted.state.is_null() || wanted.requests.empty()) {
    json::object state{{"by", principal},
                       {"of", same_request(method, params)},
                       {"until", with.now() + lifetime},
                       {"state", wanted.state}};
    result["requestState"] = seal(with.secret, wire::serialize(state));
  }
  return result;
}

// [mrtr.declared-requests-only]
// [basic.undeclared-capability-refused] [basic.undeclared-capability-status-400]
std::optional<failure> undeclared(json::object const& client_capabilities, json::object const& requests) {
  json::object missing;
  for (auto const& request : requests) {
    if (may_ask(client_capabilities, request.value().as_object())) continue;
    for (auto const& [name, parts] : required_capability(request.value().as_object()))
      missing[name] = parts;
  }
  if (missing.empty()) return std::nullopt;
  return failure{code::missing_client_capability, "the client did not declare a capability that this request needs",
                 json::object{{"requiredCapabilities", std::move(missing)}}, 400};
}

} // namespace assay::server
