// Which schema a frame must meet: by direction, kind, method, and for an answer the request it answers.
// The unions of the protocol (ServerResult, JSONRPCMessage) prove nothing, so they are never asked.
#pragma once

#include "reference/data/store.hpp"
#include "reference/jsonschema/schema.hpp"
#include "reference/wire/json.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::message {

namespace json = boost::json;

/// Who sent a frame.
enum class sender { client, server };

/// The protocol's schemas of one revision, schemas/mcp/<revision>/; compiled on first use.
class schemas {
public:
  /// Reads schemas/mcp/<revision>/. Problems: there is none, or a file is no JSON.
  static wire::result<schemas> load(data::store const& store, std::string const& revision);

  /// The violations of a value against a definition of the specification ("CallToolResult"). Problem: no such definition.
  wire::result<std::vector<jsonschema::violation>> check(std::string const& definition, json::value const& value);

  /// The violations of a whole message. `request` is the message it answers, or nullptr. Unknown methods meet the
  /// envelope's rules only: they are for extensions.
  std::vector<jsonschema::violation> check_message(sender from, json::value const& message, json::value const* request);

  /// True when the revision has the method or notification and `from` may send it.
  bool knows(sender from, std::string_view method) const;

  /// True when the revision has the method or notification, whoever sends it.
  bool has_method(std::string_view method) const { return methods_.contains(method); }

  /// Names of all definitions, or of all methods and notifications; for suggestions.
  std::vector<std::string> definitions() const;
  std::vector<std::string> methods() const;

private:
  jsonschema::validator const* compiled(std::string const& reference);

  std::string folder_;
  std::unique_ptr<jsonschema::registry> registry_;
  std::map<std::string, std::string, std::less<>> definitions_; ///< name -> "server/tools.json#/$defs/Tool"
  json::object methods_;
  std::map<std::string, std::optional<jsonschema::validator>, std::less<>> validators_;
};

} // namespace assay::message
