// The run record: JSON lines, written as the run goes, so that an interrupted run has lost nothing;
// schemas/assay/record.json. Every report is a function of it. A record without a footer has no verdict.
#pragma once

#include "conformance/engine/event.hpp"
#include "conformance/judge/check_run.hpp"
#include "conformance/judge/verdict.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/problem.hpp"

#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace assay::record {

namespace json = boost::json;

struct header {
  std::string suite;   ///< version of this program
  std::string data;    ///< digest of fixtures and schemas
  std::string role;    ///< what the subject is: server or client
  std::string subject; ///< its command or URL
  std::string started; ///< RFC 3339, UTC
  std::vector<std::string> revisions;
  std::vector<std::string> transports;
  std::vector<std::string> arguments; ///< of the command line, to run it again
  std::vector<std::string> only;      ///< patterns of --only; without any, and without skip, all checks were wanted
  std::vector<std::string> skip;
  json::object sample; ///< the subject file's sample call, which the profile depends on

  /// The run was asked for less than all checks.
  bool partial() const { return !only.empty() || !skip.empty(); }
};
BOOST_DESCRIBE_STRUCT(header, (),
                      (suite, data, role, subject, started, revisions, transports, arguments, only, skip, sample))

/// A requirement that binds the subject in a revision of the run, so that a report needs nothing but the record.
struct requirement {
  std::string id;
  std::string level;
  std::string says;
  std::string page; ///< the fixture's: "server/tools"
  std::string interpretation;
  std::map<std::string, std::string> places; ///< revision -> "server/tools#error-handling"
  std::vector<std::string> revisions;        ///< those of the run in which it binds
  std::string observable;                    ///< wire, contract or outside
  std::vector<std::string> mutants;          ///< that break it, to prove its checks
};
BOOST_DESCRIBE_STRUCT(requirement, (), (id, level, says, page, interpretation, places, revisions, observable, mutants))

/// Our reading of an ambiguous place that some of the run's requirements rest on.
struct interpretation {
  std::string name;
  std::string page;
  std::string question;
  std::string reading;
  std::string because;
};
BOOST_DESCRIBE_STRUCT(interpretation, (), (name, page, question, reading, because))

/// Statements of the run's revisions that no requirement stands for, and why.
struct exemption {
  std::string reason;
  std::string note;
  int statements = 0;
  std::vector<std::string> places; ///< "2025-11-25/server/tools#error-handling"
};
BOOST_DESCRIBE_STRUCT(exemption, (), (reason, note, statements, places))

/// What the run's requirements rest on, which comes from the data and not from the run.
struct basis {
  std::vector<requirement> requirements;
  std::vector<interpretation> interpretations;
  std::vector<exemption> exemptions;
};

/// A connection that the run opened.
struct session {
  int session = 0;
  std::string revision;
  std::string transport;
  std::string purpose; ///< "shared", or the scenario that has it to itself
};
BOOST_DESCRIBE_STRUCT(session, (), (session, revision, transport, purpose))

/// One thing that happened in a session. `what` is frame, event, head, end, request, exit, failure (from the subject),
/// line, send, reply, cut, close, start (by us), or begin, finish, deadline (of a scenario).
struct entry {
  int session = 0;
  double at = 0; ///< milliseconds since the session began
  int frame = 0; ///< number of the frame it became, or 0
  std::string what;
  json::object data;
};

struct footer {
  bool complete = false;
  double seconds = 0;
  judge::verdict verdict;
  int exit_code = 0;
  std::vector<std::string> gate;
};
BOOST_DESCRIBE_STRUCT(footer, (), (complete, seconds, verdict, exit_code, gate))

/// A whole record in memory.
struct record : basis {
  header head;
  std::vector<session> sessions;
  std::map<int, std::vector<entry>> entries; ///< by session
  std::vector<judge::check_run> checks;
  std::vector<judge::revision_state> states;
  std::vector<json::value> profiles; ///< {revision, transport, profile}
  footer foot;
  bool has_footer = false;

  requirement const* find_requirement(std::string_view id) const;
};

/// Writes line by line. Secrets (Authorization, Cookie, tokens, codes) are replaced before they reach the file.
class writer {
public:
  /// Owns the stream; nullptr writes nothing.
  explicit writer(std::unique_ptr<std::ostream> out);
  ~writer();

  void write(header const& h);
  void write(basis const& b);
  void write(session const& s);
  /// `frame` is the number of the frame it became, or 0.
  void write(int session, double at, engine::event const& e, std::size_t frame);
  void write(int session, double at, engine::action const& a, std::size_t frame);
  void mark(int session, double at, std::string_view what, std::string_view scenario);
  void write(judge::revision_state const& s);
  void write_profile(std::string const& revision, std::string const& transport, json::object const& profile);
  void write(judge::check_run const& c);
  void write(footer const& f);

private:
  void line(json::object o);
  std::unique_ptr<std::ostream> out_;
};

/// The check as a record has it: without the secrets that its texts show.
judge::check_run redacted(judge::check_run c);

/// How much of the traffic to read: all of it, or only what shows the failed checks.
enum class entries { all, evidence };

/// Reads a record. Problems name the line. A record that ends early is read as far as it goes.
wire::result<record> read(std::string const& file, entries wanted);

/// Where a place of the specification is published: "2025-11-25/server/tools#errors". The page of an extension stands
/// in the extension's repository. Of no place it is empty.
std::string address(std::string_view place);

/// The event or action of an entry, for replay; nothing when it is the other, a mark, or not of the right shape.
std::optional<engine::event> event_of(entry const& e);
std::optional<engine::action> action_of(entry const& e);

} // namespace assay::record
