#include "reference/app/terminal.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <cstdio>
#include <fcntl.h>
#include <istream>
#include <unistd.h>

namespace assay::app {

void terminal::ask(int number, std::string text) {
  waiting_.push_back({number, std::move(text)});
  if (!ended_ && !input_.is_open()) {
    // Opened anew: what is shared with standard error must not become non-blocking.
    char const* const name = ttyname(STDIN_FILENO);
    int const file = name ? open(name, O_RDONLY | O_NOCTTY) : -1;
    if (file < 0)
      ended_ = true;
    else
      input_.assign(file);
  }
  if (ended_)
    boost::asio::post(input_.get_executor(), [this] { end(); });
  else if (waiting_.size() == 1)
    show_next();
}

void terminal::drop(int number) {
  bool const shown = !waiting_.empty() && waiting_.front().number == number;
  std::erase_if(waiting_, [number](asked const& one) { return one.number == number; });
  if (shown) std::fputs("(no answer is needed any more)\n", stderr);
  if (shown) show_next();
}

void terminal::show_next() {
  if (waiting_.empty()) return;
  std::fputs(waiting_.front().text.c_str(), stderr);
  std::fflush(stderr);
  if (!reading_) read();
}

void terminal::read() {
  reading_ = true;
  boost::asio::async_read_until(input_, typed_, '\n', [this](boost::system::error_code error, std::size_t) {
    reading_ = false;
    if (error == boost::asio::error::operation_aborted) return;
    if (error) return end();
    std::string line;
    std::istream in(&typed_);
    std::getline(in, line);
    if (waiting_.empty()) return;
    int const number = waiting_.front().number;
    waiting_.pop_front();
    answered_(number, line.starts_with('y') || line.starts_with('Y'));
    if (!reading_) show_next();
  });
}

void terminal::end() {
  ended_ = true;
  for (auto const& one : std::exchange(waiting_, {}))
    answered_(one.number, std::nullopt);
}

} // namespace assay::app
