#include "conformance/cli/common.hpp"

#include "conformance/record/record.hpp"

#include <iostream>

namespace assay::cli {

int tell(wire::problem const& p) {
  return complain({}, p);
}

int complain(std::string_view verb, wire::problem const& p) {
  std::cerr << "mcp-assay" << (verb.empty() ? "" : " ") << verb << ": " << (p.where.empty() ? "" : p.where + ": ")
            << p.what << '\n';
  if (!p.hint.empty()) std::cerr << "  -> " << p.hint << '\n';
  return usage;
}

wire::result<revision::revision const*> find_revision(revision::table const& table, std::string const& name) {
  if (name == "latest" && !table.all().empty()) return &table.all().back();
  if (auto const* found = table.find(name)) return found;
  std::vector<std::string> known;
  for (auto const& r : table.all())
    known.push_back(r.name);
  known.emplace_back("latest");
  return wire::problem{name, "is no revision of the specification", "known are " + choices(known)};
}

std::string address(std::string_view revision, std::string_view page, std::string_view anchor) {
  // The site shows an index page under the name of its folder.
  if (page.ends_with("/index")) page.remove_suffix(6);
  std::string place(revision);
  if (page != "index") place += "/" + std::string(page);
  if (!anchor.empty()) place += "#" + std::string(anchor);
  return record::address(place);
}

std::string choices(std::vector<std::string> const& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return out;
}

} // namespace assay::cli
