#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <list>

#include "common/base/clock.h"

namespace leat {

// A condition that coroutines of one executor wait for: `while (!ready) co_await signal.wait();`.
// Not thread-safe: use it on its executor only. It outlives the coroutines that wait for it.
class Signal {
 public:
  explicit Signal(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // Until the next notify_all(), or `deadline`. May return early.
  asio::awaitable<void> wait_until(MonotonicTime deadline);
  asio::awaitable<void> wait() { return wait_until(MonotonicTime::max()); }
  // Wakes everyone who waits now; they run later, not inside this call.
  void notify_all();

  // For a loop that works and then waits: what happened while it worked is not missed.
  //   for (;;) { const auto seen = signal.count(); work(); co_await signal.wait_since(seen, t); }
  std::uint64_t count() const { return count_; }
  asio::awaitable<void> wait_since(std::uint64_t seen, MonotonicTime deadline);

 private:
  std::uint64_t count_ = 0;
  asio::any_io_executor executor_;
  std::list<asio::steady_timer*> waiters_;
};

// Returns after `time`, on the executor of the calling coroutine.
asio::awaitable<void> sleep_for(Duration time);

}  // namespace leat
