// A coroutine that does no input or output: it suspends until what it asked for has come, so that a page of the
// specification ("send this, then do that with the answer") reads as such. Single-threaded; see slot for the waiting.
#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

namespace assay::client {

/// Coroutines whose value has come; state.hpp resumes them one after the other, never from within each other.
using ready_queue = std::deque<std::coroutine_handle<>>;

/// A lazy coroutine with a value: starts when it is awaited (or by start()), and goes on with its awaiter at its end.
template <class T>
class [[nodiscard]] task {
public:
  struct promise_type;
  using handle = std::coroutine_handle<promise_type>;

  struct at_end {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(handle h) const noexcept {
      if (h.promise().continuation) return h.promise().continuation;
      return std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  struct promise_type {
    std::coroutine_handle<> continuation;
    std::optional<T> value;
    std::exception_ptr thrown;

    task get_return_object() { return task(handle::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    at_end final_suspend() const noexcept { return {}; }
    void unhandled_exception() { thrown = std::current_exception(); }
    template <class U>
    void return_value(U&& u) {
      value.emplace(std::forward<U>(u));
    }
  };

  explicit task(handle h) : handle_(h) {}
  task(task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  task& operator=(task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~task() {
    if (handle_) handle_.destroy();
  }

  /// Runs it up to its first suspension, without an awaiter.
  void start() { handle_.resume(); }
  bool done() const { return handle_.done(); }
  /// Once done.
  T& value() {
    if (handle_.promise().thrown) std::rethrow_exception(handle_.promise().thrown);
    return *handle_.promise().value;
  }

  class awaiter {
  public:
    explicit awaiter(handle h) : handle_(h) {}
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
      handle_.promise().continuation = waiting;
      return handle_;
    }
    T await_resume() {
      if (handle_.promise().thrown) std::rethrow_exception(handle_.promise().thrown);
      return std::move(*handle_.promise().value);
    }

  private:
    handle handle_;
  };
  awaiter operator co_await() && { return awaiter(handle_); }

private:
  handle handle_;
};

/// Where one coroutine waits for one value.
template <class T>
class slot {
public:
  explicit slot(ready_queue& ready) : ready_(&ready) {}
  slot(slot const&) = delete;
  slot& operator=(slot const&) = delete;

  /// The first value counts.
  void fill(T value) {
    if (value_) return;
    value_.emplace(std::move(value));
    if (waiting_) ready_->push_back(std::exchange(waiting_, {}));
  }
  bool filled() const { return value_.has_value(); }

  class awaiter {
  public:
    explicit awaiter(slot& s) : slot_(&s) {}
    bool await_ready() const noexcept { return slot_->filled(); }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { slot_->waiting_ = waiting; }
    T await_resume() { return std::move(*slot_->value_); }

  private:
    slot* slot_;
  };
  awaiter operator co_await() { return awaiter(*this); }

private:
  ready_queue* ready_;
  std::optional<T> value_;
  std::coroutine_handle<> waiting_;
};

} // namespace assay::client
