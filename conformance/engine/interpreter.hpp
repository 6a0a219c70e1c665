// Runs one scenario over one connection: looks at the traffic, says what to do next. Sans-I/O, so the same code judges
// a live subject and replays a record. docs/interpreting.md, "Steps".
#pragma once

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/engine/bindings.hpp"
#include "conformance/engine/event.hpp"
#include "conformance/engine/matcher.hpp"
#include "conformance/engine/traffic.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace assay::engine {

enum class outcome { pass, fail, blocked, inapplicable, not_exercised, error };

std::string_view to_string(outcome o);

/// What one check came to.
struct check_result {
  std::string requirement;
  outcome result = outcome::blocked;
  std::string expected; ///< of a failure: "/error/code to be -32602"
  std::string actual;
  std::string reason;       ///< of anything but pass and fail
  std::size_t frame = 0;    ///< the frame that showed it, or 0
  exchange_id exchange = 0; ///< the exchange that showed it, or 0
  std::size_t since = 0;    ///< the frame that provoked it, or 0
};

/// The world a scenario runs in. All of it outlives the interpreter.
struct environment {
  catalogue::catalogue const* data = nullptr;
  revision::revision const* revision = nullptr;
  std::string transport;
  catalogue::era const* era = nullptr;
  message::schemas* schemas = nullptr;
  message::sender subject = message::sender::server;
  bool http() const { return transport != "stdio"; }
  /// Whatever a server says comes on one channel, not in the response to what it answers.
  bool one_channel() const { return transport != "streamable-http"; }
};

/// What a run is to the data: /revision, /transport, /version, /capabilities, /other_revision, /older_revisions.
json::object run_view(environment const& env);

/// What opens a connection before any scenario: over HTTP with SSE the request for the server's stream.
std::vector<action> connecting(environment const& env, traffic& on);

class interpreter {
public:
  /// `steps` run over `on`; `names` holds what is known before and takes what the steps name.
  interpreter(environment const& env, std::vector<catalogue::step> steps, json::object serves,
              std::set<std::string> requirements, traffic& on, bindings& names);

  /// Goes on as far as what has arrived allows. The caller notes the actions in the traffic, performs them, and calls
  /// again after each event. Nothing to do and not finished: it waits.
  std::vector<action> advance();

  /// The deadline it waited for has passed.
  std::vector<action> deadline_passed();

  bool finished() const { return finished_; }

  /// The deadline's name while it waits; changes of `step` restart the clock.
  std::string waiting_for() const;
  std::size_t step() const { return current_; }

  /// Why the scenario did not come to its end; empty when it did.
  std::string const& blocked_by() const { return blocked_; }

  /// The last view an expectation got; of the opening, to see what it came to.
  json::value const& last_view() const { return last_view_; }

  /// One for each requirement; meaningful when finished.
  std::vector<check_result> results() const;

private:
  struct sent {
    json::value id; ///< of a request; null otherwise
    exchange_id exchange = 0;
    std::size_t after = 0; ///< frames before it
    std::vector<json::value> batch_ids;
    bool batch = false;
    std::string method;
  };
  struct came {
    std::size_t frame = 0; ///< 0 for what is no frame
    exchange_id exchange = 0;
  };
  /// From where on something is forbidden.
  struct beginning {
    std::size_t after = 0; ///< frames before it
    exchange_id exchange = 0;
  };
  enum class progress { done, waiting, stopped };
  struct found {
    progress state = progress::waiting;
    json::value view;
    std::size_t frame = 0;
    exchange_id exchange = 0;
    std::size_t since = 0;
    std::string nothing; ///< why nothing can come any more
  };

  progress run_step(catalogue::step const& s, std::vector<action>& out);
  progress run_send(catalogue::step const& s, std::vector<action>& out);
  progress run_http(catalogue::step const& s, std::vector<action>& out);
  progress run_expect(catalogue::step const& s);
  std::optional<beginning> beginning_at(std::string const& name) const;
  progress run_forbid(catalogue::step const& s, std::vector<action>& out);
  progress run_cut(catalogue::step const& s, std::vector<action>& out);
  progress stop(std::string why);

  std::optional<json::value> build(json::object const& send, sent& as);
  std::optional<json::value> build_call(json::object const& call, bool request, sent& as);
  header_list headers_for(std::string const& http_method, json::value const& message, json::value const& overrides);
  exchange_id stream_of_subject() const;
  bool taken() const;
  void transmit(std::string text, json::value const& message, json::value const& header_overrides, sent& as,
                std::vector<action>& out);

  found look(json::object const& selector, bool timed_out);
  found look_answer(sent const& s, bool timed_out);
  json::value none_view(exchange const* e) const;
  void judge(catalogue::step const& s, found const& f);
  void fail_checks(catalogue::step const& s, std::string const& actual, found const& f);
  void serve(std::vector<action>& out);
  void reply(frame const& f, std::vector<action>& out);
  bool scenario_answers(std::string_view method) const;
  json::value const* served(std::string const& method);

  environment const& env_;
  std::vector<catalogue::step> steps_;
  json::object serves_;
  std::map<std::string, std::size_t> serve_turns_;
  traffic& traffic_;
  bindings& names_;
  match_context matching_;
  std::map<std::string, sent, std::less<>> sent_;
  std::map<std::string, came, std::less<>> came_; ///< by the name that a step gave it
  std::set<std::size_t> consumed_;                ///< frames that a step expected
  std::set<exchange_id> consumed_exchanges_;
  std::set<exchange_id> answered_; ///< exchanges of the subject that we have answered
  std::size_t current_ = 0;
  std::size_t started_at_ = 0;
  std::optional<sent> fence_;
  bool timed_out_ = false;
  bool finished_ = false;
  bool control_failed_ = false;
  std::string control_reason_;
  std::string blocked_;
  json::value last_view_;
  std::set<std::string> wanted_;
  std::map<std::string, check_result> failed_;
  std::map<std::string, std::size_t> to_check_; ///< requirement -> steps that still have to check it
  std::map<std::string, check_result> seen_;
  std::map<std::string, std::string> unknown_; ///< requirement -> what there was nothing to compare with
};

} // namespace assay::engine
