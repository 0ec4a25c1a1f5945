#include "bench/limit/syncer.h"

#include <algorithm>

namespace leat::bench {
namespace {

void sync_files(const std::vector<Owed>& batch) {
  std::vector<int> files;
  for (const Owed& owed : batch) {
    const int fd = owed.log->fd();
    if (files.empty() || files.back() != fd) files.push_back(fd);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  if (files.size() > Syncer::kOneByOne) {
    must(::syncfs(files.front()), "syncfs");
    return;
  }
  for (const int fd : files) must(::fdatasync(fd), "fdatasync");
}

}  // namespace

Syncer::Syncer(std::function<void(std::vector<Owed>)> done)
    : done_(std::move(done)), thread_([this] { run(); }) {}

Syncer::~Syncer() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Syncer::submit(std::vector<Owed>& owed) {
  if (owed.empty()) return;
  {
    std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.end(), std::make_move_iterator(owed.begin()),
                    std::make_move_iterator(owed.end()));
  }
  owed.clear();
  changed_.notify_one();
}

void Syncer::run() {
  while (true) {
    std::vector<Owed> batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      if (stop_) return;
      batch.swap(waiting_);
    }
    sync_files(batch);
    done_(std::move(batch));
  }
}

Writeback::Writeback(const std::vector<std::unique_ptr<LogFile>>& logs)
    : logs_(logs), thread_([this] { run(); }) {}

Writeback::~Writeback() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Writeback::start() {
  {
    std::lock_guard lock(mutex_);
    due_ = true;
  }
  changed_.notify_one();
}

void Writeback::run() {
  std::vector<uint64_t> started(logs_.size());
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || due_; });
    if (stop_) return;
    due_ = false;
    lock.unlock();
    for (size_t i = 0; i < logs_.size(); ++i) {
      const uint64_t end = logs_[i]->end();
      if (end == started[i]) continue;
      must(::sync_file_range(logs_[i]->fd(), static_cast<off_t>(started[i]),
                             static_cast<off_t>(end - started[i]), SYNC_FILE_RANGE_WRITE),
           "sync_file_range");
      started[i] = end;
    }
    lock.lock();
  }
}

}  // namespace leat::bench
