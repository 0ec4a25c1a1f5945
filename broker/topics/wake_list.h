#pragma once

#include <vector>

#include "common/base/executor.h"

namespace leat::topics {

// Completions that became due together, handed to each executor in one post: waking a thread on
// another core costs more than the completion itself. One thread at a time.
class WakeList {
 public:
  void add(Executor* executor, Task task) {
    for (auto& [target, due] : wakes_) {
      if (target == executor) {
        due.push_back(std::move(task));
        return;
      }
    }
    wakes_.emplace_back(executor, std::vector<Task>());
    wakes_.back().second.push_back(std::move(task));
  }

  // Posts what was added, in order per executor, and is then empty.
  void post() {
    for (auto& [executor, due] : wakes_) {
      executor->post([tasks = std::move(due)]() mutable {
        for (auto& task : tasks) task();
      });
    }
    wakes_.clear();
  }

  bool empty() const { return wakes_.empty(); }

 private:
  std::vector<std::pair<Executor*, std::vector<Task>>> wakes_;
};

}  // namespace leat::topics
