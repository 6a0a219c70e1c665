// Text for every renderer: escaping for HTML, XML, the shell and Markdown, cutting without splitting a character,
// plurals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

/// For HTML and XML, in text and in quoted attributes. Characters that XML 1.0 cannot hold become U+FFFD.
std::string escaped(std::string_view text);

/// For a cell or a line of Markdown: neither table, markup nor line break survives in it.
std::string markdown_line(std::string_view text);

/// In single quotes for a POSIX shell.
std::string quoted(std::string_view text);

/// At most `length` bytes, with "..." where something is gone; never half a character.
std::string shortened(std::string_view text, std::size_t length);

/// "1 check", "2 checks".
std::string plural(std::size_t n, std::string_view one);

/// "a, b, c"
std::string joined(std::vector<std::string> const& parts, std::string_view separator = ", ");

/// For a terminal: control characters of a subject's are shown as \xNN.
std::string plain(std::string_view text);

/// What is no letter, digit, dot or dash becomes a dash: for ids in HTML.
std::string slug(std::string_view text);

} // namespace assay::reports
