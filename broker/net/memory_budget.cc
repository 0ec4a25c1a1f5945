#include "broker/net/memory_budget.h"

#include <vector>

#include "common/base/check.h"

namespace leat::net {

bool MemoryBudget::acquire(std::uint64_t bytes, Executor* executor, Task granted) {
  LEAT_CHECK(bytes <= total_, "{} bytes of a budget of {}", bytes, total_);
  MutexLock lock(mutex_);
  if (waiters_.empty() && bytes <= free_) {
    free_ -= bytes;
    return true;
  }
  waiters_.push_back({bytes, executor, std::move(granted)});
  return false;
}

void MemoryBudget::release(std::uint64_t bytes) {
  std::vector<Waiter> due;
  {
    MutexLock lock(mutex_);
    free_ += bytes;
    while (!waiters_.empty() && waiters_.front().bytes <= free_) {
      free_ -= waiters_.front().bytes;
      due.push_back(std::move(waiters_.front()));
      waiters_.pop_front();
    }
  }
  for (auto& waiter : due) waiter.executor->post(std::move(waiter.granted));
}

std::uint64_t MemoryBudget::in_use() const {
  MutexLock lock(mutex_);
  return total_ - free_;
}

}  // namespace leat::net
