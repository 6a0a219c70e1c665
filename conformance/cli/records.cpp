// Folders are searched as harness/certify leaves them: one record a folder.
#include "conformance/cli/records.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace assay::cli {

namespace fs = std::filesystem;

wire::result<std::vector<std::string>> record_files(std::vector<std::string> const& paths) {
  std::vector<std::string> out;
  for (auto const& path : paths) {
    std::error_code failed;
    if (!fs::is_directory(path, failed)) {
      out.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, failed), end;
         !failed && at != end; at.increment(failed))
      if (at->path().filename() == "record.jsonl") found.push_back(at->path().string());
    if (found.empty())
      return wire::problem{path, "has no record.jsonl in it or below", "give the folder that --out named"};
    std::sort(found.begin(), found.end());
    out.insert(out.end(), found.begin(), found.end());
  }
  return wire::result<std::vector<std::string>>(boost::system::in_place_value, std::move(out));
}

wire::result<std::vector<record::record>> read_records(std::vector<std::string> const& paths) {
  std::vector<record::record> out;
  for (auto path : paths) {
    std::string name;
    std::error_code failed;
    if (auto const sign = path.find('='); sign != std::string::npos && sign > 0 && !fs::exists(path, failed)) {
      name = path.substr(0, sign);
      path.erase(0, sign + 1);
    }
    auto files = record_files({path});
    if (files.has_error()) return files.error();
    for (auto const& file : *files) {
      auto one = record::read(file, record::entries::evidence);
      if (one.has_error()) return one.error();
      if (!name.empty()) one->head.subject = name;
      out.push_back(std::move(*one));
    }
  }
  return wire::result<std::vector<record::record>>(boost::system::in_place_value, std::move(out));
}

bool colours() {
  auto const* none = std::getenv("NO_COLOR");
  auto const* kind = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && !(none && *none) && !(kind && std::string_view(kind) == "dumb");
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::clamp<std::size_t>(size.ws_col, 60, 160);
  return 120;
}

wire::result<void> write_text(std::string const& path, std::string const& text) {
  if (path == "-") {
    std::cout << text << std::flush;
    return {};
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  if (!out)
    return wire::problem{path, "cannot be written",
                         "give --out a file in a folder that can be written, or - for stdout"};
  return {};
}

} // namespace assay::cli
