#pragma once

#include <deque>
#include <thread>
#include <vector>

#include "common/base/executor.h"
#include "common/base/mutex.h"

namespace leat {

// A few threads for work that blocks on the disk, first come, first served.
class ThreadPool final : public WorkerPool {
 public:
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool() override;

  void submit(Task task) override;
  // Finishes what was submitted and ends the threads. Later submissions run on the caller's thread.
  void stop();

 private:
  void run();

  Mutex mutex_;
  CondVar work_;
  std::deque<Task> tasks_ LEAT_GUARDED_BY(mutex_);
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace leat
