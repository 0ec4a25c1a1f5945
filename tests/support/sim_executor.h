#pragma once

#include <deque>
#include <map>

#include "common/base/executor.h"
#include "common/base/random.h"

namespace leat {

// An executor and a worker pool without threads: posted tasks wait until the test runs them, in
// order (executor) or in an order decided by a seed (workers). One thread.
class SimExecutor final : public Executor {
 public:
  void post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId run_at(MonotonicTime when, Task task) override {
    timers_.emplace(std::pair(when, ++last_timer_), std::move(task));
    return last_timer_;
  }
  void cancel(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& t) { return t.first.second == timer; });
  }
  // Runs what was posted, and what that posts, until nothing is left.
  void run_all() {
    while (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  std::size_t timers() const { return timers_.size(); }
  void run_timers(MonotonicTime now) {
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
      Task task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      task();
    }
  }

 private:
  std::deque<Task> tasks_;
  std::map<std::pair<MonotonicTime, TimerId>, Task> timers_;
  TimerId last_timer_ = 0;
};

class SimWorkers final : public WorkerPool {
 public:
  explicit SimWorkers(std::uint64_t seed) : random_(seed) {}
  void submit(Task task) override { tasks_.push_back(std::move(task)); }
  std::size_t waiting() const { return tasks_.size(); }
  void run_all() {
    while (!tasks_.empty()) {
      const auto at = tasks_.begin() + static_cast<std::ptrdiff_t>(random_.below(tasks_.size()));
      Task task = std::move(*at);
      tasks_.erase(at);
      task();
    }
  }

 private:
  Random random_;
  std::deque<Task> tasks_;
};

}  // namespace leat
