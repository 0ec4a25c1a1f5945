#include "broker/net/io_thread.h"

#include <asio/post.hpp>
#include <chrono>
#include <vector>

#include "common/base/thread_hops.h"
#include "common/base/thread_name.h"

namespace leat::net {
namespace {

thread_local const IoThread* current = nullptr;

}  // namespace

IoThread::IoThread()
    : scratch_(std::make_unique_for_overwrite<std::byte[]>(kAllScratchBytes)),
      work_(io_.get_executor()),
      alarm_(io_) {}

// What is left may own sockets, which must not outlive the loop, and may post when it is dropped.
IoThread::~IoThread() {
  stop();
  gather_.drop();
  timer_places_.clear();
  const Timers never = std::move(timers_);
  std::vector<Task> left;
  MutexLock lock(posted_mutex_);
  ending_ = true;
  left.swap(posted_);
}

void IoThread::start() {
  thread_ = std::thread([this] {
    current = this;
    name_this_thread("leat-io");
    io_.run();
  });
}

void IoThread::stop() {
  work_.reset();
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

MutableByteView IoThread::scratch() {
  if (kAllScratchBytes - scratch_used_ < kScratchBytes) gather_.run();
  if (gather_.empty()) scratch_used_ = 0;
  return {scratch_.get() + scratch_used_, kScratchBytes};
}

void IoThread::keep_scratch(const std::byte* end) {
  scratch_used_ = gather_.empty() ? 0 : static_cast<std::size_t>(end - scratch_.get());
}

// One entry in the loop's queue for whatever is posted until it is run: a flush completes a
// thousand requests at once.
void IoThread::post(Task task) {
  if (current != this) count_thread_hop();
  {
    MutexLock lock(posted_mutex_);
    if (ending_) return;
    posted_.push_back(std::move(task));
    if (std::exchange(will_run_, true)) return;
  }
  asio::post(io_, [this] { run_posted(); });
}

// Whether something was posted meanwhile; if not, the next post wakes the loop.
bool IoThread::goes_on() {
  MutexLock lock(posted_mutex_);
  will_run_ = !posted_.empty();
  return will_run_;
}

void IoThread::take_posted() {
  MutexLock lock(posted_mutex_);
  running_.swap(posted_);
}

// Twice, because what is gathered posts its answers; what comes then waits for the other handlers.
void IoThread::run_posted() {
  for (int i = 0; i < 2; ++i) {
    take_posted();
    for (auto& task : running_) std::exchange(task, nullptr)();
    running_.clear();
    if (!goes_on()) return;
  }
  asio::post(io_, [this] { run_posted(); });
}

Executor::TimerId IoThread::run_at(MonotonicTime when, Task task) {
  const TimerId id = next_timer_++;
  // Most are later than all before them.
  const auto place = timers_.emplace_hint(timers_.end(), std::pair(when, id), std::move(task));
  timer_places_.emplace(id, place);
  if (when < armed_for_) arm();
  return id;
}

void IoThread::cancel(TimerId timer) {
  const auto found = timer_places_.find(timer);
  if (found == timer_places_.end()) return;
  timers_.erase(found->second);
  timer_places_.erase(found);
  // The alarm may now ring for nobody; that is cheaper than moving it.
}

void IoThread::arm() {
  armed_for_ = timers_.begin()->first.first;
  alarm_.expires_at(armed_for_);
  alarm_.async_wait([this](const asio::error_code& error) {
    if (!error) run_due();
  });
}

void IoThread::run_due() {
  armed_for_ = MonotonicTime::max();
  const MonotonicTime now = system_clock().monotonic();
  std::vector<Task> due;
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    due.push_back(std::move(timers_.begin()->second));
    timer_places_.erase(timers_.begin()->first.second);
    timers_.erase(timers_.begin());
  }
  for (auto& task : due) task();
  if (!timers_.empty() && timers_.begin()->first.first < armed_for_) arm();
}

}  // namespace leat::net
