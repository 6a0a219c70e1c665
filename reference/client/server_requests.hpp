// What servers ask of clients: in the legacy era as requests of their own, in the modern era inside an input-required
// result (basic/patterns/mrtr). Both are answered from here.
#pragma once

#include "reference/client/state.hpp"
#include "reference/session/error.hpp"

#include <variant>

namespace assay::client {

/// A result, or why there is none.
using reply = std::variant<json::object, session::failure>;

/// roots/list, sampling/createMessage and elicitation/create, as far as we declared that we can.
reply provide_input(state& c, std::string_view method, json::object const& params);

/// The whole answer to a request from the server; nothing in the modern era, where clients write no answers.
std::optional<json::value> answer_to_server(state& c, json::value const& message);

} // namespace assay::client
