#pragma once

#include <absl/container/flat_hash_map.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "broker/api/append_gather.h"
#include "common/base/bytes.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"

namespace leat::net {

// One event loop and its thread. A connection lives on one of them for its whole life, so nothing
// of a session is locked.
class IoThread final : public Executor {
 public:
  // What a connection reads into; whole frames are handled where they lie.
  static constexpr std::size_t kScratchBytes = 256 * 1024;

  IoThread();
  ~IoThread() override;

  void start();
  // Ends the loop after what it is doing now and joins the thread. Idempotent.
  void stop();

  asio::io_context& io() { return io_; }
  // kScratchBytes behind what is gathered; where they are not left, that is run.
  MutableByteView scratch();
  // What was gathered lies before `end` and stays.
  void keep_scratch(const std::byte* end);
  // Produce requests that are appended together.
  api::AppendGather& gather() { return gather_; }
  bool is_current() const { return std::this_thread::get_id() == thread_.get_id(); }

  void post(Task task) override;
  TimerId run_at(MonotonicTime when, Task task) override;
  void cancel(TimerId timer) override;

 private:
  static constexpr std::size_t kAllScratchBytes = 2 * kScratchBytes;
  using Timers = std::map<std::pair<MonotonicTime, TimerId>, Task>;

  void run_posted();
  void take_posted();
  bool goes_on();
  void arm();
  void run_due();

  // The loop is destroyed first: what its handlers refer to must outlive them.
  std::unique_ptr<std::byte[]> scratch_;
  std::size_t scratch_used_ = 0;
  api::AppendGather gather_{*this};
  Mutex posted_mutex_;
  std::vector<Task> posted_ LEAT_GUARDED_BY(posted_mutex_);
  // The loop knows that something was posted.
  bool will_run_ LEAT_GUARDED_BY(posted_mutex_) = false;
  bool ending_ LEAT_GUARDED_BY(posted_mutex_) = false;
  std::vector<Task> running_;  // what was posted; kept for its memory
  Timers timers_;
  absl::flat_hash_map<TimerId, Timers::iterator> timer_places_;
  TimerId next_timer_ = 1;
  MonotonicTime armed_for_ = MonotonicTime::max();
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer alarm_;
  std::thread thread_;
};

}  // namespace leat::net
