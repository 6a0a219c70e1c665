// The server without I/O: messages in, messages out. It knows both eras; which one a message belongs to is decided per
// message (basic/versioning, backward compatibility). The transports around it are stdio.hpp and streamable_http.hpp.
#pragma once

#include "reference/server/client_tasks.hpp"
#include "reference/server/handler.hpp"
#include "reference/server/tasks.hpp"
#include "reference/session/legacy.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <vector>

namespace assay::server {

/// Who we talk to: a stdio channel, an HTTP session, or one HTTP request of the modern era.
using peer_id = std::uint64_t;

/// One request (or batch) of a peer as long as it is open. JSON-RPC ids are the client's and may repeat; these do not.
using ticket = std::uint64_t;

struct outgoing {
  peer_id to = 0;
  ticket about = 0; ///< the request it belongs to, 0 for none
  json::value message;
  std::shared_ptr<json::value const> request = {}; ///< for an answer: what it answers
  bool final = false;                              ///< the answer to the ticket: nothing follows
  int http_status = 200;                           ///< of a final message that travels alone
};

/// Call core::woken(number) after that time.
struct timer {
  std::uint64_t number = 0;
  std::chrono::milliseconds after{};
};

/// What a step of the server wants done, in this order.
struct effects {
  std::vector<outgoing> messages;
  std::vector<timer> timers;
  std::vector<ticket> drop_connection; ///< let go of the connection that waits for this one
  std::vector<ticket> closed;          ///< these get no answer any more: they were cancelled
  std::vector<peer_id> lost;           ///< these do not answer pings: their connection has failed
  ticket about = 0;                    ///< receive(): the ticket of what came in; 0 when nothing will be answered
};

enum class era { any, legacy, modern };

class core {
public:
  explicit core(settings with);

  /// A new peer. `principal`: who the transport authenticated, if it did; what is given out to one is of no use to
  /// another.
  peer_id connect(std::string principal = {});

  /// Forgets the peer with all that it has open.
  void disconnect(peer_id peer);

  /// Whether requests of ours get to the peer now. They do until this says that they do not.
  void can_be_asked(peer_id peer, bool so);

  /// A message as it came. `hint`: what the transport knows of its era already.
  effects receive(peer_id peer, json::value const& message, era hint = era::any);

  /// Bytes that are no JSON.
  effects receive_unreadable(peer_id peer, std::string const& why);

  /// A timer ended.
  effects woken(std::uint64_t timer);

  /// The client is no longer interested, and will hear no more of it. What comes out is the rest of a batch.
  effects cancel(ticket about);

  /// The server stops: the end of each subscription. Where all share one channel (stdio) it is announced as well.
  effects stop(bool shared_channel);

  server::settings const& configuration() const { return settings_; }
  session::legacy const* session(peer_id peer) const;

private:
  struct pending;
  struct peer;
  struct batch;

  /// What a timer was set for; it means nothing once the request is in another round.
  struct alarm {
    ticket about = 0;
    std::string task; ///< instead of a request
    std::size_t round = 0;
    std::string question = {}; ///< of the request: the one whose task is to be looked at
    peer_id pinged = 0;        ///< instead of a request: the peer whose next ping is due, or whose answer to one is
  };

  void receive_one(peer_id id, json::value const& message, era hint, ticket group, effects& out);
  void receive_request(peer_id id, json::value const& message, era hint, ticket group, effects& out);
  void receive_notification(peer_id id, json::value const& message, effects& out);
  void receive_answer(peer_id id, json::value const& message, effects& out);
  void receive_batch(peer_id id, json::value const& message, effects& out);
  bool is_modern(peer_id id, json::value const& message, era hint) const;
  void start(peer_id id, json::value const& message, era hint, ticket about, effects& out);
  void run(ticket about, effects& out);
  void ask_legacy(ticket about, input_required wanted, effects& out);
  void send_question(ticket about, question& of, std::string_view method, json::object params, effects& out);
  void go_on_asking(ticket about, std::string const& input, json::value const& result, effects& out);
  void fail_asking(ticket about, std::string const& why, effects& out);
  void wake_later(ticket about, std::chrono::milliseconds after, effects& out);
  void keep_pinging(peer_id id, effects& out);
  void time_ping(peer_id id, std::chrono::milliseconds after, effects& out);
  void ping_or_give_up(peer_id id, effects& out);
  void start_task(ticket about, call const& c, as_task background, effects& out);
  void run_task(task& one, effects& out);
  void run_tasks(effects& out);
  void give_up_asking(ticket about, effects& out);
  void withdraw_questions(pending& one, effects& out);
  void answer(peer_id to, ticket about, json::value message, std::shared_ptr<json::value const> request, int status,
              effects& out);
  void announce(std::vector<change> const& changes, effects& out);
  void end_listen(ticket about, bool shared_channel, effects& out);
  void cancel_one(ticket about, effects& out);
  void finish(ticket about);
  void refuse(peer_id to, json::value const& message, failure const& why, ticket group, effects& out);

  server::settings settings_;
  std::map<peer_id, peer> peers_;
  std::map<ticket, pending> pending_;
  std::map<ticket, batch> batches_;
  std::map<std::uint64_t, alarm> alarms_;
  task_store tasks_;
  bool running_tasks_ = false;
  std::uint64_t next_ = 1;

public:
  ~core();
  core(core const&) = delete;
  core& operator=(core const&) = delete;
};

} // namespace assay::server
