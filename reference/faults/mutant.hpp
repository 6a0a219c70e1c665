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

/// One thing done to every frame that matches.
struct rewrite {
  std::vector<std::pair<std::string, json::value>> match; ///< pointer into the view -> value; null: absent
  std::optional<json::array> patch;
  bool drop = false;
  unsigned repeat = 0; ///< times more
  std::optional<std::string> replace;
  std::optional<std::string> before;
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
  std::string method = {};   ///< HTTP
  int status = 0;            ///< of an HTTP response; 0 for a request
  json::object headers = {}; ///< lower-case names
};

/// What goes on in its place.
struct rewritten {
  bool drop = false;
  unsigned repeat = 0;
  std::string before;              ///< bytes ahead of it
  std::optional<std::string> text; ///< the bytes, when they are not the message's own any more
  std::optional<int> status;
  std::vector<header_change> headers;
};

/// The view that `match` looks at.
json::value view_of(frame const& of);

/// Every rewrite that matches, in order; each sees what the ones before it left.
rewritten apply(mutant const& with, frame of);

} // namespace assay::faults
