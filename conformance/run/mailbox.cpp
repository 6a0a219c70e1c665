// Waiting without polling: a flag for each direction.
#include "conformance/run/mailbox.hpp"

#include "reference/transport/deadline.hpp"

namespace assay::run {

namespace {
constexpr std::size_t room = 512;
}

void mailbox::put(engine::event e) {
  if (shut_) return;
  events_.push_back(std::move(e));
  arrived_.set();
}

asio::awaitable<void> mailbox::put_when_room(engine::event e) {
  while (!shut_ && events_.size() >= room) {
    taken_.reset();
    co_await taken_.wait();
  }
  put(std::move(e));
}

std::optional<engine::event> mailbox::take() {
  if (events_.empty()) return std::nullopt;
  std::optional<engine::event> out(std::move(events_.front()));
  events_.pop_front();
  taken_.set();
  return out;
}

asio::awaitable<std::optional<engine::event>> mailbox::next(std::chrono::steady_clock::time_point expiry) {
  while (events_.empty() && !shut_) {
    arrived_.reset();
    auto const now = std::chrono::steady_clock::now();
    if (now >= expiry) break;
    auto wait = arrived_.wait();
    bool const in_time = co_await transport::with_deadline(std::move(wait), expiry - now);
    if (!in_time) break;
  }
  co_return take();
}

void mailbox::shut() {
  shut_ = true;
  events_.clear();
  arrived_.set();
  taken_.set();
}

} // namespace assay::run
