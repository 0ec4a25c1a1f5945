#pragma once

#include <deque>
#include <map>
#include <thread>

#include "common/base/executor.h"
#include "common/base/mutex.h"

namespace leat::topics {

// An executor of its own: one thread that runs what is posted, in order, and timers when they are
// due. A timer that was cancelled before it began does not run.
class TimerThread final : public Executor {
 public:
  explicit TimerThread(const Clock& clock) : clock_(clock) {}
  ~TimerThread() override { stop(); }

  void start();
  // Runs what was posted, drops the timers, joins the thread. Idempotent. What is posted later is
  // dropped.
  void stop();

  void post(Task task) override;
  TimerId run_at(MonotonicTime when, Task task) override;
  void cancel(TimerId timer) override;

 private:
  void run();
  // Waits for work or the next timer; nullptr when the thread shall end.
  Task next() LEAT_EXCLUDES(mutex_);

  const Clock& clock_;
  std::map<std::pair<MonotonicTime, TimerId>, Task> timers_;  // the thread's own
  std::map<TimerId, MonotonicTime> timer_times_;
  TimerId next_timer_ = 1;
  Mutex mutex_;
  CondVar work_;
  std::deque<Task> tasks_ LEAT_GUARDED_BY(mutex_);
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace leat::topics
