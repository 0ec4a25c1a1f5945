#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>

#include "common/base/clock.h"

namespace leat {

// A piece of work, run once. Move-only, may own anything.
using Task = absl::AnyInvocable<void()>;

// Where completions and timers run: one thread of the broker, or the simulation. Everything above
// the event loop uses this instead of the event loop, so that the whole system from append to
// acknowledgement runs under a simulated one, in an order decided by a seed.
class Executor {
 public:
  using TimerId = std::uint64_t;

  virtual ~Executor() = default;
  // Runs `task` later on this executor's thread, after everything posted before it. Thread-safe.
  virtual void post(Task task) = 0;
  // Runs `task` at or after `when` on this executor's thread. Only on that thread.
  virtual TimerId run_at(MonotonicTime when, Task task) = 0;
  // Forgets a timer that has not run; one that has is ignored. Only on this executor's thread.
  virtual void cancel(TimerId timer) = 0;
};

// Threads for work that blocks: syncs, cold reads, recovery, compaction. Thread-safe.
class WorkerPool {
 public:
  virtual ~WorkerPool() = default;
  virtual void submit(Task task) = 0;
};

}  // namespace leat
