// What became of a request: a result, an error, or neither (basic/index, responses).
#pragma once

#include "reference/wire/json.hpp"

#include <string>
#include <string_view>

namespace assay::client {

namespace json = boost::json;

class answer {
public:
  /// A response or an error, whole, as it came.
  static answer of(json::value message, int http_status = 0);
  /// No JSON-RPC answer came; `why` is one sentence without its end.
  static answer none(std::string why, int http_status = 0);
  /// None came, because its way is gone: the server's process ended and another one was started in its place, or the
  /// event stream broke.
  static answer lost(std::string why, int http_status = 0);

  /// The result when it is an object, else nullptr.
  json::object const* result() const;
  /// The error when it is an object, else nullptr.
  json::object const* error() const;
  /// The error's code; 0 when there is none.
  int code() const;
  /// The error's data when it is an object, else nullptr.
  json::object const* error_data() const;

  bool came() const { return why_.empty(); }
  bool is_lost() const { return lost_; }
  json::value const& message() const { return message_; }
  /// Over HTTP the status it came with, else 0.
  int http_status() const { return http_status_; }
  /// For a person: "error -32601: unknown method", "HTTP status 500 without a JSON-RPC message".
  std::string describe() const;

private:
  answer(json::value message, std::string why, int http_status);
  json::value message_;
  std::string why_;
  int http_status_ = 0;
  bool lost_ = false;
};

} // namespace assay::client
