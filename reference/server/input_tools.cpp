// Tools that ask the client for input (basic/patterns/mrtr; client/elicitation, client/sampling, client/roots), and the
// one that lets the connection go before it answers.
#include "reference/server/fixture_tools.hpp"
#include "reference/server/input_requests.hpp"
#include "reference/server/logging.hpp"
#include "reference/server/progress.hpp"
#include "reference/session/message.hpp"

#include <algorithm>

namespace assay::server {
namespace {

json::object one_string(std::string_view name) {
  json::object properties;
  properties[name] = json::object{{"type", "string"}};
  json::array required;
  required.emplace_back(name);
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

input_required ask(std::string_view key, json::object request, json::value state = nullptr) {
  input_required wanted;
  wanted.requests[key] = std::move(request);
  wanted.state = std::move(state);
  return wanted;
}

std::string text_of(json::object const& content, std::string_view name) {
  return content.at(name).as_string().c_str();
}

// [elicitation.refusal-handled]
/// Declined or cancelled, or an answer to another question: said as it is, because asking again would not help.
bool was_turned_down(json::object const& inputs, std::string_view key) {
  auto const action = elicited_action(inputs, key);
  return action && *action != "accept";
}

outcome sampling(call& c, json::object const& arguments) {
  if (auto const text = sampled_text(c.inputs, "answer")) return text_result("LLM response: " + *text);
  return ask("answer", sample(arguments.at("prompt").as_string(), 100));
}

constexpr int most_tool_rounds = 3;

/// The conversation so far, with a tool that the model may use. [sampling.tools-declared]
json::object sample_with_tools(json::array messages, int round) {
  static auto const tools = wire::parse_value(R"([{"name":"get_weather","description":"The weather in a city",
    "inputSchema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}])")
                                .value();
  json::object choice{{"mode", round < most_tool_rounds ? "auto" : "none"}};
  json::object params{
      {"messages", std::move(messages)}, {"maxTokens", 200}, {"tools", tools}, {"toolChoice", std::move(choice)}};
  return {{"method", "sampling/createMessage"}, {"params", std::move(params)}};
}

/// A result for each tool that the model wants to use, and nothing beside them. Empty: it wants none.
// [sampling.tool-results-alone] [sampling.tool-uses-answered]
json::array tool_results(json::value const& content) {
  json::array results;
  auto const answer = [&results](json::value const& block) {
    auto const* const type = wire::find(block, "/type");
    auto const* const id = wire::find(block, "/id");
    if (!type || *type != "tool_use" || !id || !id->is_string()) return;
    json::array said;
    said.push_back(json::object{{"type", "text"}, {"text", "18 degrees and partly cloudy"}});
    results.push_back(json::object{{"type", "tool_result"}, {"toolUseId", *id}, {"content", std::move(said)}});
  };
  if (auto const* const blocks = content.if_array())
    std::for_each(blocks->begin(), blocks->end(), answer);
  else
    answer(content);
  return results;
}

outcome sampling_with_tools(call& c, json::object const& arguments) {
  auto const* const so_far = c.state.if_object();
  if (!so_far) {
    json::array messages;
    messages.push_back(json::object{
        {"role", "user"}, {"content", json::object{{"type", "text"}, {"text", arguments.at("prompt").as_string()}}}});
    auto request = sample_with_tools(messages, 1);
    return ask("1", std::move(request), json::object{{"messages", std::move(messages)}, {"round", 1}});
  }
  auto const round = so_far->at("round").to_number<int>();
  auto messages = so_far->at("messages").as_array();
  auto const* const given = c.inputs.if_contains(std::to_string(round));
  auto const* const content = given && given->is_object() ? given->get_object().if_contains("content") : nullptr;
  if (!content) return ask(std::to_string(round), sample_with_tools(messages, round), *so_far);
  auto results = tool_results(*content);
  if (results.empty() || round == most_tool_rounds)
    return text_result("LLM response: " + sampled_text(c.inputs, std::to_string(round)).value_or("none in words"));
  messages.push_back(json::object{{"role", "assistant"}, {"content", *content}});
  messages.push_back(json::object{{"role", "user"}, {"content", std::move(results)}});
  auto request = sample_with_tools(messages, round + 1);
  return ask(std::to_string(round + 1), std::move(request),
             json::object{{"messages", std::move(messages)}, {"round", round + 1}});
}

outcome elicitation(call& c, json::object const& arguments) {
  if (c.inputs.contains("user")) {
    // [elicitation.content-checked]
    bool const whole = accepted_content(c.inputs, "user", "username", json::kind::string) &&
                       accepted_content(c.inputs, "user", "email", json::kind::string);
    if (!whole && elicited_action(c.inputs, "user") == "accept")
      return text_result("The answer does not fit the form.", true);
    return text_result("User response: " + wire::serialize(c.inputs.at("user")));
  }
  return ask("user", elicit(arguments.at("message").as_string(),
                            read(R"({"type":"object","properties":{"username":{"type":"string","title":"User name"},
      "email":{"type":"string","format":"email"}},"required":["username","email"]})")));
}

outcome elicitation_defaults(call& c, json::object const&) {
  if (c.inputs.contains("form")) return text_result("Form filled in: " + wire::serialize(c.inputs.at("form")));
  return ask("form", elicit("Every field of this form has a default value.", read(R"({"type":"object","properties":{
      "name":{"type":"string","default":"John Doe"},"age":{"type":"integer","default":30},
      "score":{"type":"number","default":95.5},
      "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
      "verified":{"type":"boolean","default":true}}})")));
}

outcome elicitation_enums(call& c, json::object const&) {
  if (c.inputs.contains("choices")) return text_result("Chosen: " + wire::serialize(c.inputs.at("choices")));
  return ask("choices", elicit("Every way to offer a choice.", read(R"({"type":"object","properties":{
      "untitledSingle":{"type":"string","enum":["red","green","blue"]},
      "titledSingle":{"type":"string","oneOf":[{"const":"r","title":"Red"},{"const":"g","title":"Green"}]},
      "legacyEnum":{"type":"string","enum":["r","g"],"enumNames":["Red","Green"]},
      "untitledMulti":{"type":"array","items":{"type":"string","enum":["red","green","blue"]}},
      "titledMulti":{"type":"array","items":{"anyOf":[{"const":"r","title":"Red"},{"const":"g","title":"Green"}]}}}})")));
}

constexpr std::string_view page_to_visit = "https://example.com/assay/elicitation";

outcome elicitation_url(call& c, json::object const&) {
  auto const action = elicited_action(c.inputs, "visit");
  if (!action) {
    // One revision tells the elicitation's end by its id; the modern era learns of it when the client asks again.
    // [elicitation.ids-differ]
    auto const id = c.modern() ? std::string() : c.settings.unguessable();
    return ask("visit", elicit_url("Please visit this page.", page_to_visit, id),
               id.empty() ? json::value(nullptr) : json::value(id));
  }
  if (*action != "accept") return text_result("The page was not visited.", true);
  if (c.state.is_string()) {
    // [elicitation.completion-to-initiator]
    json::object params{{"elicitationId", c.state}};
    c.notifications.push_back(session::make_notification("notifications/elicitation/complete", std::move(params)));
  }
  return text_result("The page was visited, as far as we are told.");
}

outcome url_elicitation_required(call& c, json::object const&) {
  auto const request = elicit_url("Visit this page first, then call again.", page_to_visit, c.settings.unguessable());
  if (!may_ask(c.client_capabilities, request)) return text_result("The client cannot send its user to a page.", true);
  // [elicitation.url-error-lists]
  json::array elicitations;
  elicitations.push_back(request.at("params"));
  json::object data;
  data["elicitations"] = std::move(elicitations);
  return failure{code::url_elicitation_required, "the user has to visit a page first", std::move(data)};
}

outcome roots(call& c, json::object const&) {
  if (auto const* const roots = listed_roots(c.inputs, "roots"))
    return text_result("Roots: " + wire::serialize(*roots));
  return ask("roots", list_roots());
}

outcome reconnection(call& c, json::object const&) {
  if (c.state.is_null()) return later{std::chrono::milliseconds(50), "gone", true};
  return text_result("The answer, for a client that came back for it.");
}

outcome missing_capability(call& c, json::object const&) {
  if (may_ask(c.client_capabilities, sample("", 1)))
    return text_result("The client has the capability that this tool needs.");
  return ask("answer", sample("anything", 10));
}

outcome streaming_elicitation(call& c, json::object const&) {
  if (accepted_content(c.inputs, "confirm", "name", json::kind::string)) return text_result("Thank you.");
  report_progress(c, 1, 2, "a question is on its way");
  return ask("confirm", elicit("Which name may be used?", one_string("name")));
}

outcome elicited_name(call& c, json::object const&) {
  if (auto const* const content = accepted_content(c.inputs, "user_name", "name", json::kind::string))
    return text_result("Hello, " + text_of(*content, "name") + "!");
  if (was_turned_down(c.inputs, "user_name")) return text_result("No name was given.", true);
  return ask("user_name", elicit("What is your name?", one_string("name")));
}

outcome sampled_capital(call& c, json::object const&) {
  if (auto const text = sampled_text(c.inputs, "capital_question")) return text_result("The model says: " + *text);
  return ask("capital_question", sample("What is the capital of France?", 100));
}

outcome client_roots(call& c, json::object const&) {
  if (auto const* const roots = listed_roots(c.inputs, "client_roots"))
    return text_result("The client has these roots: " + wire::serialize(*roots));
  return ask("client_roots", list_roots());
}

json::object confirmation() {
  return elicit("Go on?", read(R"({"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]})"));
}

outcome request_state(call& c, json::object const&) {
  // The state is what makes the second round: an answer without it starts again.
  if (!c.state.is_null() && c.inputs.contains("confirm")) return text_result("state-ok: the state came back unharmed.");
  return ask("confirm", confirmation(), "first round");
}

// [mrtr.surplus-answers-ignored]
outcome multiple_inputs(call& c, json::object const&) {
  auto const* const name = accepted_content(c.inputs, "user_name", "name", json::kind::string);
  auto const greeting = sampled_text(c.inputs, "greeting");
  auto const* const roots = listed_roots(c.inputs, "client_roots");
  if (name && greeting && roots)
    return text_result(text_of(*name, "name") + ": " + *greeting + " " + std::to_string(roots->size()) + " roots");
  input_required wanted;
  if (!name) wanted.requests["user_name"] = elicit("What is your name?", one_string("name"));
  if (!greeting) wanted.requests["greeting"] = sample("Write one line of greeting.", 50);
  if (!roots) wanted.requests["client_roots"] = list_roots();
  // [mrtr.missing-answers-asked-again]
  // What was answered already travels with the state, so that only the rest is asked for again.
  json::object answered;
  for (auto const* key : {"user_name", "greeting", "client_roots"})
    if (auto const* const value = c.inputs.if_contains(key)) answered[key] = *value;
  wanted.state = std::move(answered);
  return wanted;
}

outcome multiple_inputs_from_state(call& c, json::object const& arguments) {
  if (auto const* const answered = c.state.if_object())
    for (auto const& [key, value] : *answered)
      if (!c.inputs.contains(key)) c.inputs[key] = value;
  return multiple_inputs(c, arguments);
}

outcome multi_round(call& c, json::object const&) {
  auto const* const step = c.state.if_object();
  auto const* const name = accepted_content(c.inputs, "step1", "name", json::kind::string);
  if (!step) {
    return ask("step1", elicit("First question: what is your name?", one_string("name")), json::object{{"step", 1}});
  }
  if (step->at("step").as_int64() == 1) {
    if (!name)
      return ask("step1", elicit("First question: what is your name?", one_string("name")), json::object{{"step", 1}});
    return ask("step2", elicit("Second question: which colour?", one_string("color")),
               json::object{{"step", 2}, {"name", text_of(*name, "name")}});
  }
  if (auto const* const colour = accepted_content(c.inputs, "step2", "color", json::kind::string))
    return text_result(text_of(*step, "name") + " likes " + text_of(*colour, "color") + ".");
  return ask("step2", elicit("Second question: which colour?", one_string("color")), *step);
}

outcome capabilities_only(call& c, json::object const&) {
  if (!c.inputs.empty()) return text_result("Thank you.");
  // Only what the client can answer: a question it did not declare would be a breach of protocol.
  input_required wanted;
  auto const question = elicit("What is your name?", one_string("name"));
  auto const prompt = sample("Say something.", 50);
  if (may_ask(c.client_capabilities, question)) wanted.requests["user_name"] = question;
  if (may_ask(c.client_capabilities, prompt)) wanted.requests["sample"] = prompt;
  if (wanted.requests.empty()) return text_result("The client declared nothing to ask it for.");
  return wanted;
}

outcome quiet_logging(call& c, json::object const&) {
  log(c, "info", "this call was asked to log");
  return text_result("A log message, if anyone wants it.");
}

} // namespace

void add_input_tools(std::vector<tool>& out) {
  auto const add = [&](std::string_view name, std::string_view description, std::string_view feature,
                       outcome (*run)(call&, json::object const&), json::object schema = no_arguments()) {
    json::object definition{{"name", name}, {"description", description}, {"inputSchema", std::move(schema)}};
    out.push_back(make_tool(std::move(definition), feature, run));
  };
  add("test_sampling", "Lets the client's model answer a prompt", "sampling", sampling, one_string("prompt"));
  add("test_sampling_with_tools", "Lets the client's model answer a prompt with the help of a tool", "sampling-tools",
      sampling_with_tools, one_string("prompt"));
  add("test_elicitation", "Asks the user for a name and an address", "elicitation", elicitation, one_string("message"));
  add("test_elicitation_sep1034_defaults", "Asks the user to fill in a form with defaults", "url-elicitation",
      elicitation_defaults);
  add("test_elicitation_sep1330_enums", "Asks the user to choose, in every way there is", "url-elicitation",
      elicitation_enums);
  add("test_elicitation_url", "Sends the user to a page", "url-elicitation", elicitation_url);
  add("test_url_elicitation_required", "Cannot be called before the user visited a page", "url-elicitation-error",
      url_elicitation_required);
  add("test_roots", "Asks the client for its roots", "roots", roots);
  add("test_reconnection", "Closes the stream before it answers", "priming-event", reconnection);
  add("test_missing_capability", "Needs the client's sampling capability", "multi-round-trip-requests",
      missing_capability);
  add("test_streaming_elicitation", "Reports progress, then asks the user", "multi-round-trip-requests",
      streaming_elicitation);
  add("test_logging_tool", "Writes a log message if the request wants any", "multi-round-trip-requests", quiet_logging);
  auto const rounds = [&](std::string_view name, std::string_view description,
                          outcome (*run)(call&, json::object const&)) {
    add("test_input_required_result_" + std::string(name), description, "multi-round-trip-requests", run);
  };
  rounds("elicitation", "Asks the user for a name", elicited_name);
  rounds("sampling", "Asks the client's model a question", sampled_capital);
  rounds("list_roots", "Asks the client for its roots", client_roots);
  rounds("request_state", "Asks, and wants its state back", request_state);
  rounds("multiple_inputs", "Asks for three things at once", multiple_inputs_from_state);
  rounds("multi_round", "Asks twice, one question after the other", multi_round);
  rounds("tampered_state", "Asks, and notices when its state was changed", request_state);
  rounds("capabilities", "Asks only for what the client declared", capabilities_only);
}

} // namespace assay::server
