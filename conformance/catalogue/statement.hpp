// A normative statement of the specification as facts, without its text; fixtures/statements.json.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

namespace assay::catalogue {

struct statement {
  std::string digest; ///< first eight hex digits of SHA-1 over the normalised sentence
  std::string revision;
  std::string page;
  std::string anchor;
  int ordinal = 0; ///< which one of its section
  std::string keyword;
  std::string level; ///< MUST, SHOULD or MAY
};
BOOST_DESCRIBE_STRUCT(statement, (), (digest, revision, page, anchor, ordinal, keyword, level))

/// Statements that no requirement cites, with the class of reason; fixtures/exemptions.json.
struct exemption {
  std::vector<std::string> statements;
  std::string reason;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(exemption, (), (statements, reason, note))

/// Our reading of a place where the text is ambiguous; fixtures/interpretations.json.
struct interpretation {
  std::string name;
  std::vector<std::string> revisions;
  std::string page;
  std::string question;
  std::string reading;
  std::string because;
};
BOOST_DESCRIBE_STRUCT(interpretation, (), (name, revisions, page, question, reading, because))

} // namespace assay::catalogue
