// Bytes that were read but not yet parsed. Grows up to a limit; what has been consumed is reclaimed by prepare() only,
// so a read that is under way never sees its memory move.
#pragma once

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <memory>
#include <string_view>

namespace assay::transport {

class input_buffer {
public:
  explicit input_buffer(std::size_t limit) : limit_(limit) {}

  /// What is there.
  std::string_view view() const { return std::string_view(bytes_.get() + begin_, end_ - begin_); }
  std::size_t size() const { return end_ - begin_; }

  /// Room to read into; empty when the limit is reached. Views become invalid.
  boost::asio::mutable_buffer prepare();

  /// `count` bytes were read into the room.
  void commit(std::size_t count) { end_ += count; }

  /// `count` bytes at the front are done with.
  void consume(std::size_t count) { begin_ += count; }

private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t limit_;
};

} // namespace assay::transport
