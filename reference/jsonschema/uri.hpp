// References between schemas: resolution by RFC 3986, the only place with Boost.URL (it is slow to compile).
#pragma once

#include "reference/wire/problem.hpp"

#include <string>
#include <string_view>

namespace assay::jsonschema {

/// The base of documents that are known by a relative name only.
inline constexpr std::string_view local_base = "assay:///";

/// A URI and its decoded fragment.
struct target {
  std::string uri;      ///< absolute, without fragment
  std::string fragment; ///< percent-decoded; empty when there is none
};

/// Resolves a reference against an absolute base. The problem's `where` is the reference.
wire::result<target> resolve(std::string_view base, std::string_view reference);

/// What a person calls the document: without `local_base`.
std::string_view displayed(std::string_view uri);

/// RFC 3986, absolute form with a scheme.
bool is_uri(std::string_view text);

/// RFC 3986, absolute or relative.
bool is_uri_reference(std::string_view text);

} // namespace assay::jsonschema
