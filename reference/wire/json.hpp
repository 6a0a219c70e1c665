// JSON that hides nothing: what a peer sent is kept as sent. Boost.JSON's stock parser drops duplicate names and takes
// 1e400 as infinity, its writer prints 22.5 as 2.25E1; this parser and writer do not. RFC 8259.
#pragma once

#include "reference/wire/problem.hpp"

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// [transports.utf-8]
namespace assay::wire {

namespace json = boost::json;

/// A number whose text says more than the value in the tree can hold: an integer beyond 64 bits, a magnitude beyond a
/// double (1e400, 1e-400), or digits that the double, printed with as many digits, would not show again.
struct inexact_number {
  std::string pointer; ///< JSON Pointer to it
  std::string text;    ///< as it was sent
};

/// A JSON text and what the tree alone would hide of it. Both lists are bounded: at most 10,000 entries, and pointers
/// that together are not much longer than the text.
struct document {
  json::value root;
  std::vector<std::string>
      duplicate_names; ///< JSON Pointers of members that occur again in their object; the last one is in the tree
  std::vector<inexact_number> inexact_numbers;
};

struct parse_limits {
  std::size_t depth = 256; ///< nested arrays and objects; more is a problem, never a crash; over 1000 counts as 1000
};

/// Parses one JSON text. Rejects what RFC 8259 rejects, invalid UTF-8 and lone surrogates included.
/// The problem's `where` is "byte N".
result<document> parse(std::string_view text, parse_limits limits = {});

/// The same for many texts in a row: memory is kept from one text to the next, and the tree is built in one piece of
/// it.
class parser {
public:
  explicit parser(parse_limits limits = {});
  ~parser();
  parser(parser&&) noexcept;
  parser& operator=(parser&&) noexcept;

  /// The document belongs to the parser and is valid until its next parse. A plain copy of a value shares the parser's
  /// memory; what must live longer is copied with a storage of its own: json::value(root, json::storage_ptr()).
  result<document const*> parse(std::string_view text);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// The tree alone, for texts of our own.
result<json::value> parse_value(std::string_view text);

/// One line, no spaces, numbers as JavaScript prints them (22.5, 1 for 1.0, 1e+21), UTF-8 unescaped. -0.0 is printed as
/// -0, infinity and NaN, which no text can bring in, as null. Call it as wire::serialize: boost::json has one of its
/// own.
std::string serialize(json::value const& value);

/// The same over several lines with two spaces of indentation; short arrays and objects (up to `width` columns) stay on
/// one line.
std::string pretty(json::value const& value, std::size_t width = 110);

/// JSON equality: 1 equals 1.0, members in any order.
bool equal(json::value const& left, json::value const& right);

/// A number with an integral value that fits int64 (1 and 1.0, not 1.5 and not "1").
bool is_integer(json::value const& value);

/// RFC 6901. The value at the pointer, or nullptr, also when the pointer is malformed. "" is the whole.
json::value const* find(json::value const& root, std::string_view pointer);
json::value* find(json::value& root, std::string_view pointer);

/// One reference token escaped for a pointer: "a/b" -> "a~1b".
std::string pointer_token(std::string_view name);

} // namespace assay::wire
