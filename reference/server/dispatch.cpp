#include "reference/server/dispatch.hpp"

#include "reference/server/completion.hpp"
#include "reference/server/discover.hpp"
#include "reference/server/logging.hpp"
#include "reference/server/ping.hpp"
#include "reference/server/prompts.hpp"
#include "reference/server/resources.hpp"
#include "reference/server/subscriptions.hpp"
#include "reference/server/tasks.hpp"
#include "reference/server/tools.hpp"

namespace assay::server {
namespace {

struct method {
  std::string_view name;
  std::string_view feature; ///< of the revisions that have it; "" all
  outcome (*handler)(call&);
};

// initialize is not here: it makes the session that the others need (lifecycle.hpp).
constexpr method methods[] = {
    {"server/discover", "server-discover", discover},
    {"ping", "ping", ping},
    {"tools/list", "", list_tools},
    {"tools/call", "", call_tool},
    {"resources/list", "", list_resources},
    {"resources/templates/list", "", list_resource_templates},
    {"resources/read", "", read_resource},
    {"resources/subscribe", "resource-subscriptions", subscribe_resource},
    {"resources/unsubscribe", "resource-subscriptions", unsubscribe_resource},
    {"prompts/list", "", list_prompts},
    {"prompts/get", "", get_prompt},
    {"completion/complete", "", complete_argument},
    {"logging/setLevel", "initialize", set_level},
    {"subscriptions/listen", "subscriptions-listen", listen},
    {"tasks/get", "tasks", get_task},
    {"tasks/cancel", "tasks", cancel_task},
    {"tasks/list", "tasks", list_tasks},
    {"tasks/result", "tasks", task_result},
    // [tasks-extension.not-listed]
    {"tasks/get", "extensions", get_task},
    {"tasks/cancel", "extensions", cancel_task},
    {"tasks/update", "extensions", update_task},
};

} // namespace

// [basic.unknown-members-tolerated] [basic.reserved-meta-tolerated] Nobody looks at what is not named here.
outcome dispatch(call& c) {
  for (auto const& one : methods)
    if (one.name == c.method && (one.feature.empty() || c.revision.has(one.feature))) return one.handler(c);
  // Over HTTP the modern era adds a status to this one (basic/transports/streamable-http, protocol version header).
  // [basic.unknown-method-refused] [streamable-http.unknown-method-status-404]
  return failure{code::method_not_found, "there is no such method", {}, c.modern() ? 404 : 200};
}

} // namespace assay::server
