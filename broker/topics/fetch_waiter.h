#pragma once

#include <atomic>
#include <cstdint>

#include "common/base/executor.h"

namespace leat::topics {

// A fetch that found too little and waits. It is listed in
// every partition it asked for and fires once:
//   A  enough bytes became readable in the partitions together
//   B  a partition it waits for was deleted or went offline
//   C  its deadline passed            (the fetch's own timer calls fire)
//   D  its connection closed          (the fetch claims it and never looks again)
//   E  a segment was rolled: the bytes can no longer be counted by position, so look again
// Whoever fires it first wins; the owner then takes it out of every partition and reads once more,
// answering whatever is there. `fire` may be called from any thread.
struct FetchWaiter {
  FetchWaiter(Executor* on, std::int64_t bytes_wanted, Task wake)
      : executor(on), missing_bytes(bytes_wanted), on_ready(std::move(wake)) {}

  // True for the first caller only, who must run or post `on_ready` on `executor`.
  bool claim() { return !fired.exchange(true, std::memory_order_acq_rel); }

  Executor* const executor;
  std::atomic<std::int64_t> missing_bytes;
  std::atomic<bool> fired{false};
  Task on_ready;
};

}  // namespace leat::topics
