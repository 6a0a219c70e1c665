// The only user of Beast: its basic_parser, whose callbacks fill our structs. Beast decides what is HTTP/1 and what is
// not; limits and the order of fields are ours.
#include "reference/transport/http_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/optional.hpp>
#include <variant>

namespace assay::transport {

namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

namespace {

/// What the callbacks write to.
struct sink {
  http_parser* owner = nullptr;
  std::string* body = nullptr;
  http_headers* headers = nullptr;
  std::uint64_t limit = 0;
  std::uint64_t taken = 0;
  bool head_done = false;
};

template <bool is_request>
class callbacks : public http::basic_parser<is_request> {
public:
  explicit callbacks(sink& out) : out_(out) {}

private:
  void on_request_impl(http::verb, string_view method, string_view target, int version, error_code&) override {
    out_.owner->request.method.assign(method.data(), method.size());
    out_.owner->request.target.assign(target.data(), target.size());
    out_.owner->request.version = version;
  }
  void on_response_impl(int status, string_view reason, int version, error_code&) override {
    out_.owner->response.status = status;
    out_.owner->response.reason.assign(reason.data(), reason.size());
    out_.owner->response.version = version;
  }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    auto& list = out_.head_done ? out_.owner->trailers : *out_.headers;
    auto& header = list.emplace_back();
    header.name.assign(name.data(), name.size());
    header.value.assign(value.data(), value.size());
  }
  void on_header_impl(error_code&) override { out_.head_done = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code& ec) override {
    constexpr std::uint64_t at_once = 1u << 20; // a length is a claim: do not allocate more than this on its word
    if (!length) return;
    if (over(*length)) {
      ec = http::error::body_limit;
      return;
    }
    if constexpr (is_request) out_.body->reserve(static_cast<std::size_t>(std::min(*length, at_once)));
  }
  std::size_t on_body_impl(string_view bytes, error_code& ec) override {
    take(bytes, ec);
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code& ec) override {
    if (over(size)) ec = http::error::body_limit;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) override {
    take(bytes, ec);
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  bool over(std::uint64_t more) const {
    return out_.limit != 0 && (more > out_.limit || out_.taken > out_.limit - more);
  }
  void take(string_view bytes, error_code& ec) {
    if (over(bytes.size())) {
      ec = http::error::body_limit;
      return;
    }
    out_.taken += bytes.size();
    out_.body->append(bytes.data(), bytes.size());
  }

  sink& out_;
};

std::string in_words(error_code const& ec) {
  switch (static_cast<http::error>(ec.value())) {
  case http::error::bad_line_ending: return "a line does not end in CR LF";
  case http::error::bad_method: return "the request line has no valid method";
  case http::error::bad_target: return "the request line has no valid target";
  case http::error::bad_version: return "the first line has no HTTP/1 version";
  case http::error::bad_status: return "the status line has no three-digit code";
  case http::error::bad_reason: return "the reason phrase has a forbidden character";
  case http::error::bad_field: return "a header field has no valid name";
  case http::error::bad_value: return "a header field has no valid value";
  case http::error::bad_content_length: return "Content-Length is no number or stands beside Transfer-Encoding";
  case http::error::multiple_content_length: return "there are different Content-Length fields";
  case http::error::bad_transfer_encoding: return "Transfer-Encoding is repeated or stands beside Content-Length";
  case http::error::bad_chunk: return "a chunk does not start with its size or end in CR LF";
  case http::error::bad_chunk_extension: return "a chunk has an invalid extension";
  case http::error::bad_obs_fold: return "a folded header line is invalid";
  case http::error::header_limit: return "the header is longer than the limit";
  case http::error::body_limit: return "the body is longer than the limit";
  case http::error::partial_message: return "the stream ended within the message";
  default: return ec.message();
  }
}

} // namespace

struct http_parser::state {
  kind what;
  http_parse_limits limits;
  sink out;
  std::variant<std::monostate, callbacks<true>, callbacks<false>> parser;
  http_parse_error error = http_parse_error::none;
  std::string error_text;
  bool started = false;

  template <class F>
  auto with(F&& f) {
    if (what == kind::request) return f(*std::get_if<callbacks<true>>(&parser));
    return f(*std::get_if<callbacks<false>>(&parser));
  }

  void fail(error_code const& ec) {
    error_text = in_words(ec);
    if (ec == http::error::header_limit)
      error = http_parse_error::head_limit;
    else if (ec == http::error::body_limit)
      error = http_parse_error::body_limit;
    else if (ec == http::error::partial_message)
      error = http_parse_error::truncated;
    else
      error = http_parse_error::malformed;
  }
};

http_parser::http_parser(kind what, http_parse_limits limits) : state_(new state) {
  state_->what = what;
  state_->limits = limits;
  restart();
}
http_parser::http_parser(http_parser&&) noexcept = default;
http_parser& http_parser::operator=(http_parser&&) noexcept = default;
http_parser::~http_parser() = default;

void http_parser::restart(bool without_body) {
  auto& s = *state_;
  request = {};
  response = {};
  body.clear();
  trailers.clear();
  s.out = {};
  s.out.limit = s.limits.body;
  s.error = http_parse_error::none;
  s.error_text.clear();
  s.started = false;
  auto const set_up = [&](auto& parser) {
    parser.eager(true);
    parser.body_limit(boost::none); // our own limit counts the whole body and lets the head through first
    parser.header_limit(static_cast<std::uint32_t>(s.limits.head));
    parser.skip(without_body);
  };
  if (s.what == kind::request)
    set_up(s.parser.emplace<callbacks<true>>(s.out));
  else
    set_up(s.parser.emplace<callbacks<false>>(s.out));
}

std::size_t http_parser::feed(std::string_view bytes) {
  auto& s = *state_;
  if (bytes.empty() || done() || s.error != http_parse_error::none) return 0;
  // The parser may have been moved since the last call, and a part is only a view of its owner.
  s.out.owner = this;
  s.out.body = s.what == kind::request ? &request.body : &body;
  s.out.headers = s.what == kind::request ? &request.headers : &response.headers;
  s.started = true;
  error_code ec;
  std::size_t const count =
      s.with([&](auto& parser) { return parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec); });
  if (ec && ec != http::error::need_more) s.fail(ec);
  return count;
}

void http_parser::end_of_stream() {
  auto& s = *state_;
  if (done() || s.error != http_parse_error::none) return;
  error_code ec = http::error::partial_message;
  if (s.started && s.out.head_done) s.with([&](auto& parser) { return parser.put_eof(ec); });
  if (ec) s.fail(ec);
}

bool http_parser::started() const {
  return state_->started;
}
bool http_parser::head_done() const {
  return state_->out.head_done;
}
bool http_parser::done() const {
  return state_->with([](auto& parser) { return parser.is_done(); });
}
http_parse_error http_parser::error() const {
  return state_->error;
}
std::string const& http_parser::error_text() const {
  return state_->error_text;
}
bool http_parser::keep_alive() const {
  return head_done() && state_->with([](auto& parser) { return parser.keep_alive(); });
}
bool http_parser::chunked() const {
  return head_done() && state_->with([](auto& parser) { return parser.chunked(); });
}
std::optional<std::uint64_t> http_parser::content_length() const {
  if (!head_done()) return std::nullopt;
  auto const length = state_->with([](auto& parser) { return parser.content_length(); });
  if (!length) return std::nullopt;
  return *length;
}

} // namespace assay::transport
