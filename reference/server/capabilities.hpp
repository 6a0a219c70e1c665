// What this server says about itself: capabilities, name and version, instructions (basic/lifecycle, server/discover).
#pragma once

#include "reference/revision/revision.hpp"
#include "reference/wire/json.hpp"

namespace assay::server {

namespace json = boost::json;

/// As the revision knows them; only what works here is declared.
json::object capabilities(revision::revision const& revision);

/// Name and version, and what else the revision has a member for.
json::object implementation(revision::revision const& revision);

/// One sentence for the model.
std::string_view instructions();

} // namespace assay::server
