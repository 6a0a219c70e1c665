#include "reference/client/url_elicitation.hpp"

#include "reference/session/message.hpp"
#include "reference/transport/url.hpp"

namespace assay::client {
namespace {

std::string text_of(json::object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Nothing in the text moves the terminal's cursor or paints over what stands there.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const byte = static_cast<unsigned char>(text[i]);
    bool const high_control = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (high_control) ++i;
    out += byte < 0x20 || byte == 0x7f || high_control ? ' ' : text[i];
  }
  return out;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

/// Who asks: the name is what the server says of itself, the address is not.
std::string server_of(state const& c) {
  auto const* const name = wire::find(c.server_info, "/name");
  std::string const told = name && name->is_string() ? " \"" + std::string(name->get_string()) + "\"" : std::string();
  return "The server" + told + (over_http(c) ? " at " + c.options.origin : std::string(" that you started"));
}

/// accept, decline or cancel.
task<std::string> consent(state& c, std::string page) {
  int const question = ask_user(c, page + "Do you want to go there? [y/n] ");
  std::optional<bool> const yes = co_await answer_of_user(c, question);
  std::string action = "cancel"; // nobody chose
  if (yes) action = *yes ? "accept" : "decline";
  co_return action;
}

} // namespace

bool may_visit_pages(settings const& options, revision::revision const& revision) {
  return options.asks_user && revision.has("url-elicitation");
}

wire::result<std::string> describe_page(std::string_view server, std::string_view message, std::string_view address) {
  for (char const one : address)
    if (one <= 0x20 || one >= 0x7f) return wire::problem{"url", "has characters that no URL has", {}};
  auto const url = transport::parse_url(address);
  if (!url) return url.error();
  std::string text = printable(server) + " wants you to visit a page:\n  " + printable(message) + "\n  " +
                     std::string(address) + "\n  at the host " + url->host + "\n";
  if (url->host.starts_with("xn--") || url->host.find(".xn--") != std::string::npos)
    text += "  Careful: the name of the host has letters that look like others.\n";
  if (url->scheme != "https" && !is_loopback(url->host))
    text += "  Careful: what you tell this page can be read on its way.\n";
  return wire::result<std::string>(boost::system::in_place_value, std::move(text));
}

// [elicitation.url-not-fetched]
task<reply> visit_page(state& c, json::object params) {
  std::string const server = server_of(c);
  auto page = describe_page(server, text_of(params, "message"), text_of(params, "url"));
  if (!page) co_return session::failure{session::code::invalid_params, "no page to visit: " + page.error().what};
  json::object result;
  result["action"] = co_await consent(c, *page);
  if (auto const id = text_of(params, "elicitationId"); !id.empty() && result.at("action") == "accept")
    c.pages.insert(id);
  co_return result;
}

task<bool> visit_required_pages(state& c, json::object error_data) {
  auto const* const listed = error_data.if_contains("elicitations");
  if (!listed || !listed->is_array() || listed->get_array().empty()) co_return false;
  for (auto const& one : listed->get_array()) {
    auto const* const params = one.if_object();
    bool const good = params && text_of(*params, "mode") == "url" && !text_of(*params, "elicitationId").empty();
    if (!good) {
      warn(c, "ignored an error that asks for what is no page to visit");
      co_return false;
    }
    json::object wanted = *params;
    reply made = co_await visit_page(c, std::move(wanted));
    auto const* const result = std::get_if<json::object>(&made);
    if (!result || result->at("action") != "accept") co_return false;
  }
  if (c.pages.empty()) co_return true; // the server was quicker
  // The server need not say when they are done, so the user can.
  c.visit = ask_user(c, "Are you done there, and is the request to be made again? [y/n] ");
  std::optional<bool> const done = co_await answer_of_user(c, c.visit);
  c.visit = 0;
  c.pages.clear();
  co_return done.value_or(false);
}

// [elicitation.unknown-completion-ignored]
void take_completion(state& c, json::value const& notification) {
  auto const id = text_of(session::params_of(notification), "elicitationId");
  if (c.pages.erase(id) == 0) return;
  note(c, "the server says that the page was visited");
  if (c.visit == 0 || !c.pages.empty()) return;
  c.actions.push_back(drop_question{c.visit});
  take_user_answer(c, c.visit, true);
}

} // namespace assay::client
