#include "reference/client/answer.hpp"

#include <limits>

namespace assay::client {
namespace {

json::object const* member_object(json::value const& value, std::string_view name) {
  auto const* const object = value.if_object();
  auto const* const member = object ? object->if_contains(name) : nullptr;
  return member ? member->if_object() : nullptr;
}

} // namespace

answer::answer(json::value message, std::string why, int http_status)
    : message_(std::move(message)), why_(std::move(why)), http_status_(http_status) {}

answer answer::of(json::value message, int http_status) {
  return answer(std::move(message), {}, http_status);
}

answer answer::none(std::string why, int http_status) {
  return answer(nullptr, std::move(why), http_status);
}

answer answer::lost(std::string why, int http_status) {
  answer made = none(std::move(why), http_status);
  made.lost_ = true;
  return made;
}

json::object const* answer::result() const {
  return member_object(message_, "result");
}

json::object const* answer::error() const {
  return member_object(message_, "error");
}

int answer::code() const {
  auto const* const object = error();
  auto const* const value = object ? object->if_contains("code") : nullptr;
  if (!value || !wire::is_integer(*value)) return 0;
  auto const number = value->to_number<double>();
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) return 0;
  return static_cast<int>(number);
}

json::object const* answer::error_data() const {
  auto const* const object = error();
  auto const* const value = object ? object->if_contains("data") : nullptr;
  return value ? value->if_object() : nullptr;
}

std::string answer::describe() const {
  if (!came()) return why_;
  if (auto const* const object = error()) {
    auto const* const text = object->if_contains("message");
    return "error " + std::to_string(code()) +
           (text && text->is_string() ? ": " + std::string(text->get_string()) : std::string());
  }
  if (result()) return "a result";
  return "a response whose result is no object";
}

} // namespace assay::client
