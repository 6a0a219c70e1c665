// One connection to the subject with its traffic, and the driver that lets an interpreter work on it.
#pragma once

#include "conformance/engine/interpreter.hpp"
#include "conformance/record/record.hpp"
#include "conformance/run/link.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace assay::run {

/// Shared by all sessions of a run.
struct run_state {
  run_options const* options = nullptr;
  record::writer* writer = nullptr;
  int last_session = 0;
  bool stopping = false; ///< Ctrl-C
  std::vector<std::weak_ptr<mailbox>> mailboxes;
  std::function<void()> on_stop; ///< wakes what waits without a mailbox
  /// Wakes every driver, so that the run ends with a complete record.
  void stop();
};

struct session {
  int number = 0;
  std::chrono::steady_clock::time_point began;
  std::shared_ptr<mailbox> events;
  std::unique_ptr<run::link> link;
  engine::traffic traffic;
  engine::bindings names;
  run_state* run = nullptr;

  session(run_state& state, engine::bindings const* outer);
  double now_ms() const;
  /// The subject has sent something, if only the status of a response.
  bool spoke() const;
  /// Takes an event into the traffic and the record. When the subject overran a limit, the mailbox is shut.
  void absorb(engine::event const& e);
  void perform(engine::action a);
  /// The subject's process is there and nothing failed.
  bool alive() const { return traffic.failure().empty() && !traffic.exit(); }
};

/// Opens a session to the subject. Problems: the URL is none, the port cannot be listened on.
wire::result<std::unique_ptr<session>> open_session(run_state& state, asio::any_io_executor executor,
                                                    engine::environment const& env, std::string const& url,
                                                    std::string const& purpose, engine::bindings const* outer);

/// Lets the interpreter run to its end over the session. `scenario` names it in the record.
asio::awaitable<void> drive(session& s, engine::interpreter& it, std::string scenario);

/// Takes in what has arrived without waiting.
void drain(session& s);

} // namespace assay::run
