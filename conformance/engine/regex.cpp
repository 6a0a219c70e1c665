// PCRE2 behind two functions.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "conformance/engine/regex.hpp"

#include <map>
#include <memory>

namespace assay::engine {

namespace {

struct code_free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
using code_ptr = std::unique_ptr<pcre2_code, code_free>;

code_ptr compile(std::string const& expression, std::string* problem) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  code_ptr code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), PCRE2_UTF, &error,
                              &offset, nullptr));
  if (!code && problem) {
    PCRE2_UCHAR text[256];
    pcre2_get_error_message(error, text, sizeof text);
    *problem = std::string(reinterpret_cast<char*>(text)) + " at character " + std::to_string(offset);
  }
  return code;
}

} // namespace

bool regex_matches(std::string const& expression, std::string_view text) {
  thread_local std::map<std::string, code_ptr> compiled;
  auto found = compiled.find(expression);
  if (found == compiled.end()) found = compiled.emplace(expression, compile(expression, nullptr)).first;
  if (!found->second) return false;
  std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data(
      pcre2_match_data_create_from_pattern(found->second.get(), nullptr), pcre2_match_data_free);
  std::unique_ptr<pcre2_match_context, void (*)(pcre2_match_context*)> limits(pcre2_match_context_create(nullptr),
                                                                              pcre2_match_context_free);
  pcre2_set_match_limit(limits.get(), 1'000'000);
  pcre2_set_depth_limit(limits.get(), 10'000);
  return pcre2_match(found->second.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(),
                     limits.get()) >= 0;
}

std::string regex_problem(std::string const& expression) {
  std::string problem;
  compile(expression, &problem);
  return problem;
}

} // namespace assay::engine
