// The project's data (schemas/, fixtures/): from inside the binary, or from a folder.
#pragma once

#include "reference/wire/problem.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::data {

/// Named texts, immutable. Names are paths from the project's root: "fixtures/revisions.json".
class store {
public:
  /// What the build put into the binary.
  static store embedded();

  /// The files below `folder`/fixtures and `folder`/schemas, read now.
  static wire::result<store> folder(std::string const& folder);

  /// The text, valid as long as the store; nothing when there is no such name.
  std::optional<std::string_view> read(std::string_view name) const;

  /// Names that start with `prefix`, sorted.
  std::vector<std::string> list(std::string_view prefix) const;

  /// SHA-256 over names and texts in order, in hex: the data digest of records and certificates.
  std::string digest() const;

private:
  std::map<std::string, std::string_view, std::less<>> texts_;
  std::vector<std::string> owned_;
};

} // namespace assay::data
