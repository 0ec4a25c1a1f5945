#include "broker/topics/group/timer_thread.h"

#include <algorithm>

#include "common/base/thread_hops.h"
#include "common/base/thread_name.h"

namespace leat::topics {
namespace {

// The condition variable's clock is not ours to choose; a long wait is cut into pieces.
constexpr Duration kLongestWait = std::chrono::seconds(10);

}  // namespace

void TimerThread::start() {
  thread_ = std::thread([this] { run(); });
}

void TimerThread::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
  timers_.clear();
  timer_times_.clear();
}

void TimerThread::post(Task task) {
  {
    MutexLock lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > 1) return;
  }
  count_thread_hop();
  work_.notify_one();
}

Executor::TimerId TimerThread::run_at(MonotonicTime when, Task task) {
  const TimerId id = next_timer_++;
  timers_.emplace(std::pair(when, id), std::move(task));
  timer_times_.emplace(id, when);
  return id;
}

void TimerThread::cancel(TimerId timer) {
  const auto found = timer_times_.find(timer);
  if (found == timer_times_.end()) return;
  timers_.erase({found->second, timer});
  timer_times_.erase(found);
}

Task TimerThread::next() {
  MutexLock lock(mutex_);
  while (true) {
    if (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      return task;
    }
    if (stopping_) return nullptr;
    Duration wait = kLongestWait;
    if (!timers_.empty()) {
      const auto due = timers_.begin();
      wait = due->first.first - clock_.monotonic();
      if (wait <= Duration::zero()) {
        Task task = std::move(due->second);
        timer_times_.erase(due->first.second);
        timers_.erase(due);
        return task;
      }
    }
    work_.wait_for(mutex_, std::min(wait, kLongestWait));
  }
}

void TimerThread::run() {
  name_this_thread("leat-groups");
  while (Task task = next()) task();
}

}  // namespace leat::topics
