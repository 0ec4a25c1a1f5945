#pragma once

#include <absl/container/flat_hash_set.h>

#include <functional>
#include <memory>
#include <thread>

#include "broker/options/broker_options.h"
#include "broker/topics/checkpointer.h"
#include "broker/topics/disk_guard.h"
#include "broker/topics/throttle.h"
#include "broker/topics/topic_catalog.h"

namespace leat::topics {

// The thread that compacts: the dirtiest partition first, one at a time, until none is due; then it
// pauses for log.cleaner.backoff.ms. Appends and reads never wait for it.
class Cleaner {
 public:
  struct Parts {
    TopicCatalog* catalog = nullptr;
    Checkpointer* checkpointer = nullptr;
    const Clock* clock = nullptr;
    const DiskGuard* disk = nullptr;
    // A disk error that must end the process.
    std::function<void(const Status&)> fatal;
    // The broker's settings as they are now.
    std::function<std::shared_ptr<const BrokerOptions>()> options;
    std::uint64_t seed = 0;  // of the secret that key hashes depend on
  };
  explicit Cleaner(Parts parts) : parts_(std::move(parts)), random_(parts_.seed) {}
  ~Cleaner();

  void start();
  // Ends the thread; a pass under way ends at its next batch.
  void stop();
  // One round, for tests and simulation: passes until no partition is due. Returns how many.
  std::size_t clean_due();

 private:
  struct Candidate {
    std::shared_ptr<Partition> partition;
    double dirty_ratio = 0;
  };

  void run();
  bool is_stopping() const;
  std::vector<Candidate> due_partitions();
  bool clean(Partition& partition);
  void report_failure(Partition& partition, const Status& why);
  // Holds the thread up so that the disk is used at the configured rate; ends the pass when the
  // broker stops, or what is free on the disk is not to spare.
  Status pace(const Partition& partition, std::uint64_t bytes);

  Parts parts_;
  Random random_;
  Throttle throttle_{*parts_.clock};  // of the pass under way
  // Damaged partitions are left alone until the broker starts again.
  absl::flat_hash_set<TopicPartitionId> damaged_;
  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace leat::topics
