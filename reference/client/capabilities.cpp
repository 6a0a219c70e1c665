#include "reference/client/capabilities.hpp"

#include "reference/client/url_elicitation.hpp"
#include "reference/session/task.hpp"

namespace assay::client {

json::object client_capabilities(settings const& options, revision::revision const& revision) {
  json::object capabilities;
  // [roots.capability-declared] [roots.changes-told] They never change here, so listChanged is not declared.
  if (revision.has("roots")) capabilities["roots"] = json::object();
  // [sampling.capability-declared] [sampling.client-declares-tools]
  if (revision.has("sampling")) {
    json::object parts;
    if (revision.has("sampling-tools")) parts["tools"] = json::object();
    capabilities["sampling"] = std::move(parts);
  }
  // [elicitation.capability-declared] [elicitation.one-mode-at-least]
  if (revision.has("elicitation")) {
    json::object modes;
    // An empty object says the same; where modes have names, ours are named.
    if (revision.has("url-elicitation")) modes["form"] = json::object();
    if (may_visit_pages(options, revision)) modes["url"] = json::object();
    capabilities["elicitation"] = std::move(modes);
  }
  // [tasks.capability-declared]
  if (revision.has("tasks")) {
    capabilities["tasks"] = json::object{
        {"list", json::object()},
        {"cancel", json::object()},
        {"requests",
         {{"sampling", {{"createMessage", json::object()}}}, {"elicitation", {{"create", json::object()}}}}}};
  }
  // [versioning.client-extension-identifiers]
  if (revision.has("extensions")) {
    json::object extensions;
    extensions[session::tasks_extension] = json::object();
    capabilities["extensions"] = std::move(extensions);
  }
  return capabilities;
}

// [lifecycle.declared-features-called] [lifecycle.only-declared-features-called]
std::string missing_capability(revision::revision const& revision, json::object const& declared,
                               std::string_view method) {
  struct gate {
    std::string_view methods; ///< a prefix of their names
    std::string_view capability;
    std::string_view within;       ///< a member of it that has to be there
    std::string_view feature = {}; ///< of the revisions that this is about; "" all
  };
  static constexpr gate gates[] = {
      {"tools/", "tools", {}},
      {"prompts/", "prompts", {}},
      {"resources/subscribe", "resources", "subscribe"},
      {"resources/unsubscribe", "resources", "subscribe"},
      {"resources/", "resources", {}},
      {"completion/", "completions", {}},
      {"logging/", "logging", {}},
      {"tasks/list", "tasks", "list", "tasks"},
      {"tasks/cancel", "tasks", "cancel", "tasks"},
      {"tasks/", "tasks", {}, "tasks"},
      {"tasks/", "extensions", session::tasks_extension, "extensions"},
  };
  for (auto const& one : gates) {
    if (!method.starts_with(one.methods) || !(one.feature.empty() || revision.has(one.feature))) continue;
    if (one.capability == "completions" && !revision.has("completions-capability")) return {};
    auto const* const value = declared.if_contains(one.capability);
    if (!value) return std::string(one.capability);
    if (one.within.empty()) return {};
    auto const* const object = value->if_object(); // a server may say anything here
    auto const* const inner = object ? object->if_contains(one.within) : nullptr;
    // Some are switches, others objects.
    bool const has = inner && (inner->is_object() || (inner->is_bool() && inner->get_bool()));
    return has ? std::string() : std::string(one.capability) + "." + std::string(one.within);
  }
  return {};
}

json::object client_info(revision::revision const& revision) {
  json::object info{{"name", "mcp-reference-client"}, {"version", ASSAY_VERSION}};
  if (revision.has("titles")) info["title"] = "Assay reference client";
  return info;
}

} // namespace assay::client
