// resources/list, resources/templates/list, resources/read and, in the legacy era, subscriptions to one of them
// (server/resources).
#pragma once

#include "reference/server/handler.hpp"

namespace assay::server {

outcome list_resources(call& c);
outcome list_resource_templates(call& c);
outcome read_resource(call& c);
outcome subscribe_resource(call& c);
outcome unsubscribe_resource(call& c);

/// True for a resource that can be read.
bool resource_exists(std::string_view uri);

/// The template's own text, for completion.
inline constexpr std::string_view data_template = "test://template/{id}/data";

} // namespace assay::server
