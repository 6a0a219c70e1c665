#include "reference/server/capabilities.hpp"

#include "reference/session/task.hpp"

namespace assay::server {

json::object capabilities(revision::revision const& revision) {
  // [resources.capability-declared] [prompts.capability-declared] [logging.capability-declared]
  // [tools.capability-declared] [tools.embedded-resources-declared]
  json::object declared{
      {"tools", {{"listChanged", true}}},
      {"resources", {{"subscribe", true}, {"listChanged", true}}},
      {"prompts", {{"listChanged", true}}},
      {"logging", json::object{}},
  };
  // [completion.capability-declared]
  if (revision.has("completions-capability")) declared["completions"] = json::object{};
  // [tasks.capability-declared]
  if (revision.has("tasks")) {
    declared["tasks"] = json::object{
        {"list", json::object()}, {"cancel", json::object()}, {"requests", {{"tools", {{"call", json::object()}}}}}};
  }
  // [versioning.extension-identifiers] [tasks-extension.extension-declared]
  if (revision.has("extensions")) {
    json::object extensions;
    extensions[session::tasks_extension] = json::object();
    declared["extensions"] = std::move(extensions);
  }
  return declared;
}

json::object implementation(revision::revision const& revision) {
  json::object info{{"name", "mcp-reference-server"}, {"version", ASSAY_VERSION}};
  if (revision.has("titles")) info["title"] = "Assay reference server";
  // Description and website came to this type together with icons.
  if (revision.has("icons")) info["description"] = "Does what the specification says, and on request what it forbids";
  return info;
}

std::string_view instructions() {
  return "Every tool, prompt and resource here exists to exercise the protocol; none has an effect outside this "
         "process.";
}

} // namespace assay::server
