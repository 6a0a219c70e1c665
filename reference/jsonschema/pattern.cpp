#include "reference/jsonschema/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

namespace assay::jsonschema {

namespace {

// White space and line ends of ECMA-262, and all else, as they stand inside a class.
constexpr std::string_view space =
    R"(\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view no_space =
    R"(\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{d7ff}\x{e000}-\x{fefe}\x{ff00}-\x{10ffff})";

// PCRE2 knows general categories by their short names only.
struct category {
  std::string_view name;
  std::string_view letters;
};
constexpr auto categories = std::to_array<category>({
    {"Letter", "L"},
    {"Cased_Letter", "L&"},
    {"LC", "L&"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
    {"cntrl", "Cc"},
    {"Format", "Cf"},
    {"Surrogate", "Cs"},
    {"Private_Use", "Co"},
    {"Unassigned", "Cn"},
});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool at_set(std::string_view text) {
  return text.size() > 1 && text[0] == '\\' && std::string_view("dDwWsSpP").find(text[1]) != std::string_view::npos;
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Reads an expression of ECMA-262 from left to right and writes the one of PCRE2.
class translator {
public:
  explicit translator(std::string_view in) : in_(in) {}

  wire::result<std::string> run() {
    while (at_ < in_.size() && why_.empty())
      step();
    if (why_.empty() && depth_ != 0) why_ = "a group is not closed";
    if (!why_.empty())
      return wire::problem{std::string(in_), "is not a regular expression this evaluator can run: " + why_,
                           "use the syntax of ECMA-262 with the u flag"};
    return {boost::system::in_place_value, std::move(out_)}; // problem, an aggregate, could be made from a string too
  }

private:
  bool take(std::string_view text) {
    if (in_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }

  void code_point(std::uint32_t value) {
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
      why_ = "it names a code point that no valid string contains";
      return;
    }
    char text[16];
    std::snprintf(text, sizeof text, "\\x{%x}", static_cast<unsigned>(value));
    out_ += text;
  }

  std::optional<std::uint32_t> hex(std::size_t digits) {
    if (at_ + digits > in_.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i != digits; ++i) {
      auto const c = in_[at_ + i];
      auto const lower = static_cast<char>(c | 0x20);
      if (is_digit(c))
        value = value * 16 + static_cast<std::uint32_t>(c - '0');
      else if (lower >= 'a' && lower <= 'f')
        value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
      else
        return std::nullopt;
    }
    at_ += digits;
    return value;
  }

  // After "\u": four digits (two such escapes for a surrogate pair) or any number in braces.
  void unicode_escape() {
    if (take("{")) {
      std::uint32_t value = 0;
      auto const start = at_;
      while (auto const digit = hex(1))
        value = value > 0x10ffff ? value : value * 16 + *digit;
      if (at_ == start || !take("}"))
        why_ = "\\u{ needs hexadecimal digits and }";
      else
        code_point(value);
      return;
    }
    auto first = hex(4);
    if (!first) {
      why_ = "\\u needs four hexadecimal digits";
      return;
    }
    if (*first >= 0xd800 && *first < 0xdc00) {
      auto const before = at_;
      if (take("\\u"))
        if (auto const second = hex(4); second && *second >= 0xdc00 && *second < 0xe000) {
          code_point(0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00));
          return;
        }
      at_ = before;
    }
    code_point(*first);
  }

  // After "\p" or "\P".
  void property(char letter) {
    auto const close = in_.find('}', at_);
    if (!take("{") || close == std::string_view::npos) {
      why_ = "\\p needs a property in braces";
      return;
    }
    auto name = in_.substr(at_, close - at_);
    at_ = close + 1;
    std::string prefix;
    if (auto const equals = name.find('='); equals != std::string_view::npos) {
      auto const kind = name.substr(0, equals);
      name.remove_prefix(equals + 1);
      if (kind == "Script" || kind == "sc")
        prefix = "sc:";
      else if (kind == "Script_Extensions" || kind == "scx")
        prefix = "scx:";
      else if (kind != "General_Category" && kind != "gc") {
        why_ = "unknown kind of property " + std::string(kind);
        return;
      }
    }
    for (auto const c : name)
      if (!is_letter(c) && !is_digit(c) && c != '_') {
        why_ = "a property's name has letters, digits and _ only";
        return;
      }
    auto negated = letter == 'P';
    if (prefix.empty() && name == "Assigned") {
      name = "Cn";
      negated = !negated;
    }
    if (prefix.empty())
      for (auto const& known : categories)
        if (known.name == name) name = known.letters;
    out_ += negated ? "\\P{" : "\\p{";
    out_ += prefix;
    out_ += name;
    out_ += '}';
  }

  // After "\"; `in_class`: between [ and ].
  void escape(bool in_class) {
    if (at_ == in_.size()) {
      why_ = "it ends in a backslash";
      return;
    }
    auto const c = in_[at_++];
    switch (c) {
    case 'd':
    case 'D':
    case 'w':
    case 'W':
    case 't':
    case 'n':
    case 'f':
    case 'r':
      out_ += '\\';
      out_ += c;
      return;
    case 'v': code_point(0x0b); return;
    case 's': out_ += in_class ? std::string(space) : '[' + std::string(space) + ']'; return;
    case 'S': out_ += in_class ? std::string(no_space) : "[^" + std::string(space) + ']'; return;
    case 'b':
      if (in_class)
        code_point(8);
      else
        out_ += "\\b";
      return;
    case 'B':
      if (in_class)
        why_ = "\\B inside [ ]";
      else
        out_ += "\\B";
      return;
    case 'c':
      if (at_ < in_.size() && is_letter(in_[at_]))
        code_point(static_cast<std::uint32_t>(in_[at_++] & 0x1f));
      else
        why_ = "\\c needs a letter";
      return;
    case 'x':
      if (auto const value = hex(2))
        code_point(*value);
      else
        why_ = "\\x needs two hexadecimal digits";
      return;
    case 'u': unicode_escape(); return;
    case 'p':
    case 'P': property(c); return;
    case 'k': {
      auto const close = in_.find('>', at_);
      if (in_class || !take("<") || close == std::string_view::npos) {
        why_ = "\\k needs a group's name in < >";
        return;
      }
      out_ += "\\k<";
      out_ += in_.substr(at_, close + 1 - at_);
      at_ = close + 1;
      return;
    }
    default: break;
    }
    if (c == '0' && (at_ == in_.size() || !is_digit(in_[at_]))) {
      code_point(0);
    } else if (is_digit(c) && c != '0' && !in_class) {
      auto const start = at_ - 1;
      while (at_ < in_.size() && is_digit(in_[at_]))
        ++at_;
      out_ += "\\g{";
      out_ += in_.substr(start, at_ - start);
      out_ += '}';
    } else if (is_digit(c) || is_letter(c)) {
      why_ = std::string("unknown escape \\") + c;
    } else if (static_cast<unsigned char>(c) < 0x80) {
      out_ += '\\'; // punctuation stands for itself
      out_ += c;
    } else {
      out_ += c;
    }
  }

  // After "[".
  void character_class() {
    auto const negated = take("^");
    if (take("]")) {
      out_ += negated ? "(?s:.)" : "(?!)";
      return;
    }
    out_ += negated ? "[^" : "[";
    while (why_.empty()) {
      if (at_ == in_.size()) {
        why_ = "a [ is not closed";
        return;
      }
      if (take("]")) break;
      // A hyphen beside a set of characters, [\w-.], is no range; the u flag forbids it, people write it.
      if (at_set(in_.substr(at_))) {
        ++at_;
        escape(true);
        if (in_.substr(at_, 1) == "-" && in_.substr(at_, 2) != "-]") {
          ++at_;
          out_ += "\\-";
        }
      } else if (in_.substr(at_, 1) == "-" && at_set(in_.substr(at_ + 1))) {
        ++at_;
        out_ += "\\-";
      } else if (take("\\")) {
        escape(true);
      } else if (take("[")) {
        out_ += "\\["; // else PCRE2 might see [:alpha:]
      } else {
        out_ += in_[at_++];
      }
    }
    out_ += ']';
    quantifiable_ = true;
  }

  // After "(".
  void group() {
    ++depth_;
    for (std::string_view const opening : {"?:", "?=", "?!", "?<=", "?<!"})
      if (take(opening)) {
        out_ += '(';
        out_ += opening;
        return;
      }
    if (take("?<")) {
      auto const close = in_.find('>', at_);
      if (close == std::string_view::npos || close == at_) {
        why_ = "a group's name is not closed";
        return;
      }
      out_ += "(?<";
      out_ += in_.substr(at_, close + 1 - at_);
      at_ = close + 1;
    } else if (in_.substr(at_, 1) == "?") {
      why_ = "unknown kind of group";
    } else {
      out_ += '(';
    }
  }

  // {n}, {n,} or {n,m} from `at_`; its length, or 0.
  std::size_t braces() const {
    auto i = at_ + 1;
    auto const digits = [&] {
      auto const start = i;
      while (i < in_.size() && is_digit(in_[i]))
        ++i;
      return i != start;
    };
    if (!digits()) return 0;
    if (i < in_.size() && in_[i] == ',') {
      ++i;
      digits();
    }
    return i < in_.size() && in_[i] == '}' ? i + 1 - at_ : 0;
  }

  void step() {
    auto const c = in_[at_];
    auto const could_repeat = std::exchange(quantifiable_, true);
    std::size_t quantifier = c == '*' || c == '+' || c == '?' ? 1 : (c == '{' ? braces() : 0);
    if (quantifier != 0) {
      if (!could_repeat) {
        why_ = "there is nothing to repeat before " + std::string(in_.substr(at_, quantifier));
        return;
      }
      out_ += in_.substr(at_, quantifier);
      at_ += quantifier;
      if (take("?")) out_ += '?';
      quantifiable_ = false; // "a++" and "a**" mean something else in PCRE2
      return;
    }
    ++at_;
    switch (c) {
    case '\\': escape(false); break;
    case '[': character_class(); break;
    case '(':
      group();
      quantifiable_ = false;
      break;
    case ')':
      if (depth_-- == 0) why_ = "a ) closes nothing";
      out_ += ')';
      break;
    case '.': out_ += R"([^\n\r\x{2028}\x{2029}])"; break;
    case '^':
    case '|':
      out_ += c;
      quantifiable_ = false;
      break;
    case '{':
    case '}':
    case ']':
      out_ += '\\';
      out_ += c;
      break;
    default: out_ += c;
    }
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
  std::string why_;
  int depth_ = 0;
  bool quantifiable_ = false;
};

// One match at a time on a thread: its memory is kept for the next.
struct scratch {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  scratch() {
    pcre2_set_match_limit(context, 1'000'000);
    pcre2_set_depth_limit(context, 100'000);
    pcre2_set_heap_limit(context, 64 * 1024); // KiB
  }
  scratch(scratch const&) = delete;
  scratch& operator=(scratch const&) = delete;
  ~scratch() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
};

} // namespace

wire::result<std::string> to_pcre2(std::string_view expression) {
  return translator(expression).run();
}

wire::result<std::shared_ptr<pattern const>> pattern::compile(std::string_view expression) {
  if (expression.size() > 64 * 1024)
    return wire::problem{std::string(expression.substr(0, 40)) + "...", "is a regular expression of more than 64 KiB",
                         ""};
  auto translated = to_pcre2(expression);
  if (!translated) return translated.error();
  int code = 0;
  PCRE2_SIZE offset = 0;
  auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated->data()), translated->size(),
                                 PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C,
                                 &code, &offset, nullptr);
  if (compiled == nullptr) {
    unsigned char message[160];
    pcre2_get_error_message(code, message, sizeof message);
    return wire::problem{std::string(expression),
                         "is not a regular expression this evaluator can run: " +
                             std::string(reinterpret_cast<char const*>(message)),
                         "use the syntax of ECMA-262 with the u flag"};
  }
  return std::shared_ptr<pattern const>(new pattern(expression, compiled));
}

match pattern::find(std::string_view text) const {
  thread_local scratch memory;
  auto const result = pcre2_match(static_cast<pcre2_code const*>(code_), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                  text.size(), 0, 0, memory.data, memory.context);
  if (result >= 0) return match::yes;
  return result == PCRE2_ERROR_NOMATCH ? match::no : match::gave_up;
}

pattern::~pattern() {
  pcre2_code_free(static_cast<pcre2_code*>(code_));
}

} // namespace assay::jsonschema
