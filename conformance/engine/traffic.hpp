// Everything that went over one connection, both ways, and how scenarios and rules see it: frames, exchanges, exits.
// docs/interpreting.md, "Views".
#pragma once

#include "conformance/engine/event.hpp"
#include "reference/wire/json.hpp"
#include "reference/wire/message.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::engine {

namespace json = boost::json;

/// One message on the wire. A batch is a frame, and each of its members another one.
struct frame {
  std::size_t number = 0; ///< its place in the traffic, from 1
  double at_ms = 0;       ///< since the connection began
  bool from_subject = false;
  exchange_id exchange = 0;
  wire::message_kind kind = wire::message_kind::invalid;
  json::value message; ///< null when it is no JSON
  json::value request; ///< for an answer: the message it answers; else null
  std::string text;    ///< for an invalid frame: as it came (bounded)
  std::string problem; ///< for an invalid frame: why
  std::vector<std::string> duplicate_names;
  std::size_t batch = 0; ///< the number of the batch frame it came in, or 0
  std::string event; ///< id of the SSE event that it came in, or of the last one before it on that stream that had one
};

/// An HTTP request with its response.
struct exchange {
  exchange_id id = 0;
  double at_ms = 0;
  bool from_subject = false; ///< the subject sent the request
  std::string method;
  std::string path;
  header_list request_headers;
  std::string request_body;
  std::size_t request_frame = 0; ///< number of the frame in the request, or 0
  int status = 0;                ///< 0: no response yet
  header_list headers;
  std::string body;
  bool stream = false;
  bool ended = false;
  std::string problem;
  json::array events;              ///< SSE: {event, id, retry, has_data, data}
  std::string last_event;          ///< SSE: the newest id
  bool cut = false;                ///< we dropped the connection
  std::vector<std::size_t> frames; ///< numbers of the frames in the response
};

/// Bounds on what a subject may send over one connection.
struct traffic_limits {
  std::size_t frames = 5'000;
  std::size_t bytes = 8u << 20;
};

class traffic {
public:
  explicit traffic(traffic_limits limits = {}) : limits_(limits) {}

  /// Takes in an event at a time. False when the subject overran a limit: the connection is to be cut.
  bool absorb(event const& what, double at_ms);

  /// Notes what we send. `messages` of ours are parsed where they are JSON.
  void note(action const& what, double at_ms);

  std::vector<frame> const& frames() const { return frames_; }
  std::map<exchange_id, exchange> const& exchanges() const { return exchanges_; }
  exchange const* find_exchange(exchange_id id) const;
  std::optional<subject_exited> const& exit() const { return exit_; }
  /// Why nothing more can come; empty while it can.
  std::string const& failure() const { return failure_; }

  /// Numbers for requests and exchanges of ours; never reused on a connection.
  std::int64_t next_id() { return ++last_id_; }
  exchange_id next_exchange() { return ++last_exchange_; }

  /// The next frame of the subject that nobody has looked at to answer it; null when all are served. Each is given once
  /// on a connection, whichever scenario runs then: a request is not answered again by those that come later.
  frame const* next_to_serve() { return served_ < frames_.size() ? &frames_[served_++] : nullptr; }

  json::value view(frame const& f) const;
  json::value view(exchange const& e) const;
  json::value view(subject_exited const& e) const;

private:
  void note_events(reply_http const& a, double at_ms);
  void add_frame(std::string const& text, bool from_subject, exchange_id in, double at_ms, bool truncated);
  json::value request_for(json::value const& message, bool from_subject, exchange_id in) const;
  void push(frame f, std::vector<std::size_t>* list);

  traffic_limits limits_;
  std::vector<frame> frames_;
  std::map<exchange_id, exchange> exchanges_;
  std::optional<subject_exited> exit_;
  std::string failure_;
  std::size_t bytes_ = 0;
  std::size_t silent_ = 0; ///< events and requests of the subject, which need not carry a message
  std::size_t served_ = 0;
  std::int64_t last_id_ = 0;
  exchange_id last_exchange_ = 0;
  std::map<std::string, std::size_t, std::less<>> asked_[2]; ///< id text -> frame number of the request, by side
};

} // namespace assay::engine
