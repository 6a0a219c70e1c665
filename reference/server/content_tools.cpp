// Tools that need nothing from the client: every kind of content, errors, progress, log messages, structured results.
#include "reference/server/fixture_tools.hpp"
#include "reference/server/logging.hpp"
#include "reference/server/progress.hpp"
#include "reference/server/samples.hpp"

namespace assay::server {
namespace {

outcome with_content(json::array content) {
  json::object result;
  result["content"] = std::move(content);
  return complete{std::move(result)};
}

outcome simple_text(call&, json::object const&) {
  return text_result("A line of text, as every server can send it.");
}

outcome image(call&, json::object const&) {
  json::array content;
  content.push_back(image_block());
  return with_content(std::move(content));
}

outcome audio(call&, json::object const&) {
  json::array content;
  content.push_back(audio_block());
  return with_content(std::move(content));
}

outcome embedded_resource(call&, json::object const&) {
  json::array content;
  content.push_back(
      resource_block("test://embedded-resource", "text/plain", "Text that travels inside a tool result."));
  return with_content(std::move(content));
}

// [tools.content-shape]
outcome multiple_content(call&, json::object const&) {
  json::array content;
  content.push_back(text_block("Text, an image and a resource in one result."));
  content.push_back(image_block());
  content.push_back(
      resource_block("test://mixed-content-resource", "application/json", R"({"test":"data","value":123})"));
  return with_content(std::move(content));
}

// [tools.execution-errors-in-result]
outcome error(call&, json::object const&) {
  return text_result("This tool always fails; that is what it is for.", true);
}

outcome logging(call& c, json::object const&) {
  log(c, "info", "the tool starts");
  log(c, "info", "the tool is at work");
  log(c, "info", "the tool is done");
  return text_result("Three log messages, if anyone wants them.");
}

outcome progress(call& c, json::object const&) {
  report_progress(c, 0, 100, "nothing done yet");
  report_progress(c, 50, 100, "half of it");
  report_progress(c, 100, 100, "all of it");
  return text_result("Three reports of progress, if anyone wants them.");
}

outcome add_numbers(call&, json::object const& arguments) {
  auto const number = [&](char const* name) { return arguments.at(name).to_number<double>(); };
  return text_result(wire::serialize(json::value(number("a") + number("b"))));
}

// [tools.structured-content-conforms] [tools.structured-content-in-text]
outcome structured(call& c, json::object const&) {
  json::object weather{{"temperature", 22.5}, {"conditions", "cloudy"}, {"humidity", 65}};
  auto result = text_result(wire::serialize(weather));
  if (c.revision.has("structured-content")) result.result["structuredContent"] = std::move(weather);
  return result;
}

outcome resource_link(call&, json::object const&) {
  json::array content;
  content.push_back(json::object{
      {"type", "resource_link"}, {"uri", "test://static-text"}, {"name", "static-text"}, {"mimeType", "text/plain"}});
  return with_content(std::move(content));
}

outcome header_parameter(call&, json::object const& arguments) {
  return text_result("Called with " + wire::serialize(arguments));
}

outcome schema_features(call&, json::object const& arguments) {
  return text_result("These arguments fit: " + wire::serialize(arguments));
}

outcome waiting(call& c, json::object const&) {
  if (c.state.is_null()) {
    report_progress(c, 0, 1, "waiting to be cancelled");
    later wait{std::chrono::seconds(10), "waited"};
    wait.when_cancelled.push_back({"notifications/resources/updated", "test://cancelled-calls"});
    return wait;
  }
  return text_result("Nobody cancelled this call.");
}

} // namespace

void add_content_tools(std::vector<tool>& out) {
  auto const add = [&](std::string_view name, std::string_view description, std::string_view feature,
                       outcome (*run)(call&, json::object const&), json::object schema = no_arguments()) {
    json::object definition{{"name", name}, {"description", description}, {"inputSchema", std::move(schema)}};
    out.push_back(make_tool(std::move(definition), feature, run));
  };
  add("test_simple_text", "Gives one text block", "", simple_text);
  // [tools.header-annotation-token] [tools.header-annotations-unique] [tools.header-annotation-primitive]
  // Suites that read only the first page of tools/list look for the next two.
  out.push_back(make_tool(read(R"({"name":"test_header_parameter",
    "description":"Takes arguments that a modern HTTP client repeats in headers",
    "inputSchema":{"type":"object","properties":{
      "region":{"type":"string","description":"any text","x-mcp-header":"Region"},
      "priority":{"type":"integer","x-mcp-header":"Priority"},
      "verbose":{"type":"boolean","x-mcp-header":"Verbose"},
      "query":{"type":"string","description":"stays in the body"}}}})"),
                          "mirrored-headers", header_parameter));
  out.push_back(make_tool(read(R"({"name":"json_schema_2020_12_tool",
    "description":"Has an inputSchema with the keywords that only 2020-12 knows","inputSchema":{
      "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
      "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
      "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
        "contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
      "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
      "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
      "then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false}})"),
                          "schema-2020-12", schema_features));
  add("test_image_content", "Gives a PNG image", "", image);
  add("test_audio_content", "Gives a WAV sound", "audio", audio);
  add("test_embedded_resource", "Gives a resource with its contents", "", embedded_resource);
  add("test_multiple_content_types", "Gives text, an image and a resource", "", multiple_content);
  add("test_error_handling", "Fails, in the way tools fail", "", error);
  add("test_tool_with_logging", "Writes three log messages", "logging", logging);
  add("test_tool_with_progress", "Reports progress three times", "", progress);
  add("test_tool_with_waiting", "Takes ten seconds; when it is cancelled, test://cancelled-calls changes", "", waiting);
  add("test_resource_link", "Gives a link to a resource", "resource-links", resource_link);
  add("add_numbers", "Adds two numbers", "", add_numbers,
      read(R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]})"));

  out.push_back(make_tool(read(R"({"name":"test_default_dialect",
    "description":"Has an inputSchema without $schema that means something in 2020-12 only","inputSchema":{"type":"object",
      "properties":{"pair":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false}},
      "required":["pair"],"dependentRequired":{"left":["right"]}}})"),
                          "schema-2020-12", schema_features));
  out.push_back(make_tool(read(R"({"name":"test_structured_content","title":"Weather report",
    "description":"Gives a structured result and its text","inputSchema":{"type":"object","additionalProperties":false},
    "outputSchema":{"type":"object","properties":{"temperature":{"type":"number"},"conditions":{"type":"string"},
      "humidity":{"type":"number"}},"required":["temperature","conditions","humidity"]},
    "annotations":{"readOnlyHint":true,"openWorldHint":false}})"),
                          "", structured));
}

} // namespace assay::server
