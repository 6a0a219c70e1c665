#include "reference/session/trace_context.hpp"

#include <algorithm>
#include <cstddef>

namespace assay::session {
namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char one) { return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Members between commas that are all good, `most` of them at most, and one at least.
bool is_list(std::string_view text, std::size_t most, bool (*good)(std::string_view)) {
  std::size_t members = 0;
  for (auto rest = text;; ++members) {
    auto const end = rest.find(',');
    if (members == most || !good(trimmed(rest.substr(0, end)))) return false;
    if (end == std::string_view::npos) return true;
    rest.remove_prefix(end + 1);
  }
}

bool is_state_member(std::string_view member) {
  auto const at = member.find('=');
  if (at == std::string_view::npos || at == 0 || at > 256) return false;
  auto const value = member.substr(at + 1);
  auto const is_key = [](char one) {
    return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') ||
           std::string_view("_-*/@").find(one) != std::string_view::npos;
  };
  auto const is_value = [](char one) { return one >= 0x20 && one < 0x7f && one != '='; };
  auto const key = member.substr(0, at);
  bool const begins = (key[0] >= 'a' && key[0] <= 'z') || (key[0] >= '0' && key[0] <= '9');
  return begins && std::all_of(key.begin(), key.end(), is_key) && !value.empty() && value.size() <= 256 &&
         std::all_of(value.begin(), value.end(), is_value);
}

bool is_baggage_member(std::string_view member) {
  auto const at = member.find('=');
  auto const name = trimmed(member.substr(0, at));
  if (at == std::string_view::npos || name.empty()) return false;
  auto const is_token = [](char one) {
    return one > 0x20 && one < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(one) == std::string_view::npos;
  };
  auto const is_octet = [](char one) { return one >= 0x20 && one < 0x7f && one != '"' && one != '\\'; };
  auto const rest = member.substr(at + 1);
  return std::all_of(name.begin(), name.end(), is_token) && std::all_of(rest.begin(), rest.end(), is_octet);
}

} // namespace

bool is_traceparent(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  auto const version = text.substr(0, 2);
  if (!is_hex(version) || version == "ff") return false;
  // What comes after 00 may be longer.
  if (text.size() > 55 && (version == "00" || text[55] != '-')) return false;
  return is_id(text.substr(3, 32)) && is_id(text.substr(36, 16)) && is_hex(text.substr(53, 2));
}

bool is_tracestate(std::string_view text) {
  return is_list(text, 32, is_state_member);
}

bool is_baggage(std::string_view text) {
  return text.size() <= 8192 && is_list(text, 180, is_baggage_member);
}

} // namespace assay::session
