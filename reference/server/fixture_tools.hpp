// The tools that conformance suites call by name: each makes one part of the protocol happen.
#pragma once

#include "reference/server/tools.hpp"

namespace assay::server {

/// In the order of tools/list; the first one takes no arguments.
std::vector<tool> make_fixture_tools();

/// Parts of the list, one a file: what needs nothing from the client, what asks it for input, what changes lists.
void add_content_tools(std::vector<tool>& out);
void add_input_tools(std::vector<tool>& out);
void add_change_tools(std::vector<tool>& out);
void add_task_tools(std::vector<tool>& out);

/// An object that is written in JSON, as schemas are best read.
json::object read(std::string_view text);

/// {"type": "object", "additionalProperties": false}
json::object no_arguments();

} // namespace assay::server
