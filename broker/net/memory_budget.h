#pragma once

#include <cstdint>
#include <deque>

#include "common/base/executor.h"
#include "common/base/mutex.h"

namespace leat::net {

// One bound on the memory that requests of all connections may hold. Frames that fit a thread's
// scratch buffer need none of it; a larger one reads its body only after a grant. First come, first
// served, so that a large request is not starved by small ones. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t bytes) : total_(bytes), free_(bytes) {}

  // True: the bytes are granted now. False: `granted` runs on `executor` once they are.
  bool acquire(std::uint64_t bytes, Executor* executor, Task granted);
  void release(std::uint64_t bytes);
  std::uint64_t in_use() const;

 private:
  struct Waiter {
    std::uint64_t bytes;
    Executor* executor;
    Task granted;
  };

  const std::uint64_t total_;
  mutable Mutex mutex_;
  std::uint64_t free_ LEAT_GUARDED_BY(mutex_);
  std::deque<Waiter> waiters_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::net
