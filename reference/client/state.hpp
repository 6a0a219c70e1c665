// The client's whole state, and the few operations that all pages share: send a request and wait for its answer, send a
// notification, take in what arrives (basic/index, messages). Sans-I/O: events in, actions out.
#pragma once

#include "reference/client/action.hpp"
#include "reference/client/answer.hpp"
#include "reference/client/own_tasks.hpp"
#include "reference/client/settings.hpp"
#include "reference/client/task.hpp"
#include "reference/wire/lines.hpp"
#include "reference/wire/sse.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace assay::client {

using answer_slot = std::shared_ptr<slot<answer>>;

/// A request that has no answer yet.
struct pending_request {
  json::value id;
  std::string method;
  int exchange = 0; ///< the HTTP exchange its answer is expected on
  int timer = 0;
  int longest = 0;            ///< the timer that no report of progress puts off; 0: none
  json::value progress_token; ///< null: none
  std::chrono::milliseconds limit{};
  std::function<void()> late = {}; ///< what the timer does
  answer_slot answered;
};

/// A result that may be used again (server/utilities/caching).
struct kept_answer {
  std::string method;
  std::string uri; ///< of resources/read
  answer value;
  std::chrono::steady_clock::time_point until;
};

/// An HTTP request of ours and what came back so far.
struct http_exchange {
  enum class purpose { message, listening, ending };
  purpose why = purpose::message;
  std::string request; ///< key of the request it carries or resumes; empty: none
  std::string session; ///< the session id it was sent with
  int status = 0;
  transport::http_headers headers;
  bool is_stream = false; ///< text/event-stream
  std::string body;
  bool overflowed = false;
  wire::sse_parser events;
  std::string last_event_id; ///< empty: none
  std::optional<std::chrono::milliseconds> retry;
  int fruitless = 0; ///< times in a row that resuming brought no event
  answer_slot ended; ///< filled at its end, if someone waits
};

/// A parameter of a tool that is mirrored in a header.
struct mirrored_parameter {
  std::vector<std::string> path; ///< names of properties from the root of the arguments
  std::string header;            ///< whole: "Mcp-Param-Region"
};

struct state {
  explicit state(settings s);

  settings options;
  revision::revision const* revision = nullptr; ///< what is spoken; null until that is known
  json::object server_capabilities;
  json::value server_info;
  std::string instructions;
  bool capabilities_known = false; ///< from initialize or server/discover

  std::string session_id;                                                       ///< legacy Streamable HTTP; empty: none
  std::map<std::string, std::vector<mirrored_parameter>, std::less<>> mirrored; ///< by tool
  std::map<std::string, std::string, std::less<>> rejected_tools;               ///< by tool: why
  std::map<std::string, json::value, std::less<>> output_schemas;               ///< by tool
  std::map<std::string, std::string, std::less<>> task_support;                 ///< by tool, as its list says

  /// Sees every notification from the server.
  std::function<void(json::value const&)> on_notification;
  /// Of the transport before Streamable HTTP.
  struct sse_channel {
    int stream = 0;      ///< the exchange that brings what the server says
    std::string target;  ///< where messages are posted; empty until the server said it
    answer_slot address; ///< filled then
  } sse;

  answer_slot idle; ///< filled when whoever waits without a request has to go on

  std::map<std::string, kept_answer, std::less<>> kept; ///< by revision, method and params

  std::vector<own_task> own_tasks; ///< what the server has us do as tasks, oldest first
  std::int64_t next_own_task = 1;
  std::map<int, std::shared_ptr<slot<std::optional<bool>>>> questions; ///< to the user, without answer
  std::set<std::string> pages;   ///< elicitations the user accepted, until the server says that they are done
  int visit = 0;                 ///< the question whether the user is done with them
  std::set<std::string> serving; ///< keys of the server's requests that we have not answered

  std::int64_t next_id = 1;
  std::int64_t next_token = 1;
  int next_number = 1; ///< of exchanges and timers
  std::map<std::string, pending_request, std::less<>> waiting;
  std::map<int, http_exchange> exchanges;
  std::map<int, std::function<void()>> timers;
  wire::line_splitter lines;
  int next_ping = 0;       ///< the timer of the next one; 0: none
  std::string input_ended; ///< why no answer can come any more; empty while one can
  std::deque<action> actions;
  unsigned restarted = 0;
  bool closing = false; ///< only the session's end is still to be said
  bool stopped = false; ///< by the user

  ready_queue ready;
  std::list<task<bool>> beside; ///< last, as the next: their frames refer to what stands above
  std::optional<task<int>> running;
};

/// Of the state's revision.
bool is_modern(state const& c);
bool speaks(state const& c, std::string_view feature);
bool over_http(state const& c);

void print(state& c, std::string_view line);
void note(state& c, std::string_view line);
void warn(state& c, std::string_view line);

/// An id this client has never used.
json::value fresh_id(state& c);

/// Sends one request and waits for its answer, with no rule of an era. `headers` are added over HTTP. Without an
/// answer in `limit` (0: no limit) the request is given up, and cancelled when `cancellable`.
task<answer> send_request(state& c, std::string method, json::object params, transport::http_headers headers,
                          std::chrono::milliseconds limit, bool cancellable);

/// A request as the era wants it: with metadata and version retry, or with the session started anew when it was lost.
task<answer> request(state& c, std::string method, json::object params);
task<answer> request(state& c, std::string method, json::object params, transport::http_headers headers);

/// Over HTTP waits until the server took it.
task<answer> notify(state& c, std::string method, json::object params);

/// Waits that long without asking anything. An empty text, or why there is nothing to wait for any more.
task<std::string> pause(state& c, std::chrono::milliseconds time);

/// Asks the user, who is there only if the settings say so; the question's number.
int ask_user(state& c, std::string text);

/// Yes or no; nothing when nobody answers.
task<std::optional<bool>> answer_of_user(state& c, int question);

/// Gives a question its answer.
void take_user_answer(state& c, int question, std::optional<bool> yes);

/// Nothing more comes from this server: whoever waits is told why.
void lose_connection(state& c, std::string why);

/// A message that no answer is expected for.
void send_message(state& c, json::value const& message);

/// Gives a request up: its waiter gets `why`, the server is told as its transport wants it.
void give_up(state& c, std::string const& key, std::string why, bool tell);

/// What a message from the server is for. `exchange` is 0 over stdio.
void receive(state& c, json::value const& message, int exchange, int http_status);

/// Runs something beside what runs already; nobody waits for its value.
void spawn(state& c, task<bool> one);

/// Runs `main`, then closes the session and asks to finish with the code it returned.
void start(state& c, task<int> main);

/// The user does not want to wait any longer: gives up what is under way and goes on to the end.
void stop(state& c);

/// Resumes what became ready; everything that takes in an event ends with it.
void settle(state& c);

/// The actions so far.
std::deque<action> take_actions(state& c);

/// The time of a timer has passed.
void on_timer(state& c, int timer);

/// The user answered a question, or nobody will.
void on_user_answer(state& c, int question, std::optional<bool> yes);

/// A request that is over is not late any more.
void stop_timers(state& c, pending_request const& request);

/// Calls `then` after the time.
int after(state& c, std::chrono::milliseconds time, std::function<void()> then);

} // namespace assay::client
