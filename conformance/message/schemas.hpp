// Which schema a frame must meet: by direction, kind, method, and for an answer the request it answers.
// The unions of the protocol (ServerResult, JSONRPCMessage) prove nothing, so they are never asked.
#pragma once

#include "reference/data/store.hpp"
#include "reference/jsonschema/known_text.hpp"
#include "reference/jsonschema/schema.hpp"
#include "reference/wire/json.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay::message {

namespace json = boost::json;

/// Who sent a frame.
enum class sender { client, server };

/// The protocol's schemas of one revision, schemas/mcp/<revision>/; compiled on first use, so one object is for one
/// thread at a time.
class schemas {
public:
  /// Reads schemas/mcp/<revision>/, and schemas/mcp/extensions/<name>/ for each extension in use: its definitions and
  /// methods take the place of the core's. Problems: there is none, it is for another revision, or a file is no JSON.
  static wire::result<schemas> load(data::store const& store, std::string const& revision,
                                    std::span<std::string const> extensions = {},
                                    jsonschema::formats formats = jsonschema::formats::ignored);

  /// The same selection over a schema of others: one document with everything below $defs or definitions, as the
  /// specification publishes it. Our methods.json says which definition a method has; those that the document does not
  /// have are not asked.
  static wire::result<schemas> load_official(data::store const& store, std::string const& revision,
                                             json::value document);

  /// The violations of a value against a definition of the specification ("CallToolResult"). Problem: no such
  /// definition.
  wire::result<std::vector<jsonschema::violation>> check(std::string const& definition, json::value const& value);

  /// The violations of a whole message. `request` is the message it answers, or nullptr. Unknown methods meet the
  /// envelope's rules only: they are for extensions. Costs no memory when there is none.
  std::vector<jsonschema::violation> check_message(sender from, json::value const& message, json::value const* request);

  /// True when the revision has the method or notification and `from` may send it.
  bool knows(sender from, std::string_view method) const;

  /// True when the revision has the method or notification, whoever sends it.
  bool has_method(std::string_view method) const { return methods_.contains(method); }

  /// Names of all definitions, or of all methods and notifications, sorted; for suggestions.
  std::vector<std::string> definitions() const;
  std::vector<std::string> methods() const;

private:
  /// A definition by its reference, and its validator once it was asked for. Where there can be none, `problem` says
  /// why, and nothing is valid.
  struct part {
    std::string reference;
    bool tried = false;
    std::optional<jsonschema::validator> schema;
    std::string problem;
  };
  struct method {
    bool from_client = false, from_server = false;
    bool is_request = false, params_required = false;
    part* params = nullptr;
    std::vector<part*> results; ///< alternatives
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return jsonschema::text_ends(text.data(), text.size()).mixed(text.size()) >> 32;
    }
  };
  using violations = std::vector<jsonschema::violation>;

  part* part_at(std::string reference);
  wire::result<void> add_document(std::string const& file, std::string const& name, json::value value);
  void add_methods(json::object const& table, std::string const& base);
  void find_envelopes();
  /// True also where there is nothing to ask.
  bool accepts(part* of, json::value const& value) {
    if (!of) return true;
    if (!of->tried) compile(*of);
    return of->schema && of->schema->accepts(value);
  }
  void compile(part& of);
  void explain(part& of, json::value const& value, std::string const& at, violations& out);
  void check_request(sender from, std::string_view name, json::value const* params, bool has_id, violations& out);
  void check_result(json::value const& result, json::value const& request, violations& out);

  std::string folder_;
  std::string shown_without_; ///< what schema places begin with and nobody needs to see
  std::unique_ptr<jsonschema::registry> registry_;
  std::map<std::string, part> parts_;                           ///< by reference; stay where they are
  std::map<std::string, std::string, std::less<>> definitions_; ///< name -> "<revision>/server/tools.json#/$defs/Tool"
  std::unordered_map<std::string, method, text_hash, std::equal_to<>> methods_;
  std::map<std::int64_t, part*> errors_; ///< the error responses that have a definition of their own, by code
  part* request_ = nullptr;
  part* notification_ = nullptr;
  part* result_ = nullptr;
  part* error_ = nullptr;
};

} // namespace assay::message
