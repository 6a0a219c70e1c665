// Starts at 4 KiB (a thousand idle connections stay small) and doubles while the reads fill it.
#include "reference/transport/input_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace assay::transport {

boost::asio::mutable_buffer input_buffer::prepare() {
  constexpr std::size_t first = 4096;
  if (begin_ == end_) {
    // A buffer that the last read filled is doubled even though it is empty now: large bodies then need fewer reads.
    bool const was_full = capacity_ != 0 && end_ == capacity_ && capacity_ < limit_;
    begin_ = end_ = 0;
    if (was_full) {
      capacity_ = std::min(limit_, capacity_ * 2);
      bytes_.reset(new char[capacity_]);
    }
  }
  if (end_ == capacity_) {
    if (begin_ > 0) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    } else if (capacity_ < limit_) {
      std::size_t const larger = std::min(limit_, std::max(first, capacity_ * 2));
      std::unique_ptr<char[]> next(new char[larger]);
      if (end_ > 0) std::memcpy(next.get(), bytes_.get(), end_);
      bytes_ = std::move(next);
      capacity_ = larger;
    }
  }
  return boost::asio::mutable_buffer(bytes_.get() + end_, capacity_ - end_);
}

} // namespace assay::transport
