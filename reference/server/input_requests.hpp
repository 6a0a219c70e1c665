// What a handler may ask the client for: client/elicitation, client/sampling, client/roots. The requests are the same
// in both eras; only their way differs (see mrtr.hpp).
#pragma once

#include "reference/server/handler.hpp"

// [mrtr.known-requests-only] The three that there are.
namespace assay::server {

/// A form with this schema.
json::object elicit(std::string_view message, json::object requested_schema);

/// A page for the user to visit. `id`: of the elicitation, in the revision that has one; empty elsewhere.
json::object elicit_url(std::string_view message, std::string_view url, std::string_view id);

/// One text for the model.
json::object sample(std::string_view text, int max_tokens);

json::object list_roots();

/// The capability a client has to declare before it may be sent this request, as a path in its capabilities' terms:
/// {"sampling": {}}.
json::object required_capability(json::object const& request);

/// True when the client declared what the request needs.
bool may_ask(json::object const& client_capabilities, json::object const& request);

/// An answer to elicit(): its content when the user accepted and it holds all that was required with the right types.
json::object const* accepted_content(json::object const& inputs, std::string_view key, std::string_view required_member,
                                     json::kind kind);

/// An answer to elicit() or elicit_url(): accept, decline or cancel; nothing without an answer.
std::optional<std::string> elicited_action(json::object const& inputs, std::string_view key);

/// An answer to sample(): its text.
std::optional<std::string> sampled_text(json::object const& inputs, std::string_view key);

/// An answer to list_roots(): the roots.
json::array const* listed_roots(json::object const& inputs, std::string_view key);

} // namespace assay::server
