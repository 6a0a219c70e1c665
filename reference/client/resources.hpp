// Lists and reads resources (server/resources).
#pragma once

#include "reference/client/pagination.hpp"

namespace assay::client {

task<listing> list_resources(state& c);
task<listing> list_resource_templates(state& c);
task<answer> read_resource(state& c, std::string uri);

} // namespace assay::client
