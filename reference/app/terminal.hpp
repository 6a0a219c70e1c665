// Asks the user at the terminal: one question after the other, answered by a line that begins with y, or by any other.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/streambuf.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace assay::app {

class terminal {
public:
  /// `answered` gets each answer; nothing when there is no terminal, or it has come to its end.
  terminal(boost::asio::io_context& context, std::function<void(int, std::optional<bool>)> answered)
      : input_(context), answered_(std::move(answered)) {}

  void ask(int number, std::string text);

  /// Its answer is not wanted any more.
  void drop(int number);

private:
  struct asked {
    int number = 0;
    std::string text;
  };

  void show_next();
  void read();
  void end();

  boost::asio::posix::stream_descriptor input_;
  boost::asio::streambuf typed_;
  std::function<void(int, std::optional<bool>)> answered_;
  std::deque<asked> waiting_; ///< the first one is on the screen
  bool reading_ = false;
  bool ended_ = false;
};

} // namespace assay::app
