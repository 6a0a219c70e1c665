// Boost.URL does the parsing and resolving (RFC 3986); what is left here is which addresses an endpoint of MCP may have
// and how they are written into a request.
#include "reference/transport/url.hpp"

#include "reference/transport/http_message.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace assay::transport {
namespace {

std::uint16_t own_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

wire::result<url> from_view(boost::urls::url_view const& view, std::string const& text) {
  url out;
  out.scheme = lower_case(std::string_view(view.scheme()));
  if (out.scheme != "http" && out.scheme != "https")
    return wire::problem{text, "the scheme is \"" + out.scheme + "\"", "give an http:// or https:// address"};
  if (view.has_userinfo())
    return wire::problem{text, "the address carries credentials", "pass them as a header instead"};
  out.host = lower_case(std::string_view(view.encoded_host_address()));
  if (out.host.empty())
    return wire::problem{text, "the address names no host", "for example http://127.0.0.1:8080/mcp"};
  out.port = own_port(out.scheme);
  // Not Boost's port_number(): it wraps what is over 65535.
  if (std::string const digits(view.port()); !digits.empty()) {
    unsigned number = 0;
    auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    out.port = parsed.ec == std::errc() && number <= 65535 ? static_cast<std::uint16_t>(number) : std::uint16_t{0};
  }
  if (out.port == 0) return wire::problem{text, "the port is no number from 1 to 65535", ""};
  out.target = std::string(view.encoded_path());
  if (out.target.empty()) out.target = "/";
  if (view.has_query()) out.target += "?" + std::string(view.encoded_query());
  return out;
}

std::string bracketed(std::string const& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

} // namespace

wire::result<url> parse_url(std::string_view text) {
  std::string const shown(text.substr(0, 200));
  auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
  if (!parsed) return wire::problem{shown, "this is no absolute address", "for example http://127.0.0.1:8080/mcp"};
  return from_view(*parsed, shown);
}

std::string authority(url const& address) {
  std::string out = bracketed(address.host);
  if (address.port != own_port(address.scheme)) out += ":" + std::to_string(address.port);
  return out;
}

std::string origin(url const& address) {
  return address.scheme + "://" + authority(address);
}

std::string to_string(url const& address) {
  return origin(address) + address.target;
}

wire::result<url> resolve_url(url const& base, std::string_view reference) {
  std::string const shown(reference.substr(0, 200));
  std::string const base_text = to_string(base);
  auto base_view = boost::urls::parse_uri(base_text);
  auto reference_view = boost::urls::parse_uri_reference(boost::urls::string_view(reference.data(), reference.size()));
  if (!base_view || !reference_view) return wire::problem{shown, "this is no address and no relative reference", ""};
  boost::urls::url resolved(*base_view);
  if (!resolved.resolve(*reference_view))
    return wire::problem{shown, "the reference does not resolve against " + base_text, ""};
  return from_view(resolved, shown);
}

} // namespace assay::transport
