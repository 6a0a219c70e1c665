// Records named on the command line: a file, or a folder with record.jsonl in it or below.
#pragma once

#include "conformance/record/record.hpp"

#include <string>
#include <vector>

namespace assay::cli {

/// The files that the paths stand for, folders in the order of names. Problem: there is none at a path.
wire::result<std::vector<std::string>> record_files(std::vector<std::string> const& paths);

/// All of them, with what shows their failures. `NAME=PATH` gives what was tested there a name for the report: records
/// under one name are parts of one subject's. Problem: one cannot be read.
wire::result<std::vector<record::record>> read_records(std::vector<std::string> const& paths);

/// Standard output is a terminal that shows colours, and nobody asked for none (NO_COLOR, no-color.org).
bool colours();

/// Columns of the terminal that standard output is, from 60 to 160; elsewhere 120.
std::size_t terminal_width();

/// Writes to the file, or to stdout for "-". Problem: it cannot be written.
wire::result<void> write_text(std::string const& path, std::string const& text);

} // namespace assay::cli
