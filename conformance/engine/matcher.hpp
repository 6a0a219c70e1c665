// Matchers and patterns: whether a value is what a check wants, and how to say it when it is not;
// docs/interpreting.md, "Matchers".
#pragma once

#include "conformance/engine/bindings.hpp"
#include "conformance/message/schemas.hpp"

#include <functional>
#include <optional>
#include <string>

namespace assay::engine {

/// Where a pattern did not hold.
struct mismatch {
  std::string pointer;      ///< into the view
  std::string expected;     ///< "to be -32602"
  std::string actual;       ///< "-32601"
  std::string missing = {}; ///< the reference that found nothing, so that there was nothing to compare with; else empty
};

/// What matchers may ask beside the value itself.
struct match_context {
  bindings const* names = nullptr;
  message::schemas* schemas = nullptr;               ///< of the revision
  message::sender subject = message::sender::server; ///< which side the subject is
};

/// The first mismatch of the value (nullptr: absent) against a matcher, or nothing when it holds.
/// `pointer` is where the value stands in `view`, the whole that it belongs to.
std::optional<mismatch> match(json::value const* value, json::object const& matcher, std::string const& pointer,
                              json::value const& view, match_context const& context);

/// The first mismatch of a view against a pattern.
std::optional<mismatch> match(json::value const& view, json::object const& pattern, match_context const& context);

/// Whether a view meets a pattern. Quicker than `match`, since it has nothing to say.
bool holds(json::value const& view, json::object const& pattern, match_context const& context);

/// "to be -32602", "to be a string that matches ^a"; references are named, not resolved, without `names`.
std::string describe(json::object const& matcher, bindings const* names = nullptr);

/// A short text of a value, at most `length` characters.
std::string brief(json::value const& value, std::size_t length = 120);

} // namespace assay::engine
