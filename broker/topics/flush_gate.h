#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "broker/storage/file_system.h"
#include "broker/topics/partition.h"
#include "common/base/mutex.h"

// Group commit: whoever needs an append to be stable joins the next flush; one flush is in flight at
// a time and completes everyone it covers. No timer: while one flush runs, the next one gathers.
namespace leat::topics {

// A failed sync is final for the data directory: the handler ends the process and does not return
// control to anybody who would acknowledge.
using SyncFailed = std::function<void(const Status&)>;

// Makes tickets stable together. The seam behind which the mechanism may change: one fdatasync a
// file for few files, one syncfs for many.
class Syncer {
 public:
  Syncer(storage::FileSystem& files, std::string data_directory)
      : files_(files), data_directory_(std::move(data_directory)) {}
  // OK: everything the tickets name survives a power cut.
  Status make_durable(std::span<const storage::SyncTicket> tickets);

 private:
  storage::FileSystem& files_;
  const std::string data_directory_;
};

// From this many files on, one syncfs is cheaper than their fdatasyncs (bench/mechanisms).
inline constexpr std::size_t kSyncAllFrom = 5;

class FlushGate {
 public:
  FlushGate(Syncer syncer, SyncFailed on_failure);
  ~FlushGate();

  // Starts the flushing thread; without it, `flush_once` is called by hand (simulation).
  void start();
  // Flushes what was requested and ends the thread.
  void stop();

  // The partition joins the next flush. Thread-safe, never blocks on the disk.
  void request(std::shared_ptr<Partition> partition);
  // One flush of everything requested so far; false when there was nothing. One thread at a time.
  bool flush_once();

  std::uint64_t flushes() const { return flushes_.load(std::memory_order_relaxed); }

 private:
  void run();

  Syncer syncer_;
  const SyncFailed on_failure_;
  std::atomic<std::uint64_t> flushes_{0};
  Mutex mutex_;
  CondVar work_;
  std::vector<std::shared_ptr<Partition>> requested_ LEAT_GUARDED_BY(mutex_);
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace leat::topics
