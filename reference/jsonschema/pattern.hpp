// Regular expressions of schemas: ECMA-262 with the "u" flag, run by PCRE2 under limits. What PCRE2 cannot say the same
// way is a problem, never a different meaning. https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
#pragma once

#include "reference/wire/problem.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace assay::jsonschema {

enum class match { yes, no, gave_up };

/// A compiled expression. Safe to share between threads.
class pattern {
public:
  /// The problem's `where` is the expression.
  static wire::result<std::shared_ptr<pattern const>> compile(std::string_view expression);

  /// Looks for a match anywhere in valid UTF-8. `gave_up` when the limits on backtracking and memory were met.
  match find(std::string_view text) const;

  /// As written in the schema.
  std::string const& text() const { return text_; }

  ~pattern();
  pattern(pattern const&) = delete;
  pattern& operator=(pattern const&) = delete;

private:
  pattern(std::string_view text, void* code) : text_(text), code_(code) {}
  std::string text_;
  void* code_; ///< pcre2_code of 8-bit PCRE2
};

/// The same expression in PCRE2's syntax.
wire::result<std::string> to_pcre2(std::string_view expression);

} // namespace assay::jsonschema
