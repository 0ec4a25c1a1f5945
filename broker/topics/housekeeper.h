#pragma once

#include <thread>

#include "broker/topics/checkpointer.h"
#include "broker/topics/disk_guard.h"
#include "broker/topics/topic_catalog.h"

namespace leat::topics {

// The background thread for what must happen now and then: the disk's free space, the checkpoint,
// retention, expired producers, files of deleted topics.
class Housekeeper {
 public:
  struct Parts {
    TopicCatalog* catalog = nullptr;
    Checkpointer* checkpointer = nullptr;
    DiskGuard* disk = nullptr;
    const Clock* clock = nullptr;
    const std::atomic<std::int64_t>* appended_bytes = nullptr;
    // The broker's settings as they are now.
    std::function<std::shared_ptr<const BrokerOptions>()> options;
  };
  explicit Housekeeper(Parts parts) : parts_(std::move(parts)) {}
  ~Housekeeper();

  void start();
  // Ends the thread; the last checkpoint is the caller's.
  void stop();
  // One round, for tests and simulation: everything whose time has come.
  void tick();

 private:
  void run();
  void look_after_partitions();
  void maybe_checkpoint(MonotonicTime now);
  void maybe_retain(MonotonicTime now, const BrokerOptions& options);

  Parts parts_;
  MonotonicTime next_checkpoint_{};
  MonotonicTime next_retention_{};
  std::int64_t bytes_at_checkpoint_ = 0;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

inline constexpr Duration kCheckpointInterval = std::chrono::seconds(5);
inline constexpr std::int64_t kCheckpointBytes = 1LL << 30;
inline constexpr Duration kFirstRetention = std::chrono::seconds(10);
inline constexpr Duration kTickInterval = std::chrono::seconds(1);

}  // namespace leat::topics
