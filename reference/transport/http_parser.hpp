// An incremental parser of HTTP/1 messages without I/O: Beast's parser, but with the fields as they stood on the wire.
// Beast's own containers sort repeated fields together; ours keep the order.
#pragma once

#include "reference/transport/http_message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay::transport {

struct http_parse_limits {
  std::size_t head = 64u << 10;
  std::uint64_t body = 64u << 20; ///< 0 means none
};

/// Why a message is not one.
enum class http_parse_error {
  none,
  malformed,
  head_limit,
  body_limit,
  truncated, ///< the stream ended within it
};

class http_parser {
public:
  enum class kind { request, response };

  http_parser(kind what, http_parse_limits limits);
  http_parser(http_parser&&) noexcept;
  http_parser& operator=(http_parser&&) noexcept;
  ~http_parser();

  /// Ready for the next message of the same kind. `without_body`: the response to a HEAD request.
  void restart(bool without_body = false);

  /// Takes bytes up to the end of the message and returns how many; what is left belongs to the next one.
  std::size_t feed(std::string_view bytes);

  /// The stream ended: completes a message that ends so, else the message is truncated.
  void end_of_stream();

  bool started() const; ///< a byte was taken
  bool head_done() const;
  bool done() const;
  http_parse_error error() const;
  std::string const& error_text() const; ///< one clause in words

  bool keep_alive() const;                             ///< after the head
  bool chunked() const;                                ///< after the head
  std::optional<std::uint64_t> content_length() const; ///< after the head

  http_request request;        ///< kind::request: head and whole body
  http_response_head response; ///< kind::response: the head
  std::string body;            ///< kind::response: the bytes that have come; the owner moves them out
  http_headers trailers;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace assay::transport
