// What both sides say of tasks in the same words (2025-11-25: basic/utilities/tasks; modern: the extension
// io.modelcontextprotocol/tasks).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::session {

/// The extension's name among the capabilities of the modern era.
inline constexpr std::string_view tasks_extension = "io.modelcontextprotocol/tasks";

/// The key in _meta that says which task of a session a message belongs to.
inline constexpr std::string_view related_task = "io.modelcontextprotocol/related-task";

/// True for a status that a task never leaves.
bool has_ended(std::string_view status);

/// ISO 8601, in UTC with milliseconds.
std::string timestamp(std::int64_t milliseconds);

} // namespace assay::session
