// A mutant: how the reference breaks one requirement (docs/interpreting.md; schemas/assay/mutant.json). Read from JSON
// and applied to one frame at a time at the wire boundary; it knows nothing of what the frame means.
#pragma once

#include "reference/faults/switches.hpp"
#include "reference/wire/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::faults {

namespace json = boost::json;

/// Sets a header, or removes it.
struct header_change {
  std::string name;
  std::optional<std::string> value;
};

/// Pointer into the view -> value; null: absent.
using frame_pattern = std::vector<std::pair<std::string, json::value>>;

/// One thing done to every frame that matches.
struct rewrite {
  frame_pattern match;
  std::optional<frame_pattern> after; ///< not before a frame of this kind has passed on the connection
  std::optional<frame_pattern> until; ///< and no longer once one of this kind has
  std::optional<json::array> patch;
  bool drop = false;
  unsigned repeat = 0; ///< times more
  std::optional<std::string> replace;
  std::optional<std::string> before;
  std::vector<json::value> messages_before;
  std::optional<std::string> behind;
  std::optional<std::string> method;
  std::optional<int> status;
  std::vector<header_change> headers;
};

struct mutant {
  std::vector<rewrite> rewrites;
  std::vector<fault> faults;

  bool has(fault which) const;
  bool empty() const { return rewrites.empty() && faults.empty(); }
};

/// Adds what one JSON text says. `role` is whose mutants are taken: "server" or "client".
wire::result<void> add_mutant(mutant& to, std::string_view text, std::string_view role);

/// A message on its way, and over HTTP the exchange around it.
struct frame {
  std::string_view direction;           ///< "out" or "in"
  std::optional<json::value> message;   ///< nothing: no message, or bytes that are no JSON
  std::string text;                     ///< those bytes
  json::value const* request = nullptr; ///< what an answer answers
  bool http = false;
  std::string method = {};    ///< HTTP
  int status = 0;             ///< of an HTTP response; 0 for a request
  json::object headers = {};  ///< lower-case names
  json::object spelled = {};  ///< of a request that came: the same, with the names as they were written
  std::string_view part = {}; ///< of an event stream: "start", "event" or "end"
};

/// What has passed on one connection, as far as the mutant's `after` and `until` go.
struct memory {
  std::vector<bool> open; ///< by rewrite: it may apply now
};

/// What goes on in its place.
struct rewritten {
  bool drop = false;
  unsigned repeat = 0;
  std::string before;                ///< bytes ahead of it
  std::vector<std::string> messages; ///< messages ahead of it, each a frame of its own
  std::string behind;                ///< bytes after it
  std::optional<std::string> method; ///< of a request over HTTP
  std::optional<std::string> text;   ///< the bytes, when they are not the message's own any more
  std::optional<int> status;
  std::vector<header_change> headers;
};

/// The view that `match` looks at.
json::value view_of(frame const& of);

/// Every rewrite that matches, in order; each sees what the ones before it left. `passed` is the connection's: what it
/// learns from this frame holds for the next one.
rewritten apply(mutant const& with, frame of, memory& passed);

/// The same on a connection that has seen nothing.
rewritten apply(mutant const& with, frame of);

} // namespace assay::faults
