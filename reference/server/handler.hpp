// How a feature answers a request, in both eras: a handler is a function of the call that may be called again, with
// what the client answered in between. It keeps nothing; whoever calls it decides how input is asked for
// (basic/patterns/mrtr, or requests of our own in the legacy era) and where notifications go.
#pragma once

#include "reference/server/settings.hpp"
#include "reference/session/error.hpp"
#include "reference/session/legacy.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay::server {

namespace json = boost::json;
using session::failure;
using session::invalid_params;
namespace code = session::code;

/// The request is done.
struct complete {
  json::object result;
};

/// The client has to answer these first: {key: {"method", "params"}}. The handler is called again with the answers and
/// this state.
struct input_required {
  json::object requests;
  json::value state = nullptr;
};

/// A change that subscribers want to hear of.
struct change {
  std::string_view method;  ///< "notifications/tools/list_changed", ...
  std::string uri = {};     ///< of notifications/resources/updated; the id of a task
  json::object params = {}; ///< of the notification
};

/// Nothing to say yet. Called again with this state after the time, or never when there is none (until the request is
/// cancelled).
struct later {
  std::optional<std::chrono::milliseconds> after = {};
  json::value state = nullptr;
  bool drop_connection = false;         ///< let the client come back for the answer, where the transport can do that
  std::vector<change> when_cancelled{}; ///< what changes if the request is cancelled meanwhile
};

/// Goes on as a task: called again with this state, behind the client's back.
struct as_task {
  json::value state = nullptr;
};

using outcome = std::variant<complete, failure, input_required, later, as_task>;

class task_store;

/// One call of a handler.
struct call {
  server::settings const& settings;
  revision::revision const& revision;
  std::string_view method;
  json::object const& params;
  json::object const& client_capabilities;
  session::legacy* session = nullptr;        ///< null in the modern era
  json::value progress_token = nullptr;      ///< null: no progress wanted
  std::optional<std::string> log_level = {}; ///< nothing: no log messages wanted
  json::object inputs = {};                  ///< the client's answers by key
  json::value state = nullptr;               ///< what the handler gave back last time
  json::value id = nullptr;                  ///< of the request
  task_store* tasks = nullptr;
  std::uint64_t owner = 0;    ///< of tasks: the legacy session, or 0
  std::string principal = {}; ///< who asks, where the transport authenticated somebody
  bool may_be_task = false;   ///< the client can follow a task, or asked for one
  bool in_task = false;       ///< this runs as a task

  std::vector<json::value> notifications = {}; ///< out: about this request, in order
  std::vector<change> changes = {};            ///< out: for whoever subscribed
  std::vector<json::value> ended_listens = {}; ///< out: ids of subscriptions/listen requests that the server ends

  bool modern() const { return session == nullptr; }
};

} // namespace assay::server
