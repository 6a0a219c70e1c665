// The parser. Boost.JSON's basic_parser drives it and its value_stack builds the tree, so a text costs what it costs
// with Boost's own parser. Only when the tree hides something (a member less than was sent, a number that does not fit)
// is the text read a second time, with JSON Pointers, to say where.
#include "reference/wire/json.hpp"
#include "reference/wire/json_number.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <map>
#include <optional>

namespace assay::wire {
namespace {

using boost::json::error_code;
using text_piece = boost::json::string_view;

/// Trees are destroyed, compared and written recursively: this bounds the stack whatever a caller asks for.
constexpr std::size_t deepest = 1000;
/// How many entries a list of what the tree hides may have.
constexpr std::size_t most_notes = 10'000;

/// The events every handler ignores, and the limits basic_parser asks for.
struct handler_defaults {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_number_part(text_piece, error_code&) { return true; }
  bool on_comment_part(text_piece, error_code&) { return true; }
  bool on_comment(text_piece, error_code&) { return true; }
};

/// The text as it was sent, for number texts: what is parsed may be a copy with shorter exponents (see
/// `with_short_exponents`).
struct sent_text {
  std::string_view sent;
  char const* parsed = nullptr;

  std::string_view of(text_piece piece) const {
    return sent.substr(static_cast<std::size_t>(piece.data() - parsed), piece.size());
  }
};

/// Builds the tree and notices, nearly for free, whether it hides anything.
struct tree_handler : handler_defaults {
  json::value_stack stack;
  sent_text text;
  std::size_t members = 0; ///< as sent, repeated names included
  bool inexact = false;

  tree_handler() = default;
  tree_handler(unsigned char* buffer, std::size_t size) : stack({}, buffer, size) {}

  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t n, error_code&) {
    members += n;
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(text_piece s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_key(text_piece s, std::size_t, error_code&) {
    stack.push_key(s);
    return true;
  }
  bool on_string_part(text_piece s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_string(text_piece s, std::size_t, error_code&) {
    stack.push_string(s);
    return true;
  }
  bool on_int64(std::int64_t i, text_piece s, error_code&) {
    if (i == 0 && s.front() == '-')
      stack.push_double(-0.0);
    else
      stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, text_piece, error_code&) {
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double, text_piece s, error_code&) {
    double_reading const reading = read_double(text.of(s));
    inexact |= reading.inexact;
    stack.push_double(reading.value);
    return true;
  }
  bool on_bool(bool b, error_code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
};

/// Reads a text again, with the path to each value, and notes what the tree hides.
struct noting_handler : handler_defaults {
  struct frame {
    bool object = false;
    std::size_t index = 0;             ///< of the array's current element
    std::string name;                  ///< of the object's current member
    std::map<std::string, bool> names; ///< all so far; true: already noted as repeated
  };

  document& out;
  sent_text text;
  std::vector<frame> path;
  std::string partial_name;
  std::size_t pointer_budget;
  bool budget_used_up = false;

  explicit noting_handler(document& into, sent_text source)
      : out(into), text(source), pointer_budget(source.sent.size() + 65536) {}

  /// The pointer to the current value; nothing where the budget for pointers is used up.
  std::optional<std::string> pointer() {
    if (budget_used_up) return std::nullopt;
    std::size_t length = 0;
    for (frame const& f : path)
      length += f.object ? f.name.size() + 1 : 8;
    if (length > pointer_budget) {
      budget_used_up = true;
      return std::nullopt;
    }
    pointer_budget -= length;
    std::string to;
    for (frame const& f : path) {
      to += '/';
      to += f.object ? pointer_token(f.name) : std::to_string(f.index);
    }
    return to;
  }

  bool begin(bool object) {
    path.emplace_back().object = object;
    return true;
  }
  bool end() {
    path.pop_back();
    return after_value();
  }
  bool after_value() {
    if (!path.empty() && !path.back().object) ++path.back().index;
    return true;
  }

  bool on_object_begin(error_code&) { return begin(true); }
  bool on_object_end(std::size_t, error_code&) { return end(); }
  bool on_array_begin(error_code&) { return begin(false); }
  bool on_array_end(std::size_t, error_code&) { return end(); }
  bool on_key_part(text_piece s, std::size_t, error_code&) {
    partial_name.append(s.data(), s.size());
    return true;
  }
  bool on_key(text_piece s, std::size_t, error_code&) {
    frame& top = path.back();
    top.name = std::move(partial_name);
    partial_name.clear();
    top.name.append(s.data(), s.size());
    auto const [known, fresh] = top.names.try_emplace(top.name, false);
    if (!fresh && !known->second && out.duplicate_names.size() < most_notes) {
      known->second = true;
      if (auto to = pointer()) out.duplicate_names.push_back(std::move(*to));
    }
    return true;
  }
  bool on_string_part(text_piece, std::size_t, error_code&) { return true; }
  bool on_string(text_piece, std::size_t, error_code&) { return after_value(); }
  bool on_int64(std::int64_t, text_piece, error_code&) { return after_value(); }
  bool on_uint64(std::uint64_t, text_piece, error_code&) { return after_value(); }
  bool on_double(double, text_piece s, error_code&) {
    std::string_view const sent = text.of(s);
    if (out.inexact_numbers.size() < most_notes && read_double(sent).inexact) {
      if (auto to = pointer()) out.inexact_numbers.push_back({std::move(*to), std::string(sent)});
    }
    return after_value();
  }
  bool on_bool(bool, error_code&) { return after_value(); }
  bool on_null(error_code&) { return after_value(); }
};

std::size_t members_below(json::value const& value) {
  std::size_t n = 0;
  if (auto const* object = value.if_object()) {
    n = object->size();
    for (auto const& member : *object) {
      if (member.value().is_structured()) n += members_below(member.value());
    }
  } else if (auto const* array = value.if_array()) {
    for (auto const& element : *array) {
      if (element.is_structured()) n += members_below(element);
    }
  }
  return n;
}

/// Boost gives up on exponents beyond an int, which the grammar allows. The same text, byte for byte as long, with such
/// exponents made smaller; the values are read from the text as it was sent.
std::string with_short_exponents(std::string_view text) {
  std::string out(text);
  bool in_string = false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    char const c = out[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == 'e' || c == 'E') {
      std::size_t first = i + 1;
      if (first < out.size() && (out[first] == '+' || out[first] == '-')) ++first;
      std::size_t last = first;
      while (last < out.size() && out[last] >= '0' && out[last] <= '9')
        ++last;
      if (last - first > 5)
        std::fill(out.begin() + static_cast<long>(first), out.begin() + static_cast<long>(last - 5), '0');
      i = last - 1;
    }
  }
  return out;
}

problem explain(std::string_view text, std::size_t at, error_code const& ec, std::size_t depth) {
  problem p{"byte " + std::to_string(at), "", ""};
  auto const unsigned_at = at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  if (text.empty()) {
    p.what = "the text is empty, JSON needs a value";
  } else if (text.substr(0, 3) == "\xEF\xBB\xBF" && at <= 3) {
    p.what = "the text starts with a byte order mark";
    p.hint = "JSON between systems is UTF-8 without it";
  } else if (ec == json::error::incomplete) {
    p.what = "the JSON text ends before its value is complete";
  } else if (ec == json::error::extra_data) {
    p.what = "something follows the JSON value";
    p.hint = "one text holds one value";
  } else if (ec == json::error::too_deep) {
    p.what = "arrays and objects are nested more than " + std::to_string(depth) + " deep";
  } else if (ec == json::error::illegal_leading_surrogate || ec == json::error::illegal_trailing_surrogate ||
             ec == json::error::expected_utf16_escape) {
    p.what = "a \\u escape is one half of a surrogate pair without the other";
  } else if (ec == json::error::expected_hex_digit) {
    p.what = "a \\u escape needs four hexadecimal digits";
  } else if (ec == json::error::syntax && unsigned_at >= 0x80) {
    p.what = "not JSON: a byte that is no part of well-formed UTF-8, or a character outside a string";
  } else if (ec == json::error::syntax && at < text.size() && unsigned_at < 0x20) {
    p.what = "not JSON: a control character where none may be";
    p.hint = "inside a string it must be escaped";
  } else if (ec == json::error::syntax && at < text.size()) {
    p.what = std::string("not JSON: unexpected '") + text[at] + "'";
  } else {
    p.what = "not JSON: " + ec.message();
  }
  return p;
}

/// Parses with a parser that was reset; the tree is then in the handler's stack.
template <class Handler>
std::size_t run(json::basic_parser<Handler>& parser, std::string_view parsed, error_code& ec) {
  std::size_t const n = parser.write_some(false, parsed.data(), parsed.size(), ec);
  if (!ec && n < parsed.size()) ec = make_error_code(json::error::extra_data);
  return n;
}

using tree_parser = json::basic_parser<tree_handler>;

json::parse_options options_for(parse_limits limits) {
  json::parse_options options;
  options.max_depth = std::min(limits.depth, deepest);
  return options;
}

/// The whole way of one text: tree, then notes where needed. `storage` is where the tree goes.
result<void> parse_into(document& out, tree_parser& parser, std::string_view text, parse_limits limits,
                        json::storage_ptr storage) {
  auto const options = options_for(limits);
  std::string shortened;
  std::string_view parsed = text;
  error_code ec;
  auto const attempt = [&] {
    ec = {};
    parser.reset();
    tree_handler& h = parser.handler();
    h.stack.reset(storage);
    h.text = {text, parsed.data()};
    h.members = 0;
    h.inexact = false;
    return run(parser, parsed, ec);
  };
  std::size_t at = attempt();
  if (ec == json::error::exponent_overflow) {
    shortened = with_short_exponents(text);
    parsed = shortened;
    at = attempt();
  }
  if (ec) return explain(text, at, ec, options.max_depth);

  tree_handler& h = parser.handler();
  // Released values carry their storage with them; construction in place keeps it (assignment would copy).
  std::destroy_at(&out.root);
  std::construct_at(&out.root, json::value(h.stack.release()));
  if (h.inexact || h.members != members_below(out.root)) {
    json::basic_parser<noting_handler> noting(options, out, sent_text{text, parsed.data()});
    run(noting, parsed, ec);
  }
  return {};
}

} // namespace

result<document> parse(std::string_view text, parse_limits limits) {
  unsigned char buffer[4096];
  tree_parser parser(options_for(limits), buffer, sizeof buffer);
  document out;
  if (auto const done = parse_into(out, parser, text, limits, {}); !done) return done.error();
  return out;
}

result<json::value> parse_value(std::string_view text) {
  auto parsed = parse(text);
  if (!parsed) return parsed.error();
  return std::move(parsed->root);
}

/// Memory for the tree comes first and goes last.
struct parser::state {
  std::unique_ptr<unsigned char[]> memory = std::make_unique<unsigned char[]>(memory_size);
  json::monotonic_resource resource{memory.get(), memory_size};
  parse_limits limits;
  tree_parser boost_parser;
  document current;

  static constexpr std::size_t memory_size = 65536;

  explicit state(parse_limits l) : limits(l), boost_parser(options_for(l)) {}
};

parser::parser(parse_limits limits) : state_(std::make_unique<state>(limits)) {}
parser::~parser() = default;
parser::parser(parser&&) noexcept = default;
parser& parser::operator=(parser&&) noexcept = default;

result<document const*> parser::parse(std::string_view text) {
  state& s = *state_;
  // Nothing may point into the resource when it is released: neither the last tree nor a half-built one.
  std::destroy_at(&s.current.root);
  std::construct_at(&s.current.root);
  s.current.duplicate_names.clear();
  s.current.inexact_numbers.clear();
  s.boost_parser.handler().stack.reset();
  s.resource.release();
  if (auto const done = parse_into(s.current, s.boost_parser, text, s.limits, &s.resource); !done) return done.error();
  return &s.current;
}

} // namespace assay::wire
