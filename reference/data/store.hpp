// The project's data (schemas/, fixtures/): from inside the binary, or from a folder.
#pragma once

#include "reference/wire/problem.hpp"

#include <deque>
#include <map>
#include <memory>
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

  /// The files below `folder`/fixtures and `folder`/schemas, read now. Names with a dot in front or a tilde behind are
  /// skipped, as the build does; symbolic links to folders are not followed.
  static wire::result<store> folder(std::string const& folder);

  /// The text, valid as long as the store or a copy of it; nothing when there is no such name.
  std::optional<std::string_view> read(std::string_view name) const;

  /// Names that start with `prefix`, sorted.
  std::vector<std::string> list(std::string_view prefix) const;

  /// SHA-256 over names and texts, in hex: the data digest of records and certificates. Hashed is, for each name in
  /// byte order, the name, a space, the length of the text in decimal, a line feed, and the text.
  std::string digest() const;

private:
  std::map<std::string, std::string_view, std::less<>> texts_;
  std::shared_ptr<std::deque<std::string> const> owned_; ///< what `texts_` points into, unless that is the binary
};

} // namespace assay::data
