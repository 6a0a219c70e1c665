// What servers ask of clients: in the legacy era as requests of their own, in the modern era inside an input-required
// result (basic/patterns/mrtr). Both are answered from here.
#pragma once

#include "reference/client/state.hpp"

namespace assay::client {

/// roots/list, sampling/createMessage and elicitation/create, as far as we declared that we can.
task<reply> provide_input(state& c, std::string method, json::object params);

/// Where the answers to the requests of one batch are collected; null for a request that came alone.
using reply_batch = std::shared_ptr<json::array>;

/// Answers a request from the server as soon as it can; never in the modern era, where clients write no answers.
void serve(state& c, json::value const& message, reply_batch const& batch);

/// notifications/cancelled: the answer is not wanted any more.
void stop_serving(state& c, json::value const& notification);

} // namespace assay::client
