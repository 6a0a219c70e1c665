// How to provoke what requirements demand; fixtures/scenarios/<page>/<name>.json and fixtures/eras/<era>.json.
// The meaning of every member is in docs/interpreting.md.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

namespace assay::catalogue {

namespace json = boost::json;

/// One step; exactly one of the verbs is set (null or empty: not this verb).
struct step {
  json::value open, send, http, expect, forbid;
  std::string cut, goal;
  std::string as;    ///< the name given to what was sent or received
  json::value patch; ///< JSON Patch on what is sent
  json::value headers;
  std::string since; ///< forbid: since what was sent or came under this name
  std::string
      fence; ///< the request whose answer ends the wait; empty: of forbid the era's fence, of expect the deadline
  std::string within; ///< the deadline's name; empty: "answer"
  json::value holds;
  bool control = false;
  json::value checks; ///< expect: {requirement: pattern}; forbid: [requirement]

  /// The verb: "open", "send", ...
  std::string_view verb() const;
  /// Ids of the requirements that this step checks.
  std::vector<std::string> requirements() const;
};
BOOST_DESCRIBE_STRUCT(step, (),
                      (open, send, http, expect, forbid, cut, goal, as, patch, headers, since, fence, within, holds,
                       control, checks))

struct scenario {
  std::string title;
  std::string plays;                 ///< "client": the subject is a server; "server": the subject is a client
  std::string connection = "shared"; ///< or "own", or "last": own, and after the others
  std::vector<std::string> transports;
  std::vector<std::string> features;
  std::string since, removed_in;
  json::object needs;  ///< pattern over the profile
  json::object serves; ///< method -> reply or replies
  std::vector<step> steps;
  std::string name; ///< from the file: "server/utilities/pagination/unknown-cursor"

  /// Ids of all requirements that its steps check, without repetition, in order.
  std::vector<std::string> requirements() const;
  /// The last segment of the name.
  std::string_view short_name() const;
};
BOOST_DESCRIBE_STRUCT(scenario, (),
                      (title, plays, connection, transports, features, since, removed_in, needs, serves, steps, name))

struct era_header {
  std::string name;
  json::value value;
  std::vector<std::string> on;       ///< HTTP methods; empty: all
  std::vector<std::string> methods;  ///< JSON-RPC methods; empty: all
  std::vector<std::string> features; ///< of the revision
  bool encoded = false;              ///< in the sentinel form where the value needs it
};
BOOST_DESCRIBE_STRUCT(era_header, (), (name, value, on, methods, features, encoded))

struct era_capability {
  json::object value;
  std::vector<std::string> features;
};
BOOST_DESCRIBE_STRUCT(era_capability, (), (value, features))

struct introspection_step {
  json::object needs;
  std::vector<step> steps;
};
BOOST_DESCRIBE_STRUCT(introspection_step, (), (needs, steps))

/// What differs for every scenario between the eras.
struct era {
  std::string era; ///< its name
  std::map<std::string, era_capability> capabilities;
  json::object request; ///< merged under every request
  std::vector<era_header> headers;
  std::vector<step> opening;        ///< by us, when the subject is a server
  std::vector<step> client_opening; ///< what shows that a client speaks the revision
  std::vector<json::object> unspoken;
  std::vector<step> probe; ///< by us, on a connection of its own, before the introspection
  std::vector<introspection_step> introspection;
  json::object profile;        ///< what a server said of itself, by name
  json::object client_profile; ///< what a client said of itself
  json::object fence;
  json::object serves;
};
BOOST_DESCRIBE_STRUCT(era, (),
                      (era, capabilities, request, headers, opening, client_opening, unspoken, probe, introspection,
                       profile, client_profile, fence, serves))

} // namespace assay::catalogue
