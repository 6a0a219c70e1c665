// JSON that hides nothing: what a peer sent is kept as sent. Boost.JSON's stock parser drops duplicate names and takes
// 1e400 as infinity, its writer prints 22.5 as 2.25E1; this parser and writer do not. RFC 8259.
#pragma once

#include "reference/wire/problem.hpp"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

namespace json = boost::json;

/// A number whose text says more than the value in the tree can hold (1e400, 40 digits).
struct inexact_number {
  std::string pointer; ///< JSON Pointer to it
  std::string text;    ///< as it was sent
};

/// A JSON text and what the tree alone would hide of it.
struct document {
  json::value root;
  std::vector<std::string> duplicate_names; ///< JSON Pointers of members that occur again in their object; the last one is in the tree
  std::vector<inexact_number> inexact_numbers;
};

struct parse_limits {
  std::size_t depth = 256; ///< nested arrays and objects; more is a problem, never a crash
};

/// Parses one JSON text. Rejects what RFC 8259 rejects, invalid UTF-8 and lone surrogates included.
/// The problem's `where` is "byte N".
result<document> parse(std::string_view text, parse_limits limits = {});

/// The tree alone, for texts of our own.
result<json::value> parse_value(std::string_view text);

/// One line, no spaces, numbers as other implementations print them (22.5, 1e+400 never occurs), UTF-8 unescaped.
std::string serialize(json::value const& value);

/// The same over several lines with two spaces of indentation; short arrays and objects (up to `width` columns) stay on one line.
std::string pretty(json::value const& value, std::size_t width = 110);

/// JSON equality: 1 equals 1.0, members in any order.
bool equal(json::value const& left, json::value const& right);

/// A number with an integral value that fits int64 (1 and 1.0, not 1.5 and not "1").
bool is_integer(json::value const& value);

/// RFC 6901. The value at the pointer, or nullptr. "" is the whole.
json::value const* find(json::value const& root, std::string_view pointer);
json::value* find(json::value& root, std::string_view pointer);

/// One reference token escaped for a pointer: "a/b" -> "a~1b".
std::string pointer_token(std::string_view name);

} // namespace assay::wire
