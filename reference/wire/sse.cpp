#include "reference/wire/sse.hpp"

#include <charconv>
#include <limits>

namespace assay::wire {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The value of a retry field: digits only, saturating; nothing otherwise.
std::optional<long> read_retry(std::string_view value) {
  if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  long milliseconds = 0;
  auto const read = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
  return read.ec == std::errc() ? milliseconds : std::numeric_limits<long>::max();
}

/// A field that has room for one line only: a line break within would start another field.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += value.empty() ? ":" : ": ";
  for (char const c : value) {
    if (c != '\r' && c != '\n') out += c;
  }
  out += '\n';
}

} // namespace

sse_parser::sse_parser(std::size_t limit) : limit_(limit) {}

std::vector<sse_event> sse_parser::feed(std::string_view bytes) {
  std::vector<sse_event> out;
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes[0] == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    if (at_start_ && bytes[0] != '\r' && bytes[0] != '\n') {
      // The mark may arrive byte by byte, so as long as the stream starts like it, it is taken byte by byte.
      append(bytes.substr(0, 1));
      bytes.remove_prefix(1);
      at_start_ = !dropping_ && line_ != byte_order_mark && byte_order_mark.starts_with(line_);
      if (line_ == byte_order_mark) {
        line_.clear();
        line_is_empty_ = true;
        size_ = 0;
      }
      continue;
    }
    at_start_ = false;
    std::size_t const end = bytes.find_first_of("\r\n");
    append(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_of_line(out);
  }
  return out;
}

void sse_parser::append(std::string_view bytes) {
  if (bytes.empty()) return;
  line_is_empty_ = false;
  if (dropping_) return;
  if (!line_.empty() && line_[0] == ':') return; // a comment needs no memory
  if (line_.empty() && bytes[0] == ':') bytes = bytes.substr(0, 1);
  if (bytes.size() > limit_ - size_) {
    overflowed_ = true;
    dropping_ = true;
    line_ = {};
    current_ = {};
    return;
  }
  size_ += bytes.size();
  line_.append(bytes);
}

void sse_parser::end_of_line(std::vector<sse_event>& out) {
  bool const blank = line_is_empty_;
  line_is_empty_ = true;
  if (blank) {
    if (any_field_ && !dropping_) {
      if (current_.has_data) current_.data.pop_back(); // the line feed behind the last data field
      out.push_back(std::move(current_));
    }
    current_ = {};
    any_field_ = false;
    dropping_ = false;
    size_ = 0;
    return;
  }
  if (dropping_) return;
  if (line_[0] == ':') {
    size_ -= line_.size();
    line_.clear();
    return;
  }
  std::string_view const line = line_;
  std::size_t const colon = line.find(':');
  std::string_view const name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (!value.empty() && value[0] == ' ') value.remove_prefix(1);
  if (name == "data") {
    current_.data += value;
    current_.data += '\n';
    current_.has_data = any_field_ = true;
  } else if (name == "event") {
    current_.event = value;
    any_field_ = true;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) {
      current_.id = std::string(value);
      any_field_ = true;
    }
  } else if (name == "retry") {
    if (auto const milliseconds = read_retry(value)) {
      current_.retry = milliseconds;
      any_field_ = true;
    }
  }
  line_.clear();
}

std::string write_sse(sse_event const& event) {
  std::string out;
  if (!event.event.empty()) append_field(out, "event", event.event);
  if (event.id) append_field(out, "id", *event.id);
  if (event.retry) append_field(out, "retry", std::to_string(*event.retry));
  if (event.has_data || !event.data.empty()) {
    std::string_view rest = event.data;
    while (true) {
      std::size_t const end = rest.find_first_of("\r\n");
      append_field(out, "data", rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(rest.substr(end, 2) == "\r\n" ? end + 2 : end + 1);
    }
  }
  out += '\n';
  return out;
}

} // namespace assay::wire
